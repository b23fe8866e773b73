package object_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// ways are the encryptions, as declared, requested and described in messages.
var ways = map[string]struct {
	argument, asked, words string
	stored                 sse.Observed
	key                    string
}{
	"SSE-COS": {aes, "AES256", "SSE-COS (AES256)", sse.Observed{Mode: sse.ModeAES256}, ""},
	"SSE-KMS": {`server_side_encryption = "cos/kms"`, "cos/kms", "SSE-KMS (cos/kms)", sse.Observed{Mode: sse.ModeKMS, KMSKeyID: cosmock.DefaultKMSKeyID}, ""},
	"SSE-KMS with a key": {`server_side_encryption = "cos/kms"` + "\n" + `sse_kms_key_id = "` + acctest.KMSKey1 + `"`, "cos/kms",
		"SSE-KMS (cos/kms) with the key " + acctest.KMSKey1, sse.Observed{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}, ""},
	"SSE-C": {"sse_customer_key = var.a", "customer", "SSE-C with the key of MD5 " + acctest.KeyAMD5,
		sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}, acctest.KeyA},
	"SSE-C by name": {`sse_customer_key_name = "b"`, "customer", "SSE-C with the key of MD5 " + acctest.KeyBMD5,
		sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyBMD5}, acctest.KeyB},
}

func keyOf(t *testing.T, text string) sse.CustomerKey {
	t.Helper()
	if text == "" {
		return sse.CustomerKey{}
	}
	return customerKey(t, text)
}

// dropped is an operation whose encryption the server drops.
type dropped struct {
	way       string // a key of ways
	versioned bool
	exists    bool     // the object is updated
	object    []string // arguments of the update
	body      string
	requests  []string // after the refresh
	says      []string
	encrypted bool // whether the remaining object is encrypted
}

