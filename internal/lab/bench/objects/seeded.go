package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	seededHeader = "objects |    plan   floor  ratio  requests  peak MiB  (objects that are there; the CLI's own apply is quadratic in them)"
	seededRow    = "%7d | %6.2fs %6.2fs  %4.1fx  %8d  %8.0f"
)

// seededFigures are a row of the second table.
type seededFigures struct {
	n           int
	plan, floor measured
}

func (f seededFigures) String() string {
	return fmt.Sprintf(seededRow, f.n, f.plan.took.Seconds(), f.floor.took.Seconds(), f.plan.took.Seconds()/f.floor.took.Seconds(), f.plan.requests, float64(f.plan.peak)/(1<<20))
}

// seeded measures a plan without a change of n objects. One is made by an
// apply, and its state repeated.
func (b bench) seeded(ctx context.Context, n int) (f seededFigures, err error) {
	f.n = n
	server, err := cosmock.Start(cosmock.Options{Latency: b.latency})
	if err != nil {
		return f, err
	}
	defer func() { _ = server.Close() }()
	config := func(n int) string { return providerConfig(server) + fmt.Sprintf(objectConfig, n, server.Bucket()) }
	f.plan, err = b.plansSeeded(ctx, server, fmt.Sprintf("seeded-%d", n), n, config, func(i int, attributes map[string]any) error {
		key, body := fmt.Sprintf("bench/%d.txt", i), fmt.Sprintf("hello %d", i)
		if i > 0 { // the first one is there
			if err := server.PutObject(server.Bucket(), key, cosmock.NewObject{Body: strings.NewReader(body), Mode: sse.ModeAES256}); err != nil {
				return err
			}
		}
		o, ok := server.Object(server.Bucket(), key)
		if !ok {
			return fmt.Errorf("there is no object %s", key)
		}
		maps.Copy(attributes, map[string]any{
			"key": key, "id": server.Bucket() + "/" + key, "content": body, "content_length": o.Size, "etag": o.ETag,
			"content_crc64": fmt.Sprint(o.CRC64), "last_modified": o.Modified.UTC().Truncate(time.Second).Format(time.RFC3339),
		})
		return nil
	})
	if err != nil {
		return f, err
	}
	f.floor, err = b.plansSeeded(ctx, nil, fmt.Sprintf("seeded-floor-%d", n), n, func(n int) string { return fmt.Sprintf(floorConfig, n) }, func(i int, attributes map[string]any) error {
		text := map[string]any{"value": fmt.Sprintf("hello %d", i), "type": "string"}
		maps.Copy(attributes, map[string]any{"input": text, "output": text, "id": fmt.Sprintf("00000000-0000-0000-0000-%012d", i)})
		return nil
	})
	return f, err
}

// plansSeeded applies one resource, repeats its state n times, and measures
// the plan of as many.
func (b bench) plansSeeded(ctx context.Context, server *cosmock.Server, name string, n int, config func(int) string, change func(int, map[string]any) error) (measured, error) {
	w, err := b.workspace(server, name, config(1))
	if err != nil {
		return measured{}, err
	}
	if _, err := w.run(ctx, "apply", "-auto-approve"); err != nil {
		return measured{}, err
	}
	if err := repeatState(filepath.Join(w.folder, "terraform.tfstate"), n, change); err != nil {
		return measured{}, err
	}
	if w, err = b.workspace(server, name, config(n)); err != nil {
		return measured{}, err
	}
	time.Sleep(3 * time.Second) // see objects
	repeat := b.repeat
	if n > 1000 {
		repeat = 1 // takes minutes
	}
	return median(repeat, func() (measured, error) { return w.run(ctx, "plan", "-detailed-exitcode") })
}

// repeatState writes n instances in place of the one in a state.
func repeatState(path string, n int, change func(int, map[string]any) error) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var state map[string]any
	if err := json.Unmarshal(text, &state); err != nil {
		return err
	}
	resources, _ := state["resources"].([]any)
	if len(resources) != 1 {
		return errors.New("the state does not hold one resource")
	}
	resource, _ := resources[0].(map[string]any)
	instances, _ := resource["instances"].([]any)
	if len(instances) != 1 {
		return errors.New("the state does not hold one instance")
	}
	one, _ := instances[0].(map[string]any)
	was, _ := one["attributes"].(map[string]any)
	all := make([]any, n)
	for i := range all {
		instance, attributes := maps.Clone(one), maps.Clone(was)
		if err := change(i, attributes); err != nil {
			return err
		}
		delete(instance, "identity") // that of the one, in newer CLIs
		instance["index_key"], instance["attributes"] = i, attributes
		all[i] = instance
	}
	resource["instances"] = all
	if text, err = json.Marshal(state); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
