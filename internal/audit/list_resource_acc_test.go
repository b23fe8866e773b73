package audit_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// query returns a list block named test.
func query(w *acctest.World, block, config []string) string {
	return "list \"cos_encrypted_object\" \"test\" {\n  provider = cos\n  " + strings.Join(block, "\n  ") + "\n  config {\n    bucket = " + acctest.Quote(w.Bucket()) + "\n    " + strings.Join(config, "\n    ") + "\n  }\n}\n"
}

func TestAccListResource(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	for key, mode := range map[string]sse.Mode{"a/1": sse.ModeNone, "a/2": sse.ModeAES256, "a/3+ ü": sse.ModeNone, "b": sse.ModeKMS} {
		store(t, w, key, cosmock.NewObject{Mode: mode})
	}
	const address = "cos_encrypted_object.test"
	identity := func(key string) map[string]knownvalue.Check {
		return map[string]knownvalue.Check{"bucket": knownvalue.StringExact(w.Bucket()), "region": knownvalue.StringExact(w.Region()), "key": knownvalue.StringExact(key)}
	}
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: w.Provider() + w.Object("managed", `server_side_encryption = "AES256"`, `content = "x"`)},
			{
				Query:  true,
				Config: query(w, nil, nil),
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength(address, 5), querycheck.ExpectIdentity(address, identity("a/3+ ü")), querycheck.ExpectIdentity(address, identity("managed")),
					querycheck.ExpectResourceDisplayName(address, queryfilter.ByResourceIdentity(identity("a/1")), knownvalue.StringExact("a/1")),
				},
			},
			{
				Query:  true,
				Config: query(w, []string{"include_resource = true"}, []string{`prefix = "a/"`, `encryption = ["none"]`}),
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength(address, 2), querycheck.ExpectNoIdentity(address, identity("a/2")),
					querycheck.ExpectResourceKnownValues(address, queryfilter.ByResourceIdentity(identity("a/1")), []querycheck.KnownValueCheck{
						{Path: tfjsonpath.New("content_length"), KnownValue: knownvalue.Int64Exact(1)},
						{Path: tfjsonpath.New("server_side_encryption"), KnownValue: knownvalue.Null()},
						{Path: tfjsonpath.New("id"), KnownValue: knownvalue.StringExact(w.Bucket() + "/a/1")},
					}),
				},
			},
			{
				Query:             true,
				Config:            query(w, []string{"limit = 2"}, nil),
				QueryResultChecks: []querycheck.QueryResultCheck{querycheck.ExpectLength(address, 2)},
			},
			{Query: true, Config: query(w, nil, []string{`encryption = ["SSE"]`}), ExpectError: regexp.MustCompile(`is not an encryption`)},
		},
	})
}

// The output of terraform query can be applied unchanged; see
// TestListResourceGeneratesConfiguration for the plan.
//
// With our runner: plugin-testing has no query that generates configuration.
func TestAccListResourceGeneratesConfiguration(t *testing.T) {
	t.Parallel()
	w, ws := generatedWorld(t)
	if !acctest.AtLeast(t, "1.14") {
		t.Skip("terraform query came with Terraform 1.14")
	}
	ws.Write("test.tfquery.hcl", query(w, nil, nil))
	if r := ws.Run("query", "-generate-config-out=generated.tf"); r.Code != 0 {
		t.Fatal(r.Output())
	}
	checkGenerated(t, w, ws)
}

// The same with any CLI: the configuration is generated from a list over the
// protocol, as terraform query does.
//
// With our runner: the test writes its own import blocks.
func TestAccGeneratedConfiguration(t *testing.T) {
	t.Parallel()
	w, ws := generatedWorld(t)
	client := configured(t, w, map[string]any{"sse_customer_keys": map[string]any{"b": acctest.KeyB}})
	results, err := client.List(t.Context(), listed, map[string]any{"bucket": w.Bucket()}, 100, true)
	must(t, err)
	var text strings.Builder
	for i, r := range results {
		fmt.Fprintf(&text, "resource \"cos_encrypted_object\" \"test_%d\" {\n%s}\n", i, written(t, client.Generate(listed, r.Resource)))
		fmt.Fprintf(&text, "import {\n  to = cos_encrypted_object.test_%d\n  id = %s\n}\n", i, acctest.Quote(w.Region()+":"+w.Bucket()+"/"+protocol.Text(r.Identity, "key")))
	}
	ws.Write("generated.tf", text.String())
	checkGenerated(t, w, ws)
}

var generatedObjects = map[string]cosmock.NewObject{
	"plain": {}, "folder/": {Body: strings.NewReader("")}, "a b+ü %": {}, `quo"te$${x}`: {}, "aes": {Mode: sse.ModeAES256}, "kms": {Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2},
	"headers": {Mode: sse.ModeAES256, Class: "STANDARD_IA", Header: map[string][]string{"Cache-Control": {"no-store"}, "X-Cos-Meta-A": {`b "c" ${d}`}}},
}

// generatedWorld returns objects of several kinds, with the key of the SSE-C
// object and a default encryption for unencrypted ones.
func generatedWorld(t *testing.T) (*acctest.World, *acctest.Workspace) {
	t.Helper()
	ws := acctest.NewWorkspace(t)
	w := acctest.New(t)
	for key, o := range generatedObjects {
		store(t, w, key, o)
	}
	store(t, w, "customer", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)})
	ws.Config(w.Provider("sse_customer_keys = { b = "+acctest.Quote(acctest.KeyB)+" }", `default_encryption = { server_side_encryption = "AES256" }`))
	return w, ws
}

// checkGenerated applies generated configuration: encrypted objects are imported
// unchanged, the others are encrypted, and no content is transferred.
func checkGenerated(t *testing.T, w *acctest.World, ws *acctest.Workspace) {
	t.Helper()
	w.ResetRequests()
	r := ws.ChangedPlan()
	if text := r.Text(); !strings.Contains(text, "Plan: 8 to import, 0 to add, 4 to change, 0 to destroy") {
		t.Errorf("the plan is\n%s", r.Output())
	}
	ws.Apply()
	ws.EmptyPlan()
	for _, call := range w.Requests() {
		if call.BodyBytes > 0 && call.Method != "GET" {
			t.Errorf("a body moved: %+v", call)
		}
	}
	for key := range generatedObjects {
		if o, ok := w.Stored(key); !ok || o.Mode == sse.ModeNone {
			t.Errorf("%s is stored as %+v", key, o)
		}
	}
}

// written formats a generated configuration as HCL.
func written(t *testing.T, config map[string]any) string {
	t.Helper()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(config)) {
		value, _ := config[name].(tftypes.Value)
		fmt.Fprintf(&b, "  %s = %s\n", name, literal(t, value))
	}
	return b.String()
}

func literal(t *testing.T, value tftypes.Value) string {
	t.Helper()
	var text string
	var elements map[string]tftypes.Value
	switch {
	case value.Type().Is(tftypes.String):
		must(t, value.As(&text))
		return acctest.Quote(text)
	case value.Type().Is(tftypes.Map{}):
		must(t, value.As(&elements))
		var all []string
		for _, name := range slices.Sorted(maps.Keys(elements)) {
			all = append(all, acctest.Quote(name)+" = "+literal(t, elements[name]))
		}
		return "{ " + strings.Join(all, ", ") + " }"
	}
	t.Fatalf("a %s", value.Type())
	return ""
}