// If a server silently drops the encryption, the apply fails, reports the requested
// and the actual encryption, and undoes its write. Without the fault, the next
// apply succeeds.
//
// With our runner: the test inspects the state after a failed apply.
func TestAccEncryptionDropped(t *testing.T) {
	t.Parallel()
	rows := map[string]dropped{}
	for name, way := range ways {
		head := headOf(way.asked)
		proof := []string{"HEAD 200", "HEAD 200"} // of the object and, since it is not encrypted, of the bucket
		if way.asked == "customer" {
			proof = []string{"HEAD 400 customer", "HEAD 200", "HEAD 200"}
		}
		for what, tc := range map[string]dropped{
			"on create": {
				object: []string{hello}, body: "hello",
				requests: append(append([]string{"HEAD 404", "PUT 200 " + way.asked + " 5 bytes"}, proof...), "DELETE 204"),
				says:     []string{"Unable to Create Encrypted Object", "Object Deleted Again"},
			},
			"on create, with versions": {
				versioned: true, object: []string{hello}, body: "hello",
				requests: append(append([]string{"HEAD 404", "PUT 200 " + way.asked + " 5 bytes"}, proof...), "DELETE 204"),
				says:     []string{"Unable to Create Encrypted Object", "Object Deleted Again"},
			},
			"on an upload": {
				exists: true, object: []string{`content = "HELLO"`}, body: "HELLO",
				requests: append([]string{head, head, "GET ?acl 200", "PUT 200 " + way.asked + " 5 bytes"}, proof...),
				says:     []string{"Unable to Update Encrypted Object"},
			},
			"on an upload, with versions": {
				versioned: true, exists: true, object: []string{`content = "HELLO"`}, body: "HELLO", encrypted: true,
				requests: append(append([]string{head, head, "GET ?acl 200", "PUT 200 " + way.asked + " 5 bytes"}, proof...), "DELETE 204"),
				says:     []string{"Unable to Update Encrypted Object", "Version Deleted Again"},
			},
			"on a copy": {
				exists: true, object: []string{hello, `cache_control = "no-store"`}, body: "hello",
				requests: append([]string{head, "GET ?acl 200", "PUT copy 200 " + way.asked}, proof...),
				says:     []string{"Unable to Update Encrypted Object"},
			},
			"on a copy, with versions": {
				versioned: true, exists: true, object: []string{hello, `cache_control = "no-store"`}, body: "hello", encrypted: true,
				requests: append(append([]string{head, "GET ?acl 200", "PUT copy 200 " + way.asked}, proof...), "DELETE 204"),
				says:     []string{"Unable to Update Encrypted Object", "Version Deleted Again"},
			},
		} {
			if tc.versioned && name != "SSE-COS" && name != "SSE-C" || tc.exists && name == "SSE-KMS" {
				continue // same as the others; an existing SSE-KMS object already has a key
			}
			tc.way = name
			rows[name+" "+what] = tc
		}
	}
	c := newCases(t, rows)
	ws := acctest.NewWorkspace(t)
	head := secretVariables(ws, map[string]string{"a": acctest.KeyA, "b": acctest.KeyB}) + c.Provider("sse_customer_keys = { b = var.b }")
	before, after, existing := head, head, map[string]cosmock.Object{}
	errors := map[string][]string{}
	for name, tc := range rows {
		if tc.versioned {
			must(t, c.SetVersioning(c.bucket(name), cosmock.VersioningEnabled))
		}
		if tc.exists {
			before += c.object(name, "a", ways[tc.way].argument, hello)
		}
		after += c.object(name, "a", append(tc.object, ways[tc.way].argument)...)
		errors[c.address(name)] = append(tc.says, "asked for "+ways[tc.way].words+", found no encryption", "cos://"+c.bucket(name)+"/a")
	}
	ws.Config(before)
	ws.Apply()
	for name := range rows {
		existing[name] = c.stored(name, "a")
		fault := cosmock.Fault{Match: cosmock.On("PUT", "a"), Times: 1, Kind: cosmock.FaultDropEncryption}
		bucket := c.bucket(name)
		fault.Match.Bucket = &bucket
		must(t, c.Arm(fault))
	}
	c.ResetRequests()
	ws.Config(after)
	r := ws.Fail("apply", "-auto-approve", "-json") // which does not summarize similar warnings
	checkReport(t, r, nil, acctest.KeyA, acctest.KeyB, c.SecretKey())
	said := map[string]string{}
	for _, one := range reports(t, r) {
		said[one.Address] += one.Severity + ": " + one.Summary + "\n" + one.Detail + "\n"
	}
	for name, tc := range rows {
		for _, part := range append(errors[c.address(name)], "error: ") {
			if text := said[c.address(name)]; !strings.Contains(text, part) {
				t.Errorf("%s does not say %q:\n%s", name, part, text)
			}
		}
		acctest.Now(t, c.sent(name, tc.requests...))
		now, state, before := c.stored(name, "a"), ws.Attributes(c.address(name)), existing[name]
		switch {
		case !tc.exists:
			if now.ETag != "" || state != nil {
				t.Errorf("%s: there is an object %v, or a state %v", name, now, state)
			}
		case tc.encrypted:
			if now.VersionID != before.VersionID || state["version_id"] != before.VersionID {
				t.Errorf("%s: the version is %q, in the state %q, want %q", name, now.VersionID, state["version_id"], before.VersionID)
			}
		default:
			// The state describes the stored object, so that the next plan
			// shows the difference.
			if now.ETag == "" || state["etag"] != now.ETag || state["server_side_encryption"] != nil || state["sse_customer_key_md5"] != nil {
				t.Errorf("%s: stored is %v, the state has %v", name, now, state)
			}
		}
	}
	planned := changesByAddress(ws.ChangedPlan().Output())
	ws.Apply()
	ws.EmptyPlan()
	for name, tc := range rows {
		if planned[c.address(name)] == "" {
			t.Errorf("%s: the next plan changes nothing", name)
		}
		acctest.Now(t, c.holds(name, "a", tc.body, ways[tc.way].stored))
	}
}

