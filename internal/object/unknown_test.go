package object_test

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// late declares a resource whose output is unknown until the apply. Later plans
// know the value.
func late(name, value string) string {
	return "resource \"terraform_data\" " + acctest.Quote(name) + " {\n  input = " + value + "\n}\n"
}

// lateValue refers to the output of late.
func lateValue(name string) string { return "terraform_data." + name + ".output" }

// lateCase is an argument whose value depends on a resource that does not exist
// yet.
type lateCase struct {
	value    string // the late value
	object   []string
	provider []string
	want     sse.Observed
}

// Any argument may depend on a resource that does not exist yet. One run plans,
// applies and stores it as declared, and the next plan is empty.
func TestAccUnknownArgument(t *testing.T) {
	t.Parallel()
	keyring := "sse_customer_keys = { one = " + acctest.Quote(acctest.KeyA) + ", two = " + acctest.Quote(acctest.KeyB) + " }"
	aesStored := sse.Observed{Mode: sse.ModeAES256}
	keyA := sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}
	kms := func(id string) sse.Observed { return sse.Observed{Mode: sse.ModeKMS, KMSKeyID: id} }
	table := map[string]lateCase{
		"content":                {`"hello"`, []string{"content = LATE", aes}, nil, aesStored},
		"content_base64":         {`"aGVsbG8="`, []string{"content_base64 = LATE", aes}, nil, aesStored},
		"source":                 {"FILE", []string{"source = LATE", aes}, nil, aesStored},
		"the body that is null":  {"null", []string{"content_base64 = LATE", hello, aes}, nil, aesStored},
		"key":                    {`"a"`, []string{"key = LATE", hello, aes}, nil, aesStored},
		"bucket":                 {"BUCKET", []string{"bucket = LATE", hello, aes}, nil, aesStored},
		"region":                 {`"ap-guangzhou"`, []string{"region = LATE", hello, aes}, nil, aesStored},
		"server_side_encryption": {`"cos/kms"`, []string{"server_side_encryption = LATE", hello}, nil, kms(cosmock.DefaultKMSKeyID)},
		"sse_kms_key_id":         {acctest.Quote(acctest.KMSKey2), []string{`server_side_encryption = "cos/kms"`, "sse_kms_key_id = LATE", hello}, nil, kms(acctest.KMSKey2)},
		"sse_context":            {`base64encode("{\"a\":\"b\"}")`, []string{`server_side_encryption = "cos/kms"`, "sse_context = LATE", hello}, nil, kms(cosmock.DefaultKMSKeyID)},
		"sse_customer_key":       {acctest.Quote(acctest.KeyA), []string{"sse_customer_key = LATE", hello}, nil, keyA},
		"sse_customer_key_name":  {`"one"`, []string{"sse_customer_key_name = LATE", hello}, []string{keyring}, keyA},
		"a mode that is null":    {"null", []string{"server_side_encryption = LATE", "sse_customer_key = " + acctest.Quote(acctest.KeyA), hello}, nil, keyA},
		"a key that is null":     {"null", []string{aes, "sse_customer_key = LATE", hello}, nil, aesStored},
		"a name that is null":    {"null", []string{aes, "sse_customer_key_name = LATE", hello}, nil, aesStored},
		"a KMS key that is null": {"null", []string{`server_side_encryption = "cos/kms"`, "sse_kms_key_id = LATE", hello}, nil, kms(cosmock.DefaultKMSKeyID)},
		"a header":               {`"no-store"`, []string{"cache_control = LATE", hello, aes}, nil, aesStored},
		"a content type":         {`"text/html"`, []string{"content_type = LATE", hello, aes}, nil, aesStored},
		"metadata":               {`"me"`, []string{"metadata = { owner = LATE }", hello, aes}, nil, aesStored},
		"metadata as a whole":    {`{ owner = "me" }`, []string{"metadata = LATE", hello, aes}, nil, aesStored},
		"overwrite":              {"true", []string{"overwrite = LATE", hello, aes}, nil, aesStored},
		"an element of the keyring": {acctest.Quote(acctest.KeyA), []string{`sse_customer_key_name = "one"`, hello},
			[]string{"sse_customer_keys = { one = LATE, two = " + acctest.Quote(acctest.KeyB) + " }"}, keyA},
		"the keyring": {"{ one = " + acctest.Quote(acctest.KeyA) + " }", []string{`sse_customer_key_name = "one"`, hello},
			[]string{"sse_customer_keys = LATE"}, keyA},
		"the provider's region":      {`"ap-guangzhou"`, []string{hello, aes}, []string{"region = LATE"}, aesStored},
		"the provider's secret_id":   {"ID", []string{hello, aes}, []string{"secret_id = LATE"}, aesStored},
		"the provider's secret_key":  {"OWN KEY", []string{hello, aes}, []string{"secret_key = LATE"}, aesStored},
		"the provider's endpoint":    {"URL", []string{hello, "sse_customer_key = " + acctest.Quote(acctest.KeyA)}, []string{"endpoint = LATE"}, keyA},
		"the provider's max_retries": {"3", []string{hello, aes}, []string{"max_retries = LATE"}, aesStored},
		"the provider's part size":   {"3", []string{hello, aes}, []string{"part_size = LATE", "upload_concurrency = LATE"}, aesStored},
	}
	applyLate(t, table)
}

