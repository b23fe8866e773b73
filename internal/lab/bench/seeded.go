package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// seeded measures plans without a change of objects that are there. One is made by an apply, and its state repeated: the
// CLI's own apply is quadratic in them.
func (b *bench) seeded(ctx context.Context, counts []int) error {
	table := report.NewTable(os.Stdout, "objects that are there", "plan   ", "floor  ", "ratio ", "requests", "peak memory")
	for _, n := range counts {
		server, err := cosmock.Start(cosmock.Options{Latency: b.latency})
		if err != nil {
			return err
		}
		plan, err := b.planSeeded(ctx, server, n, func(n int) string { return fmt.Sprintf(objectConfig, n, server.Bucket()) }, func(i int, attributes map[string]any) error {
			return put(server, i, attributes)
		})
		if err := errors.Join(err, server.Close()); err != nil {
			return fmt.Errorf("%d objects: %w", n, err)
		}
		floor, err := b.planSeeded(ctx, nil, n, func(n int) string { return fmt.Sprintf(floorConfig, n) }, func(i int, attributes map[string]any) error {
			text := map[string]any{"value": fmt.Sprintf("hello %d", i), "type": "string"}
			maps.Copy(attributes, map[string]any{"input": text, "output": text, "id": fmt.Sprintf("00000000-0000-0000-0000-%012d", i)})
			return nil
		})
		if err != nil {
			return fmt.Errorf("%d resources: %w", n, err)
		}
		table.Row(strconv.Itoa(n), report.Seconds(plan.took), report.Seconds(floor.took), report.Times(plan.took, floor.took), strconv.Itoa(plan.requests), report.Size(plan.peak))
	}
	return nil
}

// put stores an object and fills in the attributes that tell them apart. The first one is there already.
func put(server *cosmock.Server, i int, attributes map[string]any) error {
	key, body := fmt.Sprintf("bench/%d.txt", i), fmt.Sprintf("hello %d", i)
	if i > 0 {
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
}

// planSeeded applies one resource, repeats its state n times, and measures the plan of as many.
func (b *bench) planSeeded(ctx context.Context, server *cosmock.Server, n int, config func(int) string, change func(int, map[string]any) error) (measured, error) {
	name := fmt.Sprintf("seeded-%t-%d", server != nil, n)
	w, err := b.workspace(server, name, config(1))
	if err != nil {
		return measured{}, err
	}
	if _, err := w.apply(ctx); err != nil {
		return measured{}, err
	}
	if err := repeatState(filepath.Join(w.Dir, "terraform.tfstate"), n, change); err != nil {
		return measured{}, err
	}
	if w, err = b.workspace(server, name, config(n)); err != nil {
		return measured{}, err
	}
	settle()
	if n > 1000 {
		return w.plan(ctx, 1) // takes minutes
	}
	return w.plan(ctx, b.repeat)
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
		if i > 0 {
			delete(instance, "private") // what its write remembered of its body
		}
		instance["index_key"], instance["attributes"] = i, attributes
		all[i] = instance
	}
	resource["instances"] = all
	if text, err = json.Marshal(state); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
