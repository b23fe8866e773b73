package object_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// What passes is waited out, and what COS did although its answer was lost is
// recognised: nothing is written twice, and nobody is told that the object
// exists already.
func TestAccRetries(t *testing.T) {
	t.Parallel()
	const a = acctest.KeyA
	customer := sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}
	cos := sse.Observed{Mode: sse.ModeAES256}
	type fault struct {
		method string
		kind   cosmock.FaultKind
		times  int
	}
	for name, tc := range map[string]struct {
		encryption string
		versioned  bool
		update     bool // of the cache control, by a copy
		faults     []fault
		want       []string
	}{
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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			if tc.versioned {
				must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
			}
			variables := secretVariables(ws, map[string]string{"a": a})
			ws.Config(variables, w.Provider(), w.Object("a", tc.encryption, hello))
			if tc.update {
				ws.Apply()
				ws.Config(variables, w.Provider(), w.Object("a", tc.encryption, hello, `cache_control = "no-store"`))
			}
			for _, f := range tc.faults {
				arm(t, w, f.method, f.kind, f.times)
			}
			w.ResetRequests()
			r := ws.Apply()
			if diff := cmp.Diff(tc.want, withoutRefusedBodies(w.Calls())); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			checkReport(t, r, nil, a, w.SecretKey())
			w.Disarm()
			ws.EmptyPlan()
			if tc.encryption == aes {
				checkStored(t, w, "a", "hello", cos, sse.CustomerKey{})
			} else {
				checkStored(t, w, "a", "hello", customer, customerKey(t, a))
			}
			ws.Destroy()
		})
	}
}

// withoutRefusedBodies leaves out how much of a body was read before the
// request was refused: that depends on how the two ends interleave.
func withoutRefusedBodies(calls []string) []string {
	for i, call := range calls {
		if strings.Contains(call, " 403 ") || strings.Contains(call, " 503 ") {
			calls[i], _, _ = strings.Cut(call, " 5 bytes")
		}
	}
	return calls
}

// A storm ends in an error that says what helps, and in no object.
func TestAccRetriesUsedUp(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(providerWith(w, "max_retries = 2"), w.Object("a", aes, hello))
	arm(t, w, "HEAD", cosmock.FaultSlowDown, -1)
	checkReport(t, ws.Fail("apply", "-auto-approve"), []string{"Unable to Create Encrypted Object", "503", "HeadObject"}, w.SecretKey())
	if diff := cmp.Diff([]string{"HEAD 503", "HEAD 503", "HEAD 503"}, w.CallsOf("a")[:3]); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if _, ok := w.Stored("a"); ok || ws.Attributes(testObject) != nil {
		t.Error("there is an object, or a state of one")
	}
}