// applyLate applies the cases with late values, and again once the values are
// known, which writes nothing.
func applyLate(t *testing.T, table map[string]lateCase) {
	c, own := newCases(t, table), fleet{}
	for name, tc := range table {
		if tc.provider != nil {
			own[name] = c.World
		}
	}
	file := acctest.Quote(writeFile(t, t.TempDir(), "body", "hello"))
	config := func(revision string) string {
		text := c.Provider("sse_customer_keys = { one = " + acctest.Quote(acctest.KeyA) + " }")
		for name, tc := range table {
			value := strings.NewReplacer("FILE", file, "BUCKET", acctest.Quote(c.bucket(name)), "ID", acctest.Quote(c.SecretID()),
				"OWN KEY", "sensitive("+acctest.Quote(c.SecretKey())+")", "URL", acctest.Quote(c.URL())).Replace(tc.value)
			object := tc.object
			if own[name] != nil {
				text += own.of(name, providerWith(c.World, tc.provider...))
				object = append([]string{"provider = " + own.provider(name)}, object...)
			}
			text += strings.Replace(late(c.label(name), value), "\n}", "\n  triggers_replace = "+acctest.Quote(revision)+"\n}", 1) +
				c.object(name, "a", object...)
			text = strings.ReplaceAll(text, "LATE", lateValue(c.label(name)))
		}
		return text
	}
	written := map[string]string{}
	var first, again []statecheck.StateCheck
	for name, tc := range table {
		when := func() string {
			o := c.stored(name, "a")
			return o.ETag + o.Modified.String()
		}
		first = append(first, c.holds(name, "a", "hello", tc.want), acctest.Do(func() { written[name] = when() }))
		again = append(again, c.holds(name, "a", "hello", tc.want))
		if name != "key" && name != "bucket" && name != "region" {
			again = append(again, named(name, func() error { return acctest.Differ("time of the write", written[name], when()) }))
		}
	}
	factories := own.factories()
	maps.Copy(factories, c.Factories())
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: config("1"), ConfigStateChecks: first},
			{Config: config("2"), ConfigStateChecks: again},
		},
	})
}

// An argument that turns out to be null is reported like any other null.
func TestAccUnknownTurnsNull(t *testing.T) {
	t.Parallel()
	table := map[string]struct {
		object []string
		says   string
	}{
		"the body":           {[]string{"content = LATE", aes}, "No Body Declared"},
		"the encryption":     {[]string{"server_side_encryption = LATE", hello}, "No Encryption Declared"},
		"the customer key":   {[]string{"sse_customer_key = LATE", hello}, "No Encryption Declared"},
		"both kinds of keys": {[]string{"sse_customer_key = LATE", "sse_customer_key_name = LATE", hello}, "No Encryption Declared"},
	}
	w := acctest.New(t)
	var steps []resource.TestStep
	for name, tc := range table {
		steps = append(steps, resource.TestStep{
			Config: "# " + name + "\n" + strings.Replace(late("late", "null"), "\n}", "\n  triggers_replace = "+acctest.Quote(name)+"\n}", 1) + w.Provider() +
				strings.ReplaceAll(w.Object("a", tc.object...), "LATE", lateValue("late")),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			ExpectError:      acctest.Error(tc.says),
		})
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: steps})
	acctest.Now(t, w.Sent())
}