// Verification covers more than the encryption, and not every failed verification
// means that the object is wrong.
//
// With our runner: the test inspects the state after a failed apply.
func TestAccProof(t *testing.T) {
	t.Parallel()
	second := func(kind cosmock.FaultKind) func(*testing.T, *acctest.World) {
		return func(t *testing.T, w *acctest.World) {
			arm(t, w, "HEAD", cosmock.FaultDelay, 1) // consumed by the first HEAD
			arm(t, w, "HEAD", kind, -1)
		}
	}
	for name, tc := range map[string]struct {
		faults   func(*testing.T, *acctest.World)
		ok       bool
		says     []string
		requests []string
		there    bool
		status   string // status of the instance in the state
	}{
		"a wrong CRC64 in the answer": {
			faults:   func(t *testing.T, w *acctest.World) { arm(t, w, "PUT", cosmock.FaultWrongCRC, 1) },
			says:     []string{"Unable to Create Encrypted Object", "COS answers another CRC64", "Object Deleted Again"},
			requests: []string{"HEAD 404", "PUT 200 customer 5 bytes", "HEAD 200 customer", "DELETE 204"},
		},
		"a wrong CRC64 of what is stored": {
			faults:   second(cosmock.FaultWrongCRC),
			says:     []string{"its CRC64 is not that of what was asked for", "Object Deleted Again"},
			requests: []string{"HEAD 404", "PUT 200 customer 5 bytes", "HEAD 200 customer", "DELETE 204"},
		},
		"the last HEAD cannot be had": {
			faults:   second(cosmock.FaultInternalError),
			ok:       true,
			says:     []string{"Warning: Encrypted Object Not Verified", "could not be read back"},
			requests: []string{"HEAD 404", "PUT 200 customer 5 bytes", "HEAD 500 customer"},
			there:    true,
		},
		"dropped, and the last HEAD cannot be had": {
			faults: func(t *testing.T, w *acctest.World) {
				arm(t, w, "PUT", cosmock.FaultDropEncryption, 1)
				second(cosmock.FaultInternalError)(t, w)
			},
			says:     []string{"found no encryption", "could not be deleted again", "tainted"},
			requests: []string{"HEAD 404", "PUT 200 customer 5 bytes", "HEAD 500 customer", "HEAD 200", "HEAD 500 customer"}, // HEAD 200 asks what kind of bucket it is
			there:    true,
			status:   "tainted",
		},
		"dropped, and it cannot be deleted": {
			faults: func(t *testing.T, w *acctest.World) {
				arm(t, w, "PUT", cosmock.FaultDropEncryption, 1)
				arm(t, w, "DELETE", cosmock.FaultInternalError, 1)
			},
			says:     []string{"found no encryption", "could not be deleted again", "tainted"},
			requests: []string{"HEAD 404", "PUT 200 customer 5 bytes", "HEAD 400 customer", "HEAD 200", "HEAD 200", "DELETE 500"}, // of the object and of the bucket
			there:    true,
			status:   "tainted",
		},
		"the answer lost, and the last HEAD cannot be had": {
			faults: func(t *testing.T, w *acctest.World) {
				arm(t, w, "PUT", cosmock.FaultResetAfter, 1)
				arm(t, w, "HEAD", cosmock.FaultDelay, 2)
				arm(t, w, "HEAD", cosmock.FaultInternalError, -1)
			},
			ok:       true,
			says:     []string{"Encrypted Object Not Verified"},
			requests: []string{"HEAD 404", "PUT 0 customer 5 bytes", "HEAD 200 customer", "HEAD 500 customer"},
			there:    true,
		},
		"it is gone again at the last HEAD": {
			faults: func(t *testing.T, w *acctest.World) {
				duringCall(t, w, "HEAD", 2, func() { must(t, w.DeleteObject(w.Bucket(), "a")) })
			},
			says:     []string{"gone again"},
			requests: []string{"HEAD 404", "PUT 200 customer 5 bytes", "HEAD 404 customer"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Config(secretVariables(ws, map[string]string{"a": acctest.KeyA}), w.Provider("max_retries = 0"), w.Object("a", "sse_customer_key = var.a", hello))
			tc.faults(t, w)
			r := ws.Run("apply", "-auto-approve")
			if ok := r.Code == 0; ok != tc.ok {
				t.Fatalf("apply ended with %d:\n%s", r.Code, r.Output())
			}
			checkReport(t, r, tc.says, acctest.KeyA, w.SecretKey())
			if name == "a wrong CRC64 in the answer" && strings.Contains(r.Text(), "asked for") {
				t.Errorf("the wrong CRC64 is told as what was asked for:\n%s", r.Output())
			}
			if diff := cmp.Diff(tc.requests, w.Calls()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if _, there := w.Stored("a"); there != tc.there || (ws.Attributes(testObject) != nil) != tc.there {
				t.Errorf("there is an object: %v, and a state: %v; want %v", there, ws.Attributes(testObject), tc.there)
			}
			if tainted := strings.Contains(ws.State(), `"status": "tainted"`); tainted != (tc.status == "tainted") {
				t.Errorf("the state says tainted: %v", tainted)
			}
			w.Disarm()
			if tc.ok && name == "the answer lost, and the last HEAD cannot be had" {
				// The write has not been identified yet; the next apply records it.
				ws.ChangedPlan()
				w.ResetRequests()
				ws.Apply()
				for _, call := range w.Calls() {
					if strings.HasPrefix(call, "PUT") {
						t.Errorf("it was written again: %q", w.Calls())
					}
				}
			}
			if tc.ok {
				ws.EmptyPlan()
			}
			ws.Apply()
			ws.EmptyPlan()
			checkStored(t, w, "a", "hello", ways["SSE-C"].stored, customerKey(t, acctest.KeyA))
		})
	}
}
