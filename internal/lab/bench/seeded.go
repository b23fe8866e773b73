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
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// seededMeasurements are of plans without a change of objects that are there. One is made by an apply, and its state
// repeated: the CLI's own apply is quadratic in them.
func seededMeasurements(counts []int) []measurement {
	return []measurement{{"seeded", []string{"objects that are there", "plan   ", "floor  ", "ratio ", "requests", "peak memory"}, counts, (*bench).seeded}}
}

func (b *bench) seeded(ctx context.Context, table *report.Table, n int) error {
	server, err := b.serve(cosmock.Options{Latency: b.latency})
	if err != nil {
		return err
	}
	ours := func(n int) string { return fmt.Sprintf(objectConfig, n, server.Bucket()) }
	plan, err := b.planSeeded(ctx, server, n, ours, func(i int) (map[string]any, error) { return put(server, i) })
	if err != nil {
		return err
	}
	own := func(n int) string { return fmt.Sprintf(floorConfig, n) }
	floor, err := b.planSeeded(ctx, nil, n, own, func(i int) (map[string]any, error) {
		text := map[string]any{"value": fmt.Sprintf("hello %d", i), "type": "string"}
		return map[string]any{"input": text, "output": text, "id": fmt.Sprintf("00000000-0000-0000-0000-%012d", i)}, nil
	})
	if err != nil {
		return err
	}
	table.Row(n, plan.took, floor.took, report.Times(plan.took, floor.took), plan.requests, report.Size(plan.peak))
	return nil
}

// put stores an object and returns the attributes that tell it from others. The first one is there already.
func put(server *cosmock.Server, i int) (map[string]any, error) {
	key, body := fmt.Sprintf("bench/%d.txt", i), fmt.Sprintf("hello %d", i)
	if i > 0 {
		if err := server.PutObject(server.Bucket(), key, cosmock.NewObject{Body: strings.NewReader(body), Mode: sse.ModeAES256}); err != nil {
			return nil, err
		}
	}
	o, ok := server.Object(server.Bucket(), key)
	if !ok {
		return nil, fmt.Errorf("there is no object %s", key)
	}
	return map[string]any{
		"key": key, "id": server.Bucket() + "/" + key, "content": body, "content_length": o.Size, "etag": o.ETag,
		"content_crc64": fmt.Sprint(o.CRC64), "last_modified": o.Modified.UTC().Truncate(time.Second).Format(time.RFC3339),
	}, nil
}

// planSeeded applies one resource, repeats its state n times, and measures the plan of as many.
func (b *bench) planSeeded(ctx context.Context, server *cosmock.Server, n int, config func(int) string, changed func(int) (map[string]any, error)) (measured, error) {
	name := fmt.Sprintf("seeded-%t-%d", server != nil, n)
	w, err := b.workspace(server, name, config(1))
	if err != nil {
		return measured{}, err
	}
	if _, err := w.apply(ctx); err != nil {
		return measured{}, err
	}
	if err := repeatState(filepath.Join(w.Dir, "terraform.tfstate"), n, changed); err != nil {
		return measured{}, err
	}
	if w, err = b.workspace(server, name, config(n)); err != nil {
		return measured{}, err
	}
	settle()
	if n > 1000 {
		return w.plan(ctx, 1) // one run takes minutes
	}
	return w.plan(ctx, b.repeat)
}

// repeatState writes n instances in place of the one in a state.
func repeatState(path string, n int, changed func(int) (map[string]any, error)) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var state struct {
		Rest      map[string]any   `json:"-"`
		Resources []map[string]any `json:"resources"`
	}
	if err := errors.Join(json.Unmarshal(text, &state), json.Unmarshal(text, &state.Rest)); err != nil {
		return err
	}
	if len(state.Resources) != 1 {
		return errors.New("the state does not hold one resource")
	}
	one, _ := state.Resources[0]["instances"].([]any)
	if len(one) != 1 {
		return errors.New("the state does not hold one instance")
	}
	first, _ := one[0].(map[string]any)
	was, _ := first["attributes"].(map[string]any)
	all := make([]any, n)
	for i := range all {
		attributes := maps.Clone(was)
		told, err := changed(i)
		if err != nil {
			return err
		}
		maps.Copy(attributes, told)
		instance := maps.Clone(first)
		delete(instance, "identity") // that of the one, in newer CLIs
		if i > 0 {
			delete(instance, "private") // describes the body of the first instance
		}
		instance["index_key"], instance["attributes"] = i, attributes
		all[i] = instance
	}
	state.Resources[0]["instances"], state.Rest["resources"] = all, state.Resources
	if text, err = json.Marshal(state.Rest); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
