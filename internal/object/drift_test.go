package object_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// What somebody else did to an object shows in the plan as what it is, and the
// apply repairs it, with a body on the wire only where the body changed.
func TestAccDrift(t *testing.T) {
	t.Parallel()
	byKMS := func(o *cosmock.NewObject) { o.Mode, o.KMSKeyID = sse.ModeKMS, acctest.KMSKey1 }
	rewritten := func(t *testing.T, w *acctest.World, change func(*cosmock.NewObject)) {
		t.Helper()
		o := cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256, Header: http.Header{"Content-Type": {"application/octet-stream"}}}
		change(&o)
		must(t, w.PutObject(w.Bucket(), "a", o))
	}
	for name, tc := range map[string]struct {
		object   []string // beside the body
		change   func(*testing.T, *acctest.World)
		says     []string // of the plan
		requests []string // of the apply, after the refresh
		want     sse.Observed
	}{
		"another body": {object: []string{aes},
			change: func(t *testing.T, w *acctest.World) {
				rewritten(t, w, func(o *cosmock.NewObject) { o.Body = strings.NewReader("theirs") })
			},
			says:     []string{"will be updated in-place", "content_crc64", "content_length = 6 -> 5"},
			requests: []string{"HEAD 200", "GET ?acl 200", "PUT 200 AES256 5 bytes", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"another body of the same length": {object: []string{aes},
			change: func(t *testing.T, w *acctest.World) {
				rewritten(t, w, func(o *cosmock.NewObject) { o.Body = strings.NewReader("HELLO") })
			},
			says:     []string{"will be updated in-place", "~ content_crc64 ", "-> \"11177612005948864433\""},
			requests: []string{"HEAD 200", "GET ?acl 200", "PUT 200 AES256 5 bytes", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"the same body without encryption": {object: []string{aes},
			change: func(t *testing.T, w *acctest.World) {
				rewritten(t, w, func(o *cosmock.NewObject) { o.Mode = sse.ModeNone })
			},
			says:     []string{`+ server_side_encryption = "AES256"`},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"the same body under KMS": {object: []string{aes},
			change:   func(t *testing.T, w *acctest.World) { rewritten(t, w, byKMS) },
			says:     []string{`server_side_encryption = "cos/kms" -> "AES256"`, "sse_kms_key_id = \"" + acctest.KMSKey1 + "\" -> null"},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"under another KMS key": {object: []string{`server_side_encryption = "cos/kms"`, "sse_kms_key_id = " + acctest.Quote(acctest.KMSKey2)},
			change:   func(t *testing.T, w *acctest.World) { rewritten(t, w, byKMS) },
			says:     []string{"sse_kms_key_id = \"" + acctest.KMSKey1 + "\" -> \"" + acctest.KMSKey2 + "\""},
			requests: []string{"GET ?acl 200", "PUT copy 200 cos/kms", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2}},
		"another header": {object: []string{aes, `cache_control = "no-store"`},
			change:   func(t *testing.T, w *acctest.World) { must(t, w.SetHeader(w.Bucket(), "a", "Cache-Control", "public")) },
			says:     []string{`cache_control = "public" -> "no-store"`},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"a header that nobody declared": {object: []string{aes},
			change: func(t *testing.T, w *acctest.World) {
				must(t, w.SetHeader(w.Bucket(), "a", "Content-Encoding", "gzip"))
			},
			says:     []string{`content_encoding = "gzip" -> null`},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"other metadata": {object: []string{aes, `metadata = { owner = "me" }`},
			change: func(t *testing.T, w *acctest.World) {
				must(t, w.SetHeader(w.Bucket(), "a", "X-Cos-Meta-Owner", "them"))
				must(t, w.SetHeader(w.Bucket(), "a", "X-Cos-Meta-More", "x"))
			},
			says:     []string{`"owner" = "them" -> "me"`, `"more" = "x" -> null`},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"metadata that nobody declared": {object: []string{aes},
			change: func(t *testing.T, w *acctest.World) {
				must(t, w.SetHeader(w.Bucket(), "a", "X-Cos-Meta-Owner", "them"))
			},
			says:     []string{`"owner" = "them"`, "-> null"},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"another content type": {object: []string{aes, `content_type = "text/plain"`},
			change: func(t *testing.T, w *acctest.World) {
				must(t, w.SetHeader(w.Bucket(), "a", "Content-Type", "text/html"))
			},
			says:     []string{`content_type = "text/html" -> "text/plain"`},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"gone": {object: []string{aes},
			change:   func(t *testing.T, w *acctest.World) { must(t, w.DeleteObject(w.Bucket(), "a")) },
			says:     []string{"will be created"},
			requests: []string{"HEAD 404", "PUT 200 AES256 5 bytes", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"SSE-C, now without encryption": {object: []string{"sse_customer_key = var.a"},
			change: func(t *testing.T, w *acctest.World) {
				rewritten(t, w, func(o *cosmock.NewObject) { o.Mode = sse.ModeNone })
			},
			says:     []string{"+ sse_customer_key = (sensitive value)", "+ sse_customer_key_md5"},
			requests: []string{"GET ?acl 200", "PUT copy 200 customer", "HEAD 200 customer"}, want: sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}},
		"SSE-C, now SSE-COS": {object: []string{`sse_customer_key_name = "one"`},
			change:   func(t *testing.T, w *acctest.World) { rewritten(t, w, func(*cosmock.NewObject) {}) },
			says:     []string{`server_side_encryption = "AES256" -> null`, `+ sse_customer_key_name = "one"`},
			requests: []string{"GET ?acl 200", "PUT copy 200 customer", "HEAD 200 customer"}, want: sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}},
		"SSE-C, gone": {object: []string{"sse_customer_key = var.a"},
			change:   func(t *testing.T, w *acctest.World) { must(t, w.DeleteObject(w.Bucket(), "a")) },
			says:     []string{"will be created"},
			requests: []string{"HEAD 404", "PUT 200 customer 5 bytes", "HEAD 200 customer"}, want: sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Config(secretVariables(ws, map[string]string{"a": acctest.KeyA}), w.Provider("sse_customer_keys = { one = var.a }"),
				w.Object("a", append(tc.object, hello)...))
			ws.Apply()
			tc.change(t, w)
			checkReport(t, ws.ChangedPlan("-out=plan"), tc.says, acctest.KeyA)
			w.ResetRequests()
			applyPlan(t, ws)
			if diff := cmp.Diff(tc.requests, w.Calls()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			ws.EmptyPlan()
			checkStored(t, w, "a", "hello", tc.want, customerKey(t, acctest.KeyA))
		})
	}
}

func applyPlan(t *testing.T, ws *acctest.Workspace) acctest.Result {
	t.Helper()
	r := ws.Run("apply", "plan")
	if r.Code != 0 {
		t.Fatalf("apply ended with %d:\n%s", r.Code, r.Output())
	}
	return r
}

// An object that is now under somebody's customer key can not be read. That is
// not gone, whatever COS answers, and a declared body mends it.
func TestAccDriftToUnknownKey(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]cosmock.Answer{
		"400":            {},
		"400, no reason": {Status: 400, Code: "InvalidRequest"},
		"403":            {Status: 403, Code: "AccessDenied"},
	} {
		for _, way := range []string{"SSE-COS", "SSE-C"} {
			t.Run(name+", "+way, func(t *testing.T) {
				t.Parallel()
				w := acctest.New(t)
				w.Configure(func(u *cosmock.Undocumented) { u.CustomerKeyMissing, u.CustomerKeyWrong = answer, answer })
				ws := acctest.NewWorkspace(t)
				ws.Config(secretVariables(ws, map[string]string{"a": acctest.KeyA}), w.Provider(), w.Object("a", ways[way].argument, hello))
				ws.Apply()
				must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}))
				checkReport(t, ws.ChangedPlan("-out=plan"), []string{"will be updated in-place"}, acctest.KeyA, w.SecretKey())
				applyPlan(t, ws)
				ws.EmptyPlan()
				checkStored(t, w, "a", "hello", ways[way].stored, keyOf(t, ways[way].key))
			})
		}
	}
}

// What happens between plan and apply: a saved plan is about the object that
// was seen, and overwrites no other.
func TestAccChangedAfterPlan(t *testing.T) {
	t.Parallel()
	theirs := func(t *testing.T, w *acctest.World) {
		t.Helper()
		must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeAES256}))
	}
	vanished := func(t *testing.T, w *acctest.World) {
		t.Helper()
		must(t, w.DeleteObject(w.Bucket(), "a"))
	}
	for name, tc := range map[string]struct {
		now    []string
		change func(*testing.T, *acctest.World)
		ok     bool
		says   []string
		body   string // afterwards; "" is no object
	}{
		"changed, before an upload":  {now: []string{aes, `content = "mine"`}, change: theirs, says: []string{"changed by someone else", "Plan again"}, body: "theirs"},
		"changed, before a copy":     {now: []string{aes, hello, `cache_control = "no-store"`}, change: theirs, says: []string{"changed by someone else", "plan again"}, body: "theirs"},
		"changed, before a rotation": {now: []string{`server_side_encryption = "cos/kms"`, hello}, change: theirs, says: []string{"changed by someone else", "plan again"}, body: "theirs"},
		"gone, before an upload":     {now: []string{aes, `content = "mine"`}, change: vanished, ok: true, body: "mine"},
		"gone, before a copy":        {now: []string{aes, hello, `cache_control = "no-store"`}, change: vanished, says: []string{"Unable to Update Encrypted Object", "is gone since it was last read", "Plan again"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Config(w.Provider(), w.Object("a", aes, hello))
			ws.Apply()
			ws.Config(w.Provider(), w.Object("a", tc.now...))
			ws.ChangedPlan("-out=plan")
			tc.change(t, w)
			r := ws.Run("apply", "plan")
			if ok := r.Code == 0; ok != tc.ok {
				t.Fatalf("apply ended with %d:\n%s", r.Code, r.Output())
			}
			checkReport(t, r, tc.says, w.SecretKey())
			o, there := w.Stored("a")
			if there != (tc.body != "") {
				t.Fatalf("there is an object: %v", there)
			}
			if there {
				text, err := o.Plaintext(sse.CustomerKey{})
				must(t, err)
				if diff := cmp.Diff(tc.body, string(text)); diff != "" {
					t.Errorf("body (-want +got):\n%s", diff)
				}
			}
			// With a plan of what is there now it goes through.
			ws.Apply()
			ws.EmptyPlan()
		})
	}
}

// Somebody creates the object again while it is being uploaded because it was
// gone: theirs stays.
func TestAccCreatedAgainDuringUpdate(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", aes, hello))
	ws.Apply()
	ws.Config(w.Provider(), w.Object("a", aes, `content = "mine"`))
	ws.ChangedPlan("-out=plan")
	must(t, w.DeleteObject(w.Bucket(), "a"))
	w.ResetRequests()
	duringCall(t, w, "PUT", 1, func() {
		must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs")}))
	})
	checkReport(t, ws.Fail("apply", "plan"), []string{"Unable to Update Encrypted Object", "in the meantime"}, w.SecretKey())
	checkStored(t, w, "a", "theirs", sse.Observed{}, sse.CustomerKey{})
}

// The bytes that were planned are the bytes that are applied, or nothing is
// sent: not by a create, not by an update, and not by a move.
func TestAccFileChangedAfterPlan(t *testing.T) {
	t.Parallel()
	const planned = "one"
	for name, change := range map[string]func(ws *acctest.Workspace){
		"other bytes":                    func(ws *acctest.Workspace) { ws.Write("body", "two") },
		"more bytes":                     func(ws *acctest.Workspace) { ws.Write("body", "one and more") },
		"back to what is stored already": func(ws *acctest.Workspace) { ws.Write("body", "hello") },
		"removed":                        func(ws *acctest.Workspace) { _ = os.Remove(filepath.Join(ws.Dir, "body")) },
		"a folder":                       func(ws *acctest.Workspace) { _ = os.Remove(filepath.Join(ws.Dir, "body")); ws.Write("body/x", "") },
	} {
		for _, what := range []string{"create", "update", "move", "replace"} {
			t.Run(what+", "+name, func(t *testing.T) {
				t.Parallel()
				w := acctest.New(t)
				ws := acctest.NewWorkspace(t)
				file := ws.Write("body", "hello")
				object := func(key string) { ws.Config(w.Provider(), w.Object(key, aes, "source = "+acctest.Quote(file))) }
				object("a")
				args := []string{"-out=plan"}
				if what != "create" {
					ws.Apply()
				}
				ws.Write("body", planned)
				switch what {
				case "move":
					object("b")
				case "replace":
					args = append(args, "-replace="+testObject)
				}
				ws.ChangedPlan(args...)
				change(ws)
				w.ResetRequests()
				r := ws.Fail("apply", "plan")
				checkReport(t, r, nil, w.SecretKey())
				for _, request := range w.Requests() {
					if request.Method != "HEAD" {
						t.Errorf("sent %s:\n%s", acctest.Call(request), r.Output())
					}
				}
				if what == "create" {
					if keys := w.Keys(w.Bucket()); len(keys) > 0 {
						t.Errorf("stored: %q", keys)
					}
					return
				}
				checkStored(t, w, "a", "hello", sse.Observed{Mode: sse.ModeAES256}, sse.CustomerKey{})
			})
		}
	}
}

// A file that is planned by another folder's path is missing in this one: the
// error says so.
func TestAccAppliedElsewhere(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	file := ws.Write("there/body", "hello")
	ws.Config(w.Provider(), w.Object("a", aes, "source = "+acctest.Quote(file)))
	ws.ChangedPlan("-out=plan")
	must(t, os.Rename(filepath.Join(ws.Dir, "there"), filepath.Join(ws.Dir, "here")))
	r := ws.Fail("apply", "plan")
	checkReport(t, r, nil)
	if len(w.Keys(w.Bucket())) > 0 {
		t.Errorf("something was stored:\n%s", r.Output())
	}
}
