package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// seededMeasurement is of plans without a change of objects that are there. One is made by an apply, and its state
// repeated: the CLI's own apply is quadratic in them.
func seededMeasurement(counts []int) measurement {
	return measurement{"seeded", []string{"objects that are there", "plan   ", "floor  ", "ratio ", "requests", "peak memory", "a HEAD each"}, counts, (*bench).seeded}
}

func (b *bench) seeded(ctx context.Context, table *report.Table, n int) {
	server := b.serve(cosmock.Options{Latency: b.latency})
	ours := func(n int) string { return fmt.Sprintf(objectConfig, n, server.Bucket()) }
	plan := b.planSeeded(ctx, server, n, ours, func(i int) map[string]any { return put(server, i) })
	own := func(n int) string { return fmt.Sprintf(floorConfig, n) }
	floor := b.planSeeded(ctx, nil, n, own, func(i int) map[string]any {
		text := map[string]any{"value": fmt.Sprintf("hello %d", i), "type": "string"}
		return map[string]any{"input": text, "output": text, "id": fmt.Sprintf("00000000-0000-0000-0000-%012d", i)}
	})
	heads := measureLoop(ctx, server, rawcos.Loop{Parallel: tenAtATime, Objects: n, Requests: func(i int) []rawcos.Request {
		return []rawcos.Request{{Method: http.MethodHead, Key: fmt.Sprintf("bench/%d.txt", i)}}
	}})
	table.Row(n, plan.took, floor.took, report.Times(plan.took, floor.took), plan.requests, report.Size(plan.peak), heads.took)
	b.plot("cos_encrypted_object", n, plan)
	b.plot("terraform_data", n, floor)
	b.plot("one HEAD per object, without a CLI", n, heads)
}

// tenAtATime is the CLI's default parallelism.
const tenAtATime = 10

// put stores an object and returns the attributes that tell it from others. The first one is there already.
func put(server *cosmock.Server, i int) map[string]any {
	key, body := fmt.Sprintf("bench/%d.txt", i), fmt.Sprintf("hello %d", i)
	if i > 0 {
		program.Check(server.PutObject(server.Bucket(), key, cosmock.NewObject{Body: strings.NewReader(body), Mode: sse.ModeAES256}))
	}
	o, _ := server.Object(server.Bucket(), key)
	return map[string]any{
		"key": key, "id": server.Bucket() + "/" + key, "content": body, "content_length": o.Size, "etag": o.ETag,
		"content_crc64": fmt.Sprint(o.CRC64), "last_modified": o.Modified.UTC().Truncate(time.Second).Format(time.RFC3339),
	}
}

// planSeeded applies one resource, repeats its state n times, and measures the plan of as many.
func (b *bench) planSeeded(ctx context.Context, server *cosmock.Server, n int, config func(int) string, changed func(int) map[string]any) measured {
	w := b.workspace(server, config(1))
	w.apply(ctx)
	repeatState(filepath.Join(w.Dir, "terraform.tfstate"), n, changed)
	w.configure(config(n))
	if n > 1000 {
		return w.plan(ctx, 1) // one run takes minutes
	}
	return w.plan(ctx, b.repeat)
}

// repeatState writes n instances in place of the one in a state. Each has the attributes of that one, but for those that
// changed returns.
func repeatState(path string, n int, changed func(int) map[string]any) {
	text := program.Must(os.ReadFile(path))
	var state struct {
		Rest      map[string]any   `json:"-"`
		Resources []map[string]any `json:"resources"`
	}
	program.Check(errors.Join(json.Unmarshal(text, &state), json.Unmarshal(text, &state.Rest)))
	one, _ := state.Resources[0]["instances"].([]any)
	first, _ := one[0].(map[string]any)
	was, _ := first["attributes"].(map[string]any)
	all := make([]any, n)
	for i := range all {
		attributes, instance := maps.Clone(was), maps.Clone(first)
		maps.Copy(attributes, changed(i))
		delete(instance, "identity") // that of the one, in newer CLIs
		if i > 0 {
			delete(instance, "private") // describes the body of the first instance
		}
		instance["index_key"], instance["attributes"] = i, attributes
		all[i] = instance
	}
	state.Resources[0]["instances"], state.Rest["resources"] = all, state.Resources
	program.Check(os.WriteFile(path, program.Must(json.Marshal(state.Rest)), 0o600))
}
