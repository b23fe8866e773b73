package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/fastpath"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

const (
	objectType = "cos_encrypted_object"
	keyOne     = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
)

// lab contains the fast path and the framework's server that it wraps, both
// configured for one COS server.
type lab struct {
	server    *cosmock.Server
	framework tfprotov6.ProviderServer
	front     *fastpath.Front
	typ       fastpath.Type
	source    string // path of a file that contains "hello"
	ca        string
	ahead     atomic.Int64 // offset of the server's clock
}

func newLab(tb testing.TB) *lab {
	tb.Helper()
	ca := filepath.Join(tb.TempDir(), "ca.pem")
	l := &lab{ca: ca, source: filepath.Join(tb.TempDir(), "body")}
	now := func() time.Time { return time.Now().Add(time.Duration(l.ahead.Load())) }
	server, err := cosmock.Start(cosmock.Options{DataDir: tb.TempDir(), CAFile: ca, Now: now})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = server.Close() })
	l.server = server
	if err := os.WriteFile(l.source, []byte("hello"), 0o600); err != nil {
		tb.Fatal(err)
	}
	l.configure(tb)
	return l
}

// providerType is the type of the provider block. It is the same for each provider
// that is configured, and the schemas are expensive under the race detector.
var providerType = sync.OnceValues(func() (tftypes.Object, error) {
	schema, err := Server("test")().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return tftypes.Object{}, err
	}
	typ, _ := schema.Provider.ValueType().(tftypes.Object)
	return typ, nil
})

// configure configures a new provider, as each CLI command does, with optional
// extra arguments.
func (l *lab) configure(tb testing.TB, further ...map[string]any) {
	tb.Helper()
	var data atomic.Pointer[providerdata.Data]
	p := &cosProvider{version: "test", getenv: func(string) string { return "" }, configured: data.Store}
	l.framework, l.typ = providerserver.NewProtocol6(p)(), objects(data.Load)
	front, err := fastpath.New(l.typ)
	if err != nil {
		tb.Fatal(err)
	}
	l.front = front
	ctx := context.Background()
	typ, err := providerType()
	if err != nil {
		tb.Fatal(err)
	}
	arguments := map[string]any{
		"region": l.server.Region(), "secret_id": l.server.SecretID(), "secret_key": l.server.SecretKey(), "endpoint": l.server.URL(), "ca_certificate_file": l.ca,
		"sse_customer_keys": map[string]tftypes.Value{"one": tftypes.NewValue(tftypes.String, keyOne)},
	}
	for _, more := range further {
		maps.Copy(arguments, more)
	}
	encoded := dynamic(tb, typ, valueOf(typ, arguments))
	resp, err := l.framework.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: encoded})
	if err != nil || len(resp.Diagnostics) > 0 {
		tb.Fatal(err, resp)
	}
}

// valueOf returns a value in which all attributes not in set are null.
func valueOf(typ tftypes.Object, set map[string]any) tftypes.Value {
	values := make(map[string]tftypes.Value, len(typ.AttributeTypes))
	for name, t := range typ.AttributeTypes {
		if value, ok := set[name]; ok {
			values[name] = tftypes.NewValue(t, value)
			continue
		}
		values[name] = tftypes.NewValue(t, nil)
	}
	return tftypes.NewValue(typ, values)
}

func dynamic(tb testing.TB, typ tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	tb.Helper()
	encoded, err := tfprotov6.NewDynamicValue(typ, value)
	if err != nil {
		tb.Fatal(err)
	}
	return &encoded
}

// written returns the state of an object whose body is "hello".
func (l *lab) written(key string) map[string]any {
	return map[string]any{
		"bucket": l.server.Bucket(), "key": key, "region": l.server.Region(), "id": l.server.Bucket() + "/" + key,
		"content_type": "text/plain", "storage_class": "STANDARD", "etag": "5d41402abc4b2a76b9719d911017c592",
		"content_length": 5, "content_crc64": helloCRC64, "last_modified": "2026-01-02T03:04:05Z",
	}
}

const helloCRC64 = "11177612005948864433"

