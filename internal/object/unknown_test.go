package object_test

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// late declares a value that is not known before the apply. It is known again
// to a plan after that.
func late(name, value string) string {
	return "resource \"terraform_data\" " + acctest.Quote(name) + " {\n  input = " + value + "\n}\n"
}

// lateValue is what late declares.
func lateValue(name string) string { return "terraform_data." + name + ".output" }

// Each argument may come from something that is not there yet: planned, applied
// and stored as declared in one run, and nothing is left to do.
func TestAccUnknownArgument(t *testing.T) {
	t.Parallel()
	keyring := "sse_customer_keys = { one = " + acctest.Quote(acctest.KeyA) + ", two = " + acctest.Quote(acctest.KeyB) + " }"
	aesStored := sse.Observed{Mode: sse.ModeAES256}
	keyA := sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}
	kms := func(id string) sse.Observed { return sse.Observed{Mode: sse.ModeKMS, KMSKeyID: id} }
	for name, tc := range map[string]struct {
		value    string // that is late
		object   []string
		provider []string
		want     sse.Observed
	}{
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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			file := ws.Write("body", "hello")
			value := strings.NewReplacer("FILE", acctest.Quote(file), "BUCKET", acctest.Quote(w.Bucket()), "ID", acctest.Quote(w.SecretID()),
				"OWN KEY", "sensitive("+acctest.Quote(w.SecretKey())+")", "URL", acctest.Quote(w.URL())).Replace(tc.value)
			lines := tc.object
			for _, argument := range []string{"bucket", "key"} {
				if !strings.HasPrefix(lines[0], argument+" = ") {
					lines = append(lines, argument+" = "+map[string]string{"bucket": acctest.Quote(w.Bucket()), "key": `"a"`}[argument])
				}
			}
			object := "resource \"cos_encrypted_object\" \"test\" {\n  " + strings.Join(lines, "\n  ") + "\n}\n"
			ws.Config(late("late", value), strings.ReplaceAll(providerWith(w, tc.provider...)+object, "LATE", lateValue("late")))
			r := ws.Apply()
			checkReport(t, r, []string{"2 added"}, w.SecretKey())
			checkStored(t, w, "a", "hello", tc.want, customerKey(t, acctest.KeyA))

			// It is replaced by the same value: known at last, there is nothing to write.
			before, _ := w.Stored("a")
			w.ResetRequests()
			ws.Apply("-replace=terraform_data.late")
			now, _ := w.Stored("a")
			if name != "key" && name != "bucket" && name != "region" && before.ETag+before.Modified.String() != now.ETag+now.Modified.String() {
				t.Errorf("it was written again: %v", w.Calls())
			}
			ws.EmptyPlan()
		})
	}
}

// What stays null after all is told like any other null.
func TestAccUnknownTurnsNull(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		object []string
		says   string
	}{
		"the body":           {[]string{"content = LATE", aes}, "No Body Declared"},
		"the encryption":     {[]string{"server_side_encryption = LATE", hello}, "No Encryption Declared"},
		"the customer key":   {[]string{"sse_customer_key = LATE", hello}, "No Encryption Declared"},
		"both kinds of keys": {[]string{"sse_customer_key = LATE", "sse_customer_key_name = LATE", hello}, "No Encryption Declared"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Config(late("late", "null"), w.Provider(), strings.ReplaceAll(w.Object("a", tc.object...), "LATE", lateValue("late")))
			checkReport(t, ws.Fail("apply", "-auto-approve"), []string{tc.says})
			if len(w.Requests()) > 0 {
				t.Errorf("requests were sent: %v", w.Calls())
			}
		})
	}
}

// While the provider can not ask COS, an object that exists is planned from its
// state, and a default region that is not known concerns only new ones.
func TestAccUnknownProvider(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		line     string
		value    func(*acctest.World) string
		requests []string // of a plan
	}{
		"secret_key": {"secret_key = LATE", func(w *acctest.World) string { return w.SecretKey() }, nil},
		"endpoint":   {"endpoint = LATE", func(w *acctest.World) string { return w.URL() }, nil},
		"region":     {"region = LATE", func(w *acctest.World) string { return w.Region() }, []string{"HEAD 200"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			config := func(value string) {
				ws.Config(late("late", "sensitive("+acctest.Quote(value)+")"), strings.ReplaceAll(providerWith(w, tc.line), "LATE", lateValue("late")), w.Object("a", aes, hello))
			}
			ws.Config(w.Provider(), w.Object("a", aes, hello))
			ws.Apply()
			before := ws.Attributes(testObject)
			config(tc.value(w))
			w.ResetRequests()
			checkReport(t, ws.ChangedPlan("-out=plan"), []string{"1 to add, 0 to change, 0 to destroy"}, w.SecretKey())
			if diff := cmp.Diff(tc.requests, w.Calls()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			applyPlan(t, ws)
			if diff := cmp.Diff(before, ws.Attributes(testObject)); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
			ws.EmptyPlan()
		})
	}
}