// While the provider cannot send requests, existing objects are planned from the
// state. An unknown default region only affects new objects.
func TestAccUnknownProvider(t *testing.T) {
	t.Parallel()
	table := map[string]struct {
		line     string
		value    func(*acctest.World) string
		requests []string // requests of a plan
	}{
		"secret_key": {"secret_key = LATE", func(w *acctest.World) string { return w.SecretKey() }, nil},
		"endpoint":   {"endpoint = LATE", func(w *acctest.World) string { return w.URL() }, nil},
		"region":     {"region = LATE", func(w *acctest.World) string { return w.Region() }, []string{"HEAD 200"}},
	}
	own := fleet{}
	for name := range table {
		own[name] = acctest.New(t)
	}
	var known, unknown resource.TestStep
	var keep []statecheck.StateCheck
	actions := map[string]string{}
	unknown.PreConfig = func() {
		for _, w := range own {
			w.ResetRequests()
		}
	}
	for name, tc := range table {
		w := own[name]
		object := w.Object("a", aes, hello)
		known.Config += own.of(name, w.Provider()+object)
		unknown.Config += late(own.label(name), "sensitive("+acctest.Quote(tc.value(w))+")") +
			own.of(name, strings.ReplaceAll(providerWith(w, tc.line), "LATE", lateValue(own.label(name)))+object)
		actions["terraform_data."+own.label(name)], actions[own.address(name)] = "create", "no-op"
		unknown.ConfigPlanChecks.PreApply = append(unknown.ConfigPlanChecks.PreApply, named(name, w.Sent(tc.requests...)))
		keep = append(keep, acctest.Keeps(own.address(name)))
	}
	unknown.ConfigPlanChecks.PreApply = append(unknown.ConfigPlanChecks.PreApply, acctest.Actions(actions))
	known.ConfigStateChecks, unknown.ConfigStateChecks = keep, keep
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: own.factories(), Steps: []resource.TestStep{known, unknown}})
}

// An ephemeral key from the keyring encrypts the object, and is in neither the plan
// file nor the state.
func TestAccEphemeralKeyring(t *testing.T) {
	t.Parallel()
	w, dir := acctest.New(t), workingDir(t)
	const declared = "variable \"k\" {\n  type      = string\n  ephemeral = true\n  sensitive = true\n}\n"
	object := w.Object("a", hello, `sse_customer_key_name = "one"`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		WorkingDir:               dir,
		Steps: []resource.TestStep{
			{
				Config:            declared + w.Provider("sse_customer_keys = { one = var.k }") + object,
				ConfigVariables:   acctest.Variables(map[string]string{"k": acctest.KeyA}),
				ConfigPlanChecks:  planned(plancheck.ResourceActionCreate, acctest.HidesInFiles(dir, acctest.KeyA)),
				ConfigStateChecks: []statecheck.StateCheck{acctest.HidesInFiles(dir, acctest.KeyA), w.Holds("a", "hello", ways["SSE-C"].stored)},
			},
			{ // another value under the same name rotates the object, for which the keyring keeps the old key
				PreConfig:        w.ResetRequests,
				Config:           declared + w.Provider("sse_customer_keys = { one = var.k, old = "+acctest.Quote(acctest.KeyA)+" }") + object,
				ConfigVariables:  acctest.Variables(map[string]string{"k": acctest.KeyB}),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, acctest.HidesInFiles(dir, acctest.KeyB)),
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200 customer", "GET ?acl 200", "PUT copy 200 customer", "HEAD 200 customer"),
					acctest.HidesInFiles(dir, acctest.KeyB),
					w.Holds("a", "hello", ways["SSE-C by name"].stored),
				},
			},
		},
	})
}

// An ephemeral value may differ between plan and apply. The apply uses its own.
//
// With our runner: a saved plan is applied with another value.
func TestAccEphemeralKeyChangesAfterPlan(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config("variable \"k\" {\n  ephemeral = true\n  sensitive = true\n}\n", w.Provider("sse_customer_keys = { one = var.k }"),
		w.Object("a", hello, `sse_customer_key_name = "one"`))
	ws.Env = []string{"TF_VAR_k=" + acctest.KeyA}
	ws.ChangedPlan("-out=plan")
	ws.Env = []string{"TF_VAR_k=" + acctest.KeyB}
	applyPlan(t, ws)
	ws.EmptyPlan()
	checkStored(t, w, "a", "hello", ways["SSE-C by name"].stored, customerKey(t, acctest.KeyB))
}

// A source at another path that is written only during the apply may turn out to
// have the same bytes, in which case nothing changes.
func TestAccSourceWrittenElsewhere(t *testing.T) {
	t.Parallel()
	w, dir := acctest.New(t), t.TempDir()
	config := func(name string) string {
		return w.Provider() + w.Object("a", plain, "source = "+acctest.Quote(filepath.Join(dir, name)))
	}
	writeFile(t, dir, "first.txt", "same")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config("first.txt")},
			{
				Config:           config("second.txt"),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, acctest.Do(func() { writeFile(t, dir, "second.txt", "same") })),
			},
		},
	})
}
