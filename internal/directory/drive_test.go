package directory_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

const typeName = "cos_encrypted_directory"

// args are arguments: strings, lists of strings, maps of strings, and rules.
type args map[string]any

// driver makes the calls of a CLI to a provider. Each run uses a new provider,
// which refreshes, plans twice and applies.
type driver struct {
	t        *testing.T
	w        *acctest.World
	settings args // of the provider
	typ      tftypes.Object
	state    tftypes.Value
	private  []byte
	tainted  bool
}

// outcome is the result of a run.
type outcome struct {
	errors, warnings []string
	noop             bool
	plan             map[string]string // planned files; nil if unknown
	state            map[string]string // files in the final state
}

func (o outcome) failed() string { return strings.Join(o.errors, "\n") }

// types are the types of the schemas. Like a CLI, the tests ask for the schemas
// once, and not for each provider: they are expensive under the race detector.
type types struct{ provider, resource tftypes.Object }

var allTypes = sync.OnceValues(func() (types, error) {
	s, err := provider.Server("test")().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return types{}, err
	}
	return types{s.Provider.ValueType().(tftypes.Object), s.ResourceSchemas[typeName].ValueType().(tftypes.Object)}, nil
})

func typesOf(t *testing.T) types {
	t.Helper()
	all, err := allTypes()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func drive(t *testing.T, w *acctest.World) *driver {
	t.Helper()
	d := &driver{t: t, w: w, settings: args{"max_retries": 0}} // a single fault causes a failure
	d.typ = typesOf(t).resource
	d.state = tftypes.NewValue(d.typ, nil)
	return d
}

// serverClock is a server's clock, which a test advances instead of waiting.
type serverClock struct{ ahead atomic.Int64 }

func (c *serverClock) option(o *cosmock.Options) {
	o.Now = func() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }
}

func (c *serverClock) forward(d time.Duration) { c.ahead.Add(int64(d)) }

// configured returns a configured provider for a run.
func (d *driver) configured() tfprotov6.ProviderServer {
	d.t.Helper()
	server := provider.Server("test")()
	typ := typesOf(d.t).provider
	settings := args{"region": d.w.Region(), "secret_id": d.w.SecretID(), "secret_key": d.w.SecretKey(), "endpoint": d.w.URL(), "ca_certificate_file": d.w.CAFile()}
	for name, value := range d.settings {
		settings[name] = value
	}
	got, err := server.ConfigureProvider(d.t.Context(), &tfprotov6.ConfigureProviderRequest{Config: d.dynamic(typ, object(typ, settings))})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, one := range got.Diagnostics {
		d.t.Fatalf("%s: %s", one.Summary, one.Detail)
	}
	return server
}

// value converts v to a type.
func value(typ tftypes.Type, v any) tftypes.Value {
	switch v := v.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case tftypes.Value:
		return v
	case []string:
		var all []tftypes.Value
		for _, s := range v {
			all = append(all, tftypes.NewValue(tftypes.String, s))
		}
		return tftypes.NewValue(typ, all)
	case map[string]string:
		all := map[string]tftypes.Value{}
		for name, s := range v {
			all[name] = tftypes.NewValue(tftypes.String, s)
		}
		return tftypes.NewValue(typ, all)
	case args:
		return object(typ.(tftypes.Object), v)
	case []args:
		var all []tftypes.Value
		for _, one := range v {
			all = append(all, object(typ.(tftypes.List).ElementType.(tftypes.Object), one))
		}
		return tftypes.NewValue(typ, all)
	}
	return tftypes.NewValue(typ, v)
}

func object(typ tftypes.Object, a args) tftypes.Value {
	all := map[string]tftypes.Value{}
	for name, of := range typ.AttributeTypes {
		all[name] = value(of, a[name])
	}
	return tftypes.NewValue(typ, all)
}

func (d *driver) dynamic(typ tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	d.t.Helper()
	got, err := tfprotov6.NewDynamicValue(typ, v)
	if err != nil {
		d.t.Fatal(err)
	}
	return &got
}

func (d *driver) undynamic(v *tfprotov6.DynamicValue) tftypes.Value {
	d.t.Helper()
	if v == nil {
		return tftypes.NewValue(d.typ, nil)
	}
	got, err := v.Unmarshal(d.typ)
	if err != nil {
		d.t.Fatal(err)
	}
	return got
}

func (o *outcome) note(all []*tfprotov6.Diagnostic) {
	for _, one := range all {
		text := one.Summary + ": " + one.Detail
		if one.Severity == tfprotov6.DiagnosticSeverityError {
			o.errors = append(o.errors, text)
		} else {
			o.warnings = append(o.warnings, text)
		}
	}
}

// field returns a string map of an object, or nil if it is null or unknown.
func field(v tftypes.Value, name string) map[string]string {
	var all map[string]tftypes.Value
	if v.IsNull() || v.As(&all) != nil || all[name].IsNull() || !all[name].IsKnown() {
		return nil
	}
	var elements map[string]tftypes.Value
	_ = all[name].As(&elements)
	m := map[string]string{}
	for key, e := range elements {
		var s string
		_ = e.As(&s)
		m[key] = s
	}
	return m
}

// text returns a string attribute of the state.
func (d *driver) text(name string) string {
	var all map[string]tftypes.Value
	_ = d.state.As(&all)
	var s *string
	_ = all[name].As(&s)
	if s == nil {
		return ""
	}
	return *s
}

var computed = map[string]bool{
	"region": true, "server_side_encryption": true, "sse_kms_key_id": true, "sse_customer_key_name": true, "sse_customer_key_md5": true,
	"files": true, "headers": true, "file_count": true, "total_size": true, "digest": true,
}

