package object_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	wrongSecret  = "canary/secret+key-that-is-wrong="
	expiredToken = "canary/security+token-that-has-expired="
	tempSecret   = "canary/temporary+secret-key-0123="
)

// hello declares the body of most objects in these tests.
const hello = `content = "hello"`

// providerWith returns a provider block for the server in which lines replace the
// usual ones.
func providerWith(w *acctest.World, lines ...string) string {
	usual := []string{
		"region = " + acctest.Quote(w.Region()), "secret_id = " + acctest.Quote(w.SecretID()), "secret_key = " + acctest.Quote(w.SecretKey()),
		"endpoint = " + acctest.Quote(w.URL()), "ca_certificate_file = " + acctest.Quote(w.CAFile()),
	}
	for _, u := range usual {
		name, _, _ := strings.Cut(u, " ")
		given := false
		for _, l := range lines {
			given = given || strings.HasPrefix(l, name+" ")
		}
		if !given {
			lines = append(lines, u)
		}
	}
	return acctest.ProviderBlock(lines...)
}

// Errors of COS are reported with what to do, and without secrets. After an error
// nothing is written, neither on COS nor to the state.
func TestAccRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		provider []string
		object   []string
		bucket   string
		prepare  func(*testing.T, *acctest.World)
		says     []string
	}{
		"wrong secret key": {
			provider: []string{"secret_key = " + acctest.Quote(wrongSecret)},
			says:     []string{"does not accept the signature", "SignatureDoesNotMatch", "TENCENTCLOUD_SECRET_KEY", "cos://lab-1250000000/a", "request id"},
		},
		"wrong secret key, with a customer key": {
			provider: []string{"secret_key = " + acctest.Quote(wrongSecret)},
			object:   []string{"sse_customer_key = var.a", `overwrite = true`},
			says:     []string{"does not accept the signature", "SignatureDoesNotMatch", "PutObject"},
		},
		"unknown secret id": {
			provider: []string{`secret_id = "AKIDnobody"`},
			says:     []string{"does not accept the signature", "InvalidAccessKeyId"},
		},
		"expired token": {
			provider: []string{`secret_id = "AKIDtemporary"`, "secret_key = " + acctest.Quote(tempSecret), "security_token = " + acctest.Quote(expiredToken)},
			says:     []string{"temporary credentials have expired", "ExpiredToken", "security_token"},
		},
		"missing bucket": {
			bucket: "nothing-1250000000",
			says:   []string{"There is no such bucket in the region", "NoSuchBucket", "region"},
		},
		"unknown KMS key": {
			object: []string{`server_side_encryption = "cos/kms"`, `sse_kms_key_id = "99999999-c05d-11ef-8000-5254005dfa17"`},
			says:   []string{"KMS knows no such key", "KmsKeyNotExist", "sse_kms_key_id"},
		},
		"disabled KMS key": {
			object:  []string{`server_side_encryption = "cos/kms"`, "sse_kms_key_id = " + acctest.Quote(acctest.KMSKey1)},
			prepare: func(t *testing.T, w *acctest.World) { must(t, w.DisableKMSKey(acctest.KMSKey1)) },
			says:    []string{"Enable the KMS key", "KmsKeyDisabled"},
		},
		"too many requests, without retries": {
			provider: []string{"max_retries = 0"},
			prepare:  func(t *testing.T, w *acctest.World) { arm(t, w, "PUT", cosmock.FaultSlowDown, -1) },
			says:     []string{"asked to slow down", "SlowDown", "max_retries", "-parallelism"},
		},
		"an error of the server, without retries": {
			provider: []string{"max_retries = 0"},
			prepare:  func(t *testing.T, w *acctest.World) { arm(t, w, "PUT", cosmock.FaultInternalError, -1) },
			says:     []string{"500 InternalError", "could not be written", "run again later"},
		},
		"a reset connection, without retries": {
			provider: []string{"max_retries = 0"},
			prepare:  func(t *testing.T, w *acctest.World) { arm(t, w, "PUT", cosmock.FaultResetBefore, -1) },
			says:     []string{"PutObject cos://lab-1250000000/a", "check the network"},
		},
		"an endpoint that nobody vouches for": {
			provider: []string{"ca_certificate_file = null"},
			says:     []string{"ca_certificate_file", "not one that this machine trusts"},
		},
		"an endpoint where nobody listens": {
			provider: []string{`endpoint = "https://127.0.0.1:1"`, "max_retries = 0"},
			says:     []string{"connection refused", "check the network"},
		},
		"a wrong customer key on the way to somebody's object": {
			object: []string{"sse_customer_key = var.a"},
			prepare: func(t *testing.T, w *acctest.World) {
				must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}))
			},
			says: []string{"Object Exists Already", "encrypted with a customer key", "terraform import"},
		},
		"403 where the object needs somebody's key": {
			prepare: func(t *testing.T, w *acctest.World) {
				w.Configure(func(u *cosmock.Undocumented) {
					u.CustomerKeyMissing = cosmock.Answer{Status: 403, Code: "AccessDenied"}
				})
				must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}))
			},
			says: []string{"Could not determine whether an object already exists", "nothing was written", "name/cos:HeadObject"},
		},
		"400 where the object needs somebody's key": {
			prepare: func(t *testing.T, w *acctest.World) {
				w.Configure(func(u *cosmock.Undocumented) {
					u.CustomerKeyMissing = cosmock.Answer{Status: 400, Code: "InvalidArgument"}
				})
				must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}))
			},
			says: []string{"Could not determine whether an object already exists", "nothing was written"},
		},
		"an object that exists": {
			prepare: func(t *testing.T, w *acctest.World) {
				must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256}))
			},
			says: []string{"Object Exists Already", "terraform import", "'ap-guangzhou:lab-1250000000/a'", "overwrite = true"},
		},
		"an object that appears in the meantime": {
			prepare: func(t *testing.T, w *acctest.World) {
				duringCall(t, w, "PUT", 1, func() {
					must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs")}))
				})
			},
			says: []string{"Object Exists Already", "terraform import", "overwrite = true"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, func(o *cosmock.Options) {
				o.Credentials = []cosmock.Credential{{SecretID: "AKIDtemporary", SecretKey: tempSecret, SessionToken: expiredToken, Expires: acctest.LongAgo}}
			})
			bucket := w.Bucket()
			if tc.bucket != "" {
				bucket = tc.bucket
			}
			object := tc.object
			if object == nil {
				object = []string{aes}
			}
			if tc.prepare != nil {
				tc.prepare(t, w)
			}
			before, existed := w.Stored("a")
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: w.Factories(),
				Steps: []resource.TestStep{{
					Config: acctest.Sensitive("a", "body") + providerWith(w, tc.provider...) +
						"resource \"cos_encrypted_object\" \"test\" {\n  bucket = " + acctest.Quote(bucket) + "\n  key = \"a\"\n  content = var.body\n  " + strings.Join(object, "\n  ") + "\n}",
					ConfigVariables: acctest.Variables(map[string]string{"a": acctest.KeyA, "body": "hello"}),
					ExpectError:     acctest.Error(tc.says...),
				}},
			})
			acctest.Now(t, w.HidesInDiagnostics(wrongSecret, tempSecret, expiredToken))
			after, exists := w.Stored("a")
			if strings.Contains(name, "in the meantime") {
				existed, before = exists, after
				if after.Size != int64(len("theirs")) {
					t.Errorf("the object has %d bytes", after.Size)
				}
			}
			if existed != exists || before.ETag != after.ETag || !before.Modified.Equal(after.Modified) {
				t.Errorf("the object was %v, is %v", before, after)
			}
			// An object in the state would have been deleted by the final destroy.
			for _, r := range w.Requests() {
				if r.Method == "DELETE" {
					t.Errorf("something was in the state: %q", w.Calls())
				}
			}
		})
	}
}