// An ephemeral key goes through the keyring into the object, and into nothing
// else: neither the plan file nor the state nor the output has it.
func TestAccEphemeralKeyring(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	variables := "variable \"k\" {\n  type      = string\n  ephemeral = true\n  sensitive = true\n}\n"
	provider := w.Provider("sse_customer_keys = { one = var.k }")
	config := func(lines ...string) {
		ws.Config(variables, provider, w.Object("a", append(lines, `sse_customer_key_name = "one"`)...))
	}
	config(hello)
	ws.Env = []string{"TF_VAR_k=" + acctest.KeyA}
	r := ws.ChangedPlan("-out=plan")
	checkReport(t, r, nil, acctest.KeyA)
	checkReport(t, applyPlan(t, ws), nil, acctest.KeyA)
	checkStored(t, w, "a", "hello", ways["SSE-C"].stored, customerKey(t, acctest.KeyA))
	checkFiles(t, ws, acctest.KeyA)

	// Another value under the same name rotates the object: the old one is kept
	// in the keyring for that.
	ws.EmptyPlan()
	ws.Config(variables, w.Provider("sse_customer_keys = { one = var.k, old = "+acctest.Quote(acctest.KeyA)+" }"), w.Object("a", hello, `sse_customer_key_name = "one"`))
	ws.Env = []string{"TF_VAR_k=" + acctest.KeyB}
	w.ResetRequests()
	ws.ChangedPlan("-out=plan")
	applyPlan(t, ws)
	if diff := cmp.Diff([]string{"HEAD 200 customer", "GET ?acl 200", "PUT copy 200 customer", "HEAD 200 customer"}, w.Calls()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	ws.EmptyPlan()
	checkStored(t, w, "a", "hello", ways["SSE-C by name"].stored, customerKey(t, acctest.KeyB))
	checkFiles(t, ws, acctest.KeyB)
	ws.Destroy()
}

// An ephemeral value may differ between plan and apply. What is given at apply
// is what is used.
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

// checkFiles makes sure that no file of the workspace but its configuration
// holds a secret. Plan files are looked into.
func checkFiles(t *testing.T, ws *acctest.Workspace, secrets ...string) {
	t.Helper()
	var control bool
	check := func(name string, data []byte) {
		control = control || len(acctest.Leaks(string(data), "hello")) > 0
		if found := acctest.Leaks(string(data), secrets...); len(found) > 0 {
			t.Errorf("%s holds a secret, as %q", name, found)
		}
	}
	err := filepath.WalkDir(ws.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || entry.Name() == "main.tf" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		check(path, data)
		archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return nil //nolint:nilerr // no archive, so there is nothing in it
		}
		for _, f := range archive.File {
			r, err := f.Open()
			if err != nil {
				return err
			}
			data, err := io.ReadAll(r)
			if err != nil {
				return err
			}
			check(path+": "+f.Name, data)
		}
		return nil
	})
	must(t, err)
	if !control {
		t.Error("the body is not found in the state: the search looks at the wrong thing")
	}
}

// A source under another path that is only written during the apply may turn
// out to have the same bytes: then nothing differs after all.
func TestAccSourceWrittenElsewhere(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	first, second := ws.Write("first.txt", "same"), filepath.Join(ws.Dir, "second.txt")
	ws.Config(w.Provider(), w.Object("a", plain, "source = "+acctest.Quote(first)))
	ws.Apply()
	ws.Config(w.Provider(), w.Object("a", plain, "source = "+acctest.Quote(second)))
	ws.ChangedPlan("-out=plan")
	ws.Write("second.txt", "same")
	applyPlan(t, ws)
	ws.EmptyPlan()
}
