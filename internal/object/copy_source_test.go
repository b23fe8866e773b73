package object_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// COS copies whatever the encryption of the source and the destination.
func TestAccCopySource(t *testing.T) {
	t.Parallel()
	sources := map[string]cosmock.NewObject{
		"plain":   {},
		"SSE-COS": {Mode: sse.ModeAES256},
		"SSE-KMS": {Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1},
		"SSE-C":   {Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)},
	}
	table := map[string][2]string{}
	for from := range sources {
		for to := range encryptions {
			table[from+" to "+to] = [2]string{from, to}
		}
	}
	c := newCases(t, table)
	for from, object := range sources {
		object.Body = strings.NewReader("hello")
		object.Header = http.Header{"Content-Type": {"text/x-own"}, "X-Cos-Meta-A": {"b"}}
		object.Tags = map[string]string{"t": "u"}
		must(t, c.PutObject(c.Bucket(), from, object))
	}
	config := c.Provider(keyring)
	var checks []statecheck.StateCheck
	for name, pair := range table {
		from, to := pair[0], encryptions[pair[1]]
		key, reads := "", "HEAD 200"
		if from == "SSE-C" {
			key, reads = `sse_customer_key_name = "b"`, "HEAD 200 customer"
		}
		config += c.object(name, "a", to.argument, fmt.Sprintf("copy_source = {\n bucket = %q\n key = %q\n %s\n}", c.Bucket(), from, key))
		checks = append(checks,
			c.sent(name, "HEAD 404", "PUT copy 200 "+to.asked, headOf(to.asked)),
			named(name, func() error {
				calls := c.CallsOf(from)
				if len(calls) == 0 {
					return fmt.Errorf("the source was not read")
				}
				for _, call := range calls {
					if call != reads {
						return fmt.Errorf("the source was read by %q", calls)
					}
				}
				return nil
			}),
			c.holds(name, "a", "hello", to.want),
			named(name, func() error {
				o := c.stored(name, "a")
				return acctest.Differ("what came with it", []any{"text/x-own", "", 0},
					[]any{o.Header.Get("Content-Type"), o.Header.Get("X-Cos-Meta-A"), len(o.Tags)})
			}))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps:                    []resource.TestStep{{Config: config, ConfigStateChecks: checks}},
	})
}

// The object is copied again only if the arguments change.
func TestAccCopySourceChanges(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	put := func(body string) string {
		must(t, w.PutObject(w.Bucket(), "source", cosmock.NewObject{Body: strings.NewReader(body)}))
		stored, _ := w.Stored("source")
		return stored.ETag
	}
	config := func(lines ...string) string {
		return w.Provider() + w.Object("copy", plain, fmt.Sprintf("copy_source = {\n bucket = %q\n key = \"source\"\n %s\n}", w.Bucket(), strings.Join(lines, "\n")))
	}
	second := put("two!")
	first := put("one")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config(), ConfigStateChecks: []statecheck.StateCheck{w.Body("copy", "one")}},
			{
				PreConfig:        func() { put("two!") },
				Config:           config(),
				ConfigPlanChecks: unchanged,
			},
			{
				Config:            config(fmt.Sprintf("etag = %q", second)),
				ConfigStateChecks: []statecheck.StateCheck{w.Body("copy", "two!")},
			},
			{
				Config:      config(fmt.Sprintf(`etag = "\"%s\""`, first)),
				ExpectError: acctest.Error("Copy Source Changed", first, second),
			},
			{ // different arguments, same bytes
				PreConfig: func() { acctest.Now(t, w.Body("copy", "two!")); w.ResetRequests() },
				Config:    config(fmt.Sprintf("etag = %q", second), `region = "ap-guangzhou"`),
				ConfigStateChecks: []statecheck.StateCheck{
					w.SentFor("copy", "HEAD 200"),
				},
			},
		},
	})
}

func TestAccCopySourceErrors(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.PutObject(w.Bucket(), "secret", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)}))
	step := func(source string, says ...string) resource.TestStep {
		return resource.TestStep{
			Config:      w.Provider(keyring) + w.Object("copy", plain, "copy_source = { "+source+" }"),
			ExpectError: acctest.Error(says...),
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			step(`bucket = "`+w.Bucket()+`", key = "none"`, "Unable to Read Copy Source", "none"),
			step(`bucket = "none-1250000000", key = "none"`, "Unable to Read Copy Source", "NoSuchBucket"),
			step(`bucket = "`+w.Bucket()+`", key = "secret"`, "Unable to Read Copy Source", "customer key"), // without its customer key
			step(`bucket = "`+w.Bucket()+`", key = "secret", sse_customer_key_name = "b"`, "Unable to Read Copy Source"),
			step(`bucket = "`+w.Bucket()+`", key = "secret", sse_customer_key_name = "x"`, `no key named "x"`, "It has: b"),
		},
	})
	acctest.Now(t, w.HasKeys("secret"))
}

// If somebody else overwrites a copy, the plan shows drift and the apply copies
// again.
func TestAccCopyDrift(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.PutObject(w.Bucket(), "source", cosmock.NewObject{Body: strings.NewReader("original")}))
	config := w.Provider() + w.Object("copy", plain, fmt.Sprintf("copy_source = {\n bucket = %q\n key = \"source\"\n}", w.Bucket()))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					must(t, w.PutObject(w.Bucket(), "copy", cosmock.NewObject{Body: strings.NewReader("TAMPERED"), Mode: sse.ModeAES256}))
				},
				Config: config,
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, acctest.Changes(address, map[string]acctest.From{
					"copy_source": {Before: nil, After: map[string]any{"bucket": w.Bucket(), "key": "source", "etag": nil, "region": nil, "sse_customer_key_name": nil, "version_id": nil}},
				})),
				ConfigStateChecks: []statecheck.StateCheck{w.Body("copy", "original")},
			},
		},
	})
}
