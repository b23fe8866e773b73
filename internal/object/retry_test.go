package object_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// passing is a series of temporary failures.
type passing struct {
	encryption string
	versioned  bool
	update     bool // changes the cache control, which is a copy
	faults     []fault
	want       []string
}

type fault struct {
	method string
	kind   cosmock.FaultKind
	times  int
}

// Temporary failures are retried, and work that COS did before its response was
// lost is recognized: nothing is written twice, and no error claims that the object
// already exists.
func TestAccRetries(t *testing.T) {
	t.Parallel()
	table := map[string]passing{
		"503 to the HEAD": {encryption: aes, faults: []fault{{"HEAD", cosmock.FaultSlowDown, 2}},
			want: []string{"HEAD 503", "HEAD 503", "HEAD 404", "PUT 200 AES256 5 bytes", "HEAD 200"}},
		"503 to the PUT": {encryption: aes, faults: []fault{{"PUT", cosmock.FaultSlowDown, 3}},
			want: []string{"HEAD 404", "PUT 503 AES256", "PUT 503 AES256", "PUT 503 AES256", "PUT 200 AES256 5 bytes", "HEAD 200"}},
		"a reset before the work": {encryption: aes, faults: []fault{{"PUT", cosmock.FaultResetBefore, 1}},
			want: []string{"HEAD 404", "PUT 0 AES256", "HEAD 404", "PUT 200 AES256 5 bytes", "HEAD 200"}},
		"a reset after the work": {encryption: aes, faults: []fault{{"PUT", cosmock.FaultResetAfter, 1}},
			want: []string{"HEAD 404", "PUT 0 AES256 5 bytes", "HEAD 200", "HEAD 200"}},
		"a reset after the work, SSE-C": {encryption: "sse_customer_key = var.a", faults: []fault{{"PUT", cosmock.FaultResetAfter, 1}},
			want: []string{"HEAD 404", "PUT 0 customer 5 bytes", "HEAD 200 customer", "HEAD 200 customer"}},
		"a reset after the work, with versions": {encryption: aes, versioned: true, faults: []fault{{"PUT", cosmock.FaultResetAfter, 1}},
			want: []string{"HEAD 404", "PUT 0 AES256 5 bytes", "HEAD 200", "HEAD 200", "GET ?versions 200"}},
		"an answer cut short": {encryption: aes, faults: []fault{{"PUT", cosmock.FaultTruncate, 1}},
			want: []string{"HEAD 404", "PUT 200 AES256 5 bytes", "HEAD 200", "HEAD 200"}},
		"a reset of the last HEAD": {encryption: aes, faults: []fault{{"HEAD", cosmock.FaultDelay, 1}, {"HEAD", cosmock.FaultResetBefore, 1}},
			want: []string{"HEAD 404", "PUT 200 AES256 5 bytes", "HEAD 0", "HEAD 200"}},
		"a clock that is off": {encryption: aes, faults: []fault{{"HEAD", cosmock.FaultClockSkew, 1}},
			want: []string{"HEAD 403", "HEAD 404", "PUT 200 AES256 5 bytes", "HEAD 200"}},
		"a clock that is off at the PUT": {encryption: "sse_customer_key = var.a", faults: []fault{{"PUT", cosmock.FaultClockSkew, 1}},
			want: []string{"HEAD 404", "PUT 403 customer", "PUT 200 customer 5 bytes", "HEAD 200 customer"}},
		"a copy refused inside a 200": {encryption: aes, update: true, faults: []fault{{"PUT", cosmock.FaultErrorIn200, 1}},
			want: []string{"HEAD 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200", "PUT copy 200 AES256", "HEAD 200"}},
		"a copy whose answer is lost": {encryption: aes, update: true, faults: []fault{{"PUT", cosmock.FaultResetAfter, 1}},
			want: []string{"HEAD 200", "GET ?acl 200", "PUT copy 0 AES256", "HEAD 200", "HEAD 200"}},
		"a copy that is slowed down": {encryption: "sse_customer_key = var.a", update: true, faults: []fault{{"PUT", cosmock.FaultSlowDown, 1}},
			want: []string{"HEAD 200 customer", "GET ?acl 200", "PUT copy 503 customer", "PUT copy 200 customer", "HEAD 200 customer"}},
	}
	alone := map[string]passing{} // all cases share one clock
	for name, tc := range table {
		if strings.HasPrefix(name, "a clock") {
			alone[name] = tc
			delete(table, name)
		}
	}
	t.Run("of the server", func(t *testing.T) {
		t.Parallel()
		applyDespite(t, table)
	})
	for name, tc := range alone {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			applyDespite(t, map[string]passing{name: tc})
		})
	}
}

func applyDespite(t *testing.T, table map[string]passing) {
	c := newCases(t, table)
	config := func(second bool) string {
		text := acctest.Sensitive("a") + c.Provider()
		for name, tc := range table {
			lines := []string{tc.encryption, hello}
			if tc.update && second {
				lines = append(lines, `cache_control = "no-store"`)
			}
			if tc.update || second {
				text += c.object(name, c.label(name), lines...)
			}
		}
		return text
	}
	var checks []statecheck.StateCheck
	for name, tc := range table {
		if tc.versioned {
			must(t, c.SetVersioning(c.bucket(name), cosmock.VersioningEnabled))
		}
		stored := sse.Observed{Mode: sse.ModeAES256}
		if tc.encryption != aes {
			stored = sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}
		}
		checks = append(checks, named(name, func() error {
			var calls []string
			for _, r := range c.Requests() {
				if r.Bucket == c.bucket(name) {
					calls = append(calls, acctest.Call(r))
				}
			}
			return acctest.Differ("requests", tc.want, withoutRefusedBodies(calls))
		}), c.holds(name, c.label(name), "hello", stored))
	}
	keys := acctest.Variables(map[string]string{"a": acctest.KeyA})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: config(false), ConfigVariables: keys},
			{
				PreConfig: func() {
					for name, tc := range table {
						for _, f := range tc.faults {
							must(t, c.Arm(cosmock.Fault{Match: cosmock.On(f.method, c.label(name)), Times: f.times, Kind: f.kind}))
						}
					}
					c.ResetRequests()
				},
				Config:            config(true),
				ConfigVariables:   keys,
				ConfigStateChecks: append(checks, acctest.Do(c.Disarm)),
			},
		},
	})
}

// withoutRefusedBodies removes how much of a body was read before its request was
// refused, which depends on timing.
func withoutRefusedBodies(calls []string) []string {
	for i, call := range calls {
		if strings.Contains(call, " 403 ") || strings.Contains(call, " 503 ") {
			calls[i], _, _ = strings.Cut(call, " 5 bytes")
		}
	}
	return calls
}

// Persistent failures end with an error that says what helps, and without an
// object.
func TestAccRetriesUsedUp(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{{
			PreConfig:   func() { arm(t, w, "HEAD", cosmock.FaultSlowDown, -1) },
			Config:      providerWith(w, "max_retries = 2") + w.Object("a", aes, hello),
			ExpectError: acctest.Error("Unable to Create Encrypted Object", "503", "HeadObject"),
		}},
	})
	acctest.Now(t, w.HasKeys(), w.Sent("HEAD 503", "HEAD 503", "HEAD 503", "GET 404"))
}
