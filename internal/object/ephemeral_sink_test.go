package object_test

import (
	"archive/zip"
	"context"
	"io"
	"math/big"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// sink is a provider whose only ephemeral resource, sink_take, passes a value to
// the test. Unlike a resource it stores nothing, so that it cannot be the source of
// a secret found on disk.
type sink struct {
	mu    sync.Mutex
	taken []any
}

// newSink adds a sink to the workspace.
func newSink(ws *acctest.Workspace) *sink {
	s := &sink{}
	if ws.Others == nil {
		ws.Others = map[string]func() tfprotov6.ProviderServer{}
	}
	ws.Others["hashicorp/sink"] = providerserver.NewProtocol6(sinkProvider{s})
	return s
}

// take returns a block that passes an expression to the sink.
func take(expression string) string {
	return "ephemeral \"sink_take\" \"test\" {\n  value = " + expression + "\n}\n"
}

// last returns the last value taken, as an object.
func (s *sink) last(t *testing.T) map[string]any {
	t.Helper()
	n := s.count()
	if n == 0 {
		t.Fatal("nothing was taken")
	}
	return s.since(t, n-1)[0]
}

// since returns the values taken after the first ones, as objects.
func (s *sink) since(t *testing.T, first int) []map[string]any {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var objects []map[string]any
	for _, value := range s.taken[first:] {
		object, ok := value.(map[string]any)
		if !ok {
			t.Fatalf("a %T was taken", value)
		}
		objects = append(objects, object)
	}
	return objects
}

// count returns how many values were taken.
func (s *sink) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.taken)
}

type sinkProvider struct{ *sink }

func (sinkProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "sink"
}
func (sinkProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (sinkProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (sinkProvider) Resources(context.Context) []func() resource.Resource       { return nil }
func (sinkProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (p sinkProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return sinkTake(p) }}
}

type sinkTake struct{ *sink }

func (sinkTake) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "sink_take"
}

func (sinkTake) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"value": schema.DynamicAttribute{Required: true}}}
}

func (s sinkTake) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m struct {
		Value types.Dynamic `tfsdk:"value"`
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	s.mu.Lock()
	s.taken = append(s.taken, plainValue(m.Value))
	s.mu.Unlock()
	resp.Diagnostics.Append(resp.Result.Set(ctx, m)...)
}

// plainValue converts a value to a Go value, null to nil.
func plainValue(value attr.Value) any {
	if value.IsNull() {
		return nil
	}
	elements := func(from map[string]attr.Value) map[string]any {
		to := map[string]any{}
		for name, value := range from {
			to[name] = plainValue(value)
		}
		return to
	}
	switch v := value.(type) {
	case types.Dynamic:
		return plainValue(v.UnderlyingValue())
	case types.Object:
		return elements(v.Attributes())
	case types.Map:
		return elements(v.Elements())
	case types.String:
		return v.ValueString()
	case types.Number:
		n, _ := new(big.Float).Set(v.ValueBigFloat()).Int64()
		return n
	case types.Bool:
		return v.ValueBool()
	}
	return value.String()
}

// checkNothingKept saves a plan, applies it, and searches everything that remains
// for the secrets: the plan file and its JSON, the state, the outputs, the CLI's
// output and its trace log.
func checkNothingKept(t *testing.T, ws *acctest.Workspace, secrets ...string) {
	t.Helper()
	log := ws.Dir + "/trace.log"
	ws.Env = append(ws.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+log)
	texts := map[string]string{}
	for _, step := range [][]string{{"plan", "-out=saved.plan"}, {"show", "-json", "saved.plan"}, {"apply", "saved.plan"}, {"output", "-json"}, {"show", "-json"}} {
		r := ws.Run(step...)
		if r.Code != 0 {
			t.Fatalf("%v: %s", step, r.Output())
		}
		texts[strings.Join(step, " ")] = r.Output()
	}
	texts["the state"] = ws.State()
	texts["the plan file"] = unzipped(t, ws.Dir+"/saved.plan")
	trace, err := os.ReadFile(log)
	must(t, err)
	if !strings.Contains(string(trace), "TRACE") || ws.Binary != "" && !strings.Contains(string(trace), "COS request") {
		t.Error("there is no trace log, or the provider's is not in it: this test looks at nothing")
	}
	texts["the log"] = string(trace)
	for where, text := range texts {
		if found := acctest.Leaks(text, secrets...); len(found) > 0 {
			t.Errorf("%s holds a secret, as %.40q", where, found)
		}
	}
}

// unzipped returns the contents of a zip archive.
func unzipped(t *testing.T, path string) string {
	t.Helper()
	archive, err := zip.OpenReader(path)
	must(t, err)
	defer archive.Close()
	var all strings.Builder
	for _, file := range archive.File {
		r, err := file.Open()
		must(t, err)
		_, err = io.Copy(&all, r)
		must(t, err)
		must(t, r.Close())
	}
	return all.String()
}