// For random states and configurations, every answer of the fast path equals the
// framework's, byte for byte.
func TestFrontAnswersAsTheFrameworkDoes(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(3, 4))
	answered := 0
	for i := range 750 {
		state, config := l.random(rng, fmt.Sprint("k", i))
		prior := valueOf(l.typ.Object, state)
		proposed := map[string]any{}
		for name, value := range state {
			proposed[name] = value
		}
		for name, value := range config {
			proposed[name] = value
		}
		req := &tfprotov6.PlanResourceChangeRequest{
			TypeName: objectType, PriorState: dynamic(t, l.typ.Object, prior),
			ProposedNewState: dynamic(t, l.typ.Object, valueOf(l.typ.Object, proposed)), Config: dynamic(t, l.typ.Object, valueOf(l.typ.Object, config)),
		}
		remembered := map[string][]byte{"instance": fmt.Appendf(nil, `"token %d"`, i)}
		if rng.IntN(2) == 0 {
			remembered["write_only_content"] = []byte("true")
		}
		if rng.IntN(4) == 0 {
			remembered["record"] = []byte(`{"etag":"5d41402abc4b2a76b9719d911017c592","crc64":"` + helloCRC64 + `","length":5,"last_modified":"2026-01-02T03:04:05Z"}`)
		}
		if rng.IntN(8) == 0 {
			remembered["seen"] = []byte(`{"etag":"x","length":5}`)
		}
		if rng.IntN(16) > 0 {
			req.PriorPrivate = privateState(t, remembered)
		}
		if rng.IntN(2) == 0 {
			values := map[string]any{"bucket": state["bucket"], "region": state["region"], "key": state["key"]}
			req.PriorIdentity = &tfprotov6.ResourceIdentityData{IdentityData: dynamic(t, l.typ.Identity, valueOf(l.typ.Identity, values))}
		}
		got, want := l.planned(ctx, t, req)
		if got == nil {
			continue
		}
		answered++
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("state %v, configuration %v (-framework +front):\n%s", state, config, diff)
		}
	}
	if answered < 200 {
		t.Errorf("the front answered only %d of the requests", answered)
	}
	t.Logf("answered %d", answered)
}

// If the fast path finds a configuration valid, the framework does too.
func TestFrontValidatesAsTheFrameworkDoes(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	rng := rand.New(rand.NewPCG(5, 6))
	texts := []any{nil, nil, nil, tftypes.UnknownValue, "", "x", "AES256", "cos/kms", keyOne, "lab-1250000000", "ap-guangzhou", "private", "Wed, 21 Oct 2026 07:28:00 GMT"}
	answered, refused := 0, 0
	for range 1500 {
		values := map[string]any{"bucket": "lab-1250000000", "key": "k", "server_side_encryption": "AES256", "content": "hello"}
		for name, typ := range l.typ.Object.AttributeTypes {
			if rng.IntN(15) == 0 && typ.Is(tftypes.String) {
				values[name] = texts[rng.IntN(len(texts))]
			}
			if rng.IntN(15) == 0 && typ.Is(tftypes.Map{}) {
				values[name] = map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.String, texts[rng.IntN(len(texts))])}
			}
		}
		req := &tfprotov6.ValidateResourceConfigRequest{
			TypeName: objectType, Config: dynamic(t, l.typ.Object, valueOf(l.typ.Object, values)),
			ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: rng.IntN(4) > 0},
		}
		got := l.front.Validate(t.Context(), req)
		want, err := l.framework.ValidateResourceConfig(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		if got == nil {
			refused++
			continue
		}
		answered++
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%v (-framework +front):\n%s", values, diff)
		}
	}
	if answered < 100 || refused < 100 {
		t.Errorf("answered %d, left %d", answered, refused)
	}
}