// overwrite replaces any existing object, even one that cannot be read.
func TestAccOverwrite(t *testing.T) {
	t.Parallel()
	table := map[string]cosmock.NewObject{
		"a plain object":     {Body: strings.NewReader("theirs")},
		"an object of SSE-C": {Body: strings.NewReader("theirs"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)},
		"the same object":    {Body: strings.NewReader("hello"), Mode: sse.ModeAES256},
	}
	c := newCases(t, table)
	config := c.Provider()
	var checks []statecheck.StateCheck
	for name, theirs := range table {
		must(t, c.PutObject(c.bucket(name), "a", theirs))
		config += c.object(name, "a", aes, hello, "overwrite = true")
		checks = append(checks, c.sent(name, "PUT 200 AES256 5 bytes", "HEAD 200"), c.holds(name, "a", "hello", sse.Observed{Mode: sse.ModeAES256}))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps:                    []resource.TestStep{{Config: config, ConfigStateChecks: checks}},
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// arm makes a number of requests of a method for the key a fail.
func arm(t *testing.T, w *acctest.World, method string, kind cosmock.FaultKind, times int) {
	t.Helper()
	must(t, w.Arm(cosmock.Fault{Match: cosmock.On(method, "a"), Times: times, Kind: kind}))
}

// duringCall runs do after the server has received the nth request of a method,
// counted from now, and before it processes the request.
func duringCall(t *testing.T, w *acctest.World, method string, nth int, do func()) {
	t.Helper()
	if nth > 1 {
		arm(t, w, method, cosmock.FaultDelay, nth-1)
	}
	gate := make(chan struct{})
	must(t, w.Arm(cosmock.Fault{Match: cosmock.On(method, "a"), Kind: cosmock.FaultDelay, Until: gate}))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for t.Context().Err() == nil {
			seen := 0
			for _, r := range w.Requests() {
				if r.Method == method {
					seen++
				}
			}
			if seen >= nth {
				do()
				close(gate)
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	t.Cleanup(func() { <-done })
}

// checkStored compares the stored object with the expected one.
func checkStored(t *testing.T, w *acctest.World, key, body string, encryption sse.Observed, customer sse.CustomerKey) {
	t.Helper()
	o, ok := w.Stored(key)
	if !ok {
		t.Fatalf("there is no object %q", key)
	}
	got := sse.Observed{Mode: o.Mode, KMSKeyID: o.KMSKeyID, CustomerKeyMD5: o.CustomerKeyMD5}
	if diff := cmp.Diff(encryption, got); diff != "" {
		t.Errorf("encryption of %q (-want +got):\n%s", key, diff)
	}
	text, err := o.Plaintext(customer)
	must(t, err)
	if diff := cmp.Diff(body, string(text)); diff != "" {
		t.Errorf("body of %q (-want +got):\n%s", key, diff)
	}
}