// proposed returns the CLI's proposed state: the configuration plus the prior
// computed values.
func (d *driver) proposed(config tftypes.Value) tftypes.Value {
	var has, was map[string]tftypes.Value
	_ = config.As(&has)
	if !d.state.IsNull() {
		_ = d.state.As(&was)
	}
	all := map[string]tftypes.Value{}
	for name, v := range has {
		switch {
		case name == "sse_customer_key_wo":
			v = tftypes.NewValue(tftypes.String, nil)
		case v.IsNull() && computed[name] && was == nil:
			v = tftypes.NewValue(d.typ.AttributeTypes[name], tftypes.UnknownValue)
		case v.IsNull() && computed[name]:
			v = was[name]
		}
		all[name] = v
	}
	return tftypes.NewValue(d.typ, all)
}

// refresh reads the resource.
func (d *driver) refresh(ctx context.Context, server tfprotov6.ProviderServer, o *outcome) {
	d.t.Helper()
	if d.state.IsNull() {
		return
	}
	got, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: d.dynamic(d.typ, d.state), Private: d.private})
	if err != nil {
		d.t.Fatal(err)
	}
	o.note(got.Diagnostics)
	if len(o.errors) == 0 {
		d.state, d.private = d.undynamic(got.NewState), got.Private
	}
}

// consistent fails the test if the result of an apply is not what was planned as
// known, as a CLI does.
func (d *driver) consistent(plan tftypes.Value) {
	d.t.Helper()
	var planned, got map[string]tftypes.Value
	_ = plan.As(&planned)
	_ = d.state.As(&got)
	for name, value := range planned {
		if value.IsFullyKnown() && !value.Equal(got[name]) {
			d.t.Errorf("%s was planned as %v, and is %v", name, value, got[name])
		}
	}
}

// apply performs a complete run. If between is set, it is called after the plan.
func (d *driver) apply(a args, between ...func()) outcome {
	d.t.Helper()
	var o outcome
	ctx := d.t.Context()
	server := d.configured()
	d.refresh(ctx, server, &o)
	if len(o.errors) > 0 {
		return o
	}
	config := object(d.typ, a)
	validated, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: typeName, Config: d.dynamic(d.typ, config), ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true}})
	if err != nil {
		d.t.Fatal(err)
	}
	o.note(validated.Diagnostics)
	if len(o.errors) > 0 {
		return o
	}
	planned, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: d.dynamic(d.typ, d.state), ProposedNewState: d.dynamic(d.typ, d.proposed(config)),
		Config: d.dynamic(d.typ, config), PriorPrivate: d.private,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	o.note(planned.Diagnostics)
	if len(o.errors) > 0 {
		return o
	}
	plan := d.undynamic(planned.PlannedState)
	o.plan, o.state = field(plan, "files"), field(d.state, "files")
	if len(planned.RequiresReplace) > 0 {
		d.t.Fatalf("a replacement is planned for %v", planned.RequiresReplace)
	}
	if plan.Equal(d.state) {
		o.noop = true
		return o
	}
	for _, f := range between {
		f()
	}
	got, err := server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: d.dynamic(d.typ, d.state), PlannedState: planned.PlannedState, Config: d.dynamic(d.typ, config), PlannedPrivate: planned.PlannedPrivate,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	o.note(got.Diagnostics)
	d.tainted = d.state.IsNull() && len(o.errors) > 0
	d.state, d.private = d.undynamic(got.NewState), got.Private
	if len(o.errors) == 0 {
		d.consistent(plan)
	}
	o.state = field(d.state, "files")
	if len(o.errors) == 0 {
		if o.plan != nil && fmt.Sprint(o.plan) != fmt.Sprint(o.state) {
			d.t.Errorf("planned %v, and became %v", o.plan, o.state)
		}
		if !d.state.IsFullyKnown() {
			d.t.Errorf("the state is not known: %v", d.state)
		}
	}
	return o
}

// destroy refreshes, plans a destroy and applies it.
func (d *driver) destroy() outcome {
	d.t.Helper()
	var o outcome
	ctx := d.t.Context()
	server := d.configured()
	d.refresh(ctx, server, &o)
	if len(o.errors) > 0 {
		return o
	}
	null := d.dynamic(d.typ, tftypes.NewValue(d.typ, nil))
	planned, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: d.dynamic(d.typ, d.state), ProposedNewState: null, Config: null, PriorPrivate: d.private,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	o.note(planned.Diagnostics)
	got, err := server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: d.dynamic(d.typ, d.state), PlannedState: null, Config: null, PlannedPrivate: planned.PlannedPrivate,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	o.note(got.Diagnostics)
	d.state, d.private = d.undynamic(got.NewState), got.Private
	return o
}

// args returns the arguments of a directory resource for the site.
func (s site) args(w *acctest.World, more args) args {
	a := args{"bucket": w.Bucket(), "prefix": "site/", "source": s.dir, "server_side_encryption": "AES256"}
	for name, v := range more {
		a[name] = v
	}
	return a
}

// must fails the test if a run has failed.
func must(t *testing.T, o outcome) outcome {
	t.Helper()
	if len(o.errors) > 0 {
		t.Fatalf("failed: %s", o.failed())
	}
	return o
}

// mustNoop performs another run and expects no differences.
func (d *driver) mustNoop(a args) {
	d.t.Helper()
	if o := must(d.t, d.apply(a)); !o.noop {
		d.t.Errorf("the next plan is not empty: %v", o.plan)
	}
}