// planned returns the fast path's plan, or nil if it passes, and the framework's.
func (l *lab) planned(ctx context.Context, t *testing.T, req *tfprotov6.PlanResourceChangeRequest) (got, want *tfprotov6.PlanResourceChangeResponse) {
	t.Helper()
	got = l.front.Plan(ctx, req)
	want, err := l.framework.PlanResourceChange(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	return got, want
}

// random returns a state and a configuration that differ only slightly.
func (l *lab) random(rng *rand.Rand, key string) (state, config map[string]any) {
	state = l.written(key)
	config = map[string]any{"bucket": state["bucket"], "key": key}
	both := func(name string, value any) {
		state[name], config[name] = value, value
	}
	switch rng.IntN(5) {
	case 0:
		both("server_side_encryption", "AES256")
	case 1:
		both("server_side_encryption", "cos/kms")
		both("sse_kms_key_id", "key")
	case 2:
		both("sse_customer_key", keyOne)
		state["sse_customer_key_md5"] = "U5L61r7jcwdNvT7frmUG8g=="
	case 3:
		both("sse_customer_key_name", "one")
		state["sse_customer_key_md5"] = "U5L61r7jcwdNvT7frmUG8g=="
	case 4:
		config["sse_customer_key_wo"] = keyOne
		state["sse_customer_key_md5"] = "U5L61r7jcwdNvT7frmUG8g=="
	}
	switch rng.IntN(5) {
	case 0:
		both("source", l.source)
	case 1:
		both("content", "hello")
	case 2:
		both("content_base64", "aGVsbG8=")
	case 3:
		config["content_wo"] = "hello"
		both("content_wo_version", []any{1, 1.5, new(big.Float).SetMantExp(big.NewFloat(1), 80).SetPrec(512)}[rng.IntN(3)])
		delete(state, "etag")
		delete(state, "content_crc64")
	}
	if rng.IntN(2) == 0 {
		both("cache_control", "no-store")
		both("region", l.server.Region())
		both("metadata", map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.String, "b")})
	}
	// A third of the time, the state and the configuration differ in one
	// attribute.
	if rng.IntN(3) == 0 {
		changes := []func(){
			func() { config["cache_control"] = "public" },
			func() { delete(config, "metadata") },
			func() { config["server_side_encryption"] = "AES-256" },
			func() { config["sse_customer_key_name"] = "two" },
			func() { config["content"] = "other" },
			func() { config["source"] = l.source + "-that-is-not-there" },
			func() { config["content"] = tftypes.UnknownValue },
			func() { config["overwrite"] = true },
			func() { state["content_length"] = 6 },
			func() { delete(state, "content_crc64") },
			func() { config["content_wo_version"] = 2 },
		}
		changes[rng.IntN(len(changes))]()
	}
	return state, config
}

func privateState(tb testing.TB, values map[string][]byte) []byte {
	tb.Helper()
	encoded, err := json.Marshal(values)
	if err != nil {
		tb.Fatal(err)
	}
	return encoded
}

// The fast path leaves each of these differences to the framework.
func TestFrontPassesOn(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	unchangedRequest := func() *tfprotov6.PlanResourceChangeRequest {
		state := l.written("k")
		state["server_side_encryption"], state["content"] = "AES256", "hello"
		config := map[string]any{"bucket": state["bucket"], "key": "k", "server_side_encryption": "AES256", "content": "hello"}
		prior := dynamic(t, l.typ.Object, valueOf(l.typ.Object, state))
		return &tfprotov6.PlanResourceChangeRequest{TypeName: objectType, PriorState: prior, ProposedNewState: prior, Config: dynamic(t, l.typ.Object, valueOf(l.typ.Object, config)), PriorPrivate: privateState(t, map[string][]byte{"instance": []byte(`"one"`)})}
	}
	null := dynamic(t, l.typ.Object, tftypes.NewValue(l.typ.Object, nil))
	for name, tc := range map[string]struct {
		change func(*tfprotov6.PlanResourceChangeRequest)
		want   bool
	}{
		"nothing changed":  {func(*tfprotov6.PlanResourceChangeRequest) {}, true},
		"create":           {func(r *tfprotov6.PlanResourceChangeRequest) { r.PriorState = null }, false},
		"destroy":          {func(r *tfprotov6.PlanResourceChangeRequest) { r.ProposedNewState, r.Config = null, null }, false},
		"no state":         {func(r *tfprotov6.PlanResourceChangeRequest) { r.PriorState = nil }, false},
		"nothing proposed": {func(r *tfprotov6.PlanResourceChangeRequest) { r.ProposedNewState = nil }, false},
		"a word of the framework": {func(r *tfprotov6.PlanResourceChangeRequest) {
			r.PriorPrivate = privateState(t, map[string][]byte{".x": []byte("1")})
		}, false},
		"an instance without a token": {func(r *tfprotov6.PlanResourceChangeRequest) { r.PriorPrivate = nil }, false},
		"an instance that was written by somebody else": {func(r *tfprotov6.PlanResourceChangeRequest) {
			r.PriorPrivate = privateState(t, map[string][]byte{"instance": []byte(`"one"`), "record": []byte(`{"etag":"x","length":5,"crc64":"` + helloCRC64 + `"}`), "seen": []byte(`{"etag":"y","length":5}`)})
		}, false},
		"a private state of another": {func(r *tfprotov6.PlanResourceChangeRequest) { r.PriorPrivate = []byte("?") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := unchangedRequest()
			tc.change(req)
			if got := l.front.Plan(t.Context(), req); (got != nil) != tc.want {
				t.Errorf("answered: %v", got != nil)
			}
		})
	}
	t.Run("before the provider is configured", func(t *testing.T) {
		t.Parallel()
		front, err := fastpath.New(objects(func() *providerdata.Data { return nil }))
		if err != nil {
			t.Fatal(err)
		}
		if got := front.Plan(t.Context(), unchangedRequest()); got != nil {
			t.Error("answered")
		}
	})
}

// An object that the listing proves unchanged is read exactly as by the
// framework, with and without an identity. Any other is passed on without a
// second request to the listing.
func TestFrontReads(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	ctx := t.Context()
	req := l.readable(t)
	for _, identified := range []bool{false, true} {
		if identified {
			values := map[string]any{"bucket": l.server.Bucket(), "region": l.server.Region(), "key": "k"}
			req.CurrentIdentity = &tfprotov6.ResourceIdentityData{IdentityData: dynamic(t, l.typ.Identity, valueOf(l.typ.Identity, values))}
		}
		got := l.front.Read(ctx, req)
		want, err := l.framework.ReadResource(ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("identity %v (-framework +front):\n%s", identified, diff)
		}
	}
	for name, change := range map[string]func(*tfprotov6.ReadResourceRequest){
		"import": func(r *tfprotov6.ReadResourceRequest) {
			r.Private = privateState(t, map[string][]byte{".import_before_read": []byte("true")})
		},
		"another identity": func(r *tfprotov6.ReadResourceRequest) {
			values := map[string]any{"bucket": l.server.Bucket(), "region": l.server.Region(), "key": "other"}
			r.CurrentIdentity = &tfprotov6.ResourceIdentityData{IdentityData: dynamic(t, l.typ.Identity, valueOf(l.typ.Identity, values))}
		},
		"another ETag": func(r *tfprotov6.ReadResourceRequest) {
			other := l.written("k")
			other["server_side_encryption"] = "AES256"
			r.CurrentState = dynamic(t, l.typ.Object, valueOf(l.typ.Object, other))
		},
	} {
		changed := *req
		change(&changed)
		if got := l.front.Read(ctx, &changed); got != nil {
			t.Errorf("%s: answered", name)
		}
	}
}

// create creates an object through the framework and returns its state.
func (l *lab) create(tb testing.TB, key string) (state *tfprotov6.DynamicValue, private []byte) {
	tb.Helper()
	ctx := context.Background()
	config := dynamic(tb, l.typ.Object, valueOf(l.typ.Object, map[string]any{"bucket": l.server.Bucket(), "key": key, "server_side_encryption": "AES256", "content": "hello"}))
	plan, err := l.framework.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: objectType, PriorState: dynamic(tb, l.typ.Object, tftypes.NewValue(l.typ.Object, nil)), ProposedNewState: config, Config: config,
	})
	if err != nil || len(plan.Diagnostics) > 0 {
		tb.Fatal(err, plan)
	}
	applied, err := l.framework.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: objectType, PriorState: dynamic(tb, l.typ.Object, tftypes.NewValue(l.typ.Object, nil)), PlannedState: plan.PlannedState, Config: config,
	})
	if err != nil || len(applied.Diagnostics) > 0 {
		tb.Fatal(err, applied)
	}
	return applied.NewState, applied.Private
}

// readable returns a read request for an object that a page of the listing proves
// unchanged.
func (l *lab) readable(tb testing.TB) *tfprotov6.ReadResourceRequest {
	tb.Helper()
	req := &tfprotov6.ReadResourceRequest{TypeName: objectType}
	req.CurrentState, req.Private = l.create(tb, "k")
	l.configure(tb)                      // objects written by the same configuration are not looked up in the listing
	l.ahead.Add(int64(10 * time.Second)) // and the listing does not prove recent writes
	l.askForMany(tb, req)
	return req
}

// askForMany reads further objects until requesting a page of the listing pays
// off.
func (l *lab) askForMany(tb testing.TB, req *tfprotov6.ReadResourceRequest) {
	tb.Helper()
	for i := range 3 { // a page does not pay off for a few objects
		few := *req
		few.CurrentState = dynamic(tb, l.typ.Object, valueOf(l.typ.Object, l.written(fmt.Sprint("few", i))))
		if resp := l.front.Read(context.Background(), &few); resp != nil {
			tb.Fatal("the first objects were looked up in the listing")
		}
	}
}
