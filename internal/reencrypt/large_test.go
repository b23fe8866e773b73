package reencrypt_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/reencrypt"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

const mebi = 1 << 20

// large returns a server that copies at most one mebibyte per request, and a
// store with the same limit.
func large(t *testing.T, options ...func(*cosmock.Options)) (*acctest.World, *store.Store) {
	t.Helper()
	w := acctest.New(t, append(options, func(o *cosmock.Options) { o.Limits.CopySource = mebi })...)
	endpoint, err := cosclient.ParseEndpoint(w.URL())
	if err != nil {
		t.Fatal(err)
	}
	data := &providerdata.Data{Region: w.Region(), Keyring: sse.NewKeyring(map[string]sse.CustomerKey{"b": customerKey(t, acctest.KeyB)})}
	if err := data.Connect(cosclient.Config{
		Endpoint: endpoint, RootCAs: w.CertPool(), RequestTimeout: time.Hour, MaxRetries: 2,
		Credentials: credentials.Static{Value: credentials.Value{SecretID: w.SecretID(), SecretKey: w.SecretKey()}},
	}); err != nil {
		t.Fatal(err)
	}
	s := data.Store()
	s.Sizes = store.Sizes{Put: mebi, Copy: mebi, Part: mebi}
	return w, s
}

func target(w *acctest.World) reencrypt.Target {
	return reencrypt.Target{Region: w.Region(), Bucket: w.Bucket(), Encryption: sse.Settings{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}, IncludePublic: true}
}

// quiet returns options that discard messages.
func quiet(s string) reencrypt.Options {
	return reencrypt.Options{Options: bulkaction.Options{Prefix: s, Tell: func(string) {}}}
}

// Larger objects are copied in parts. Headers, tags, ACL and class are set when
// the upload begins.
func TestLargeObjects(t *testing.T) {
	t.Parallel()
	w, s := large(t)
	body := strings.Repeat("0123456789abcdef", (2*mebi+mebi/2)/16)
	header := http.Header{"Content-Type": {"text/csv"}, "X-Cos-Meta-Owner": {"finance"}}
	put(t, w, "plain", cosmock.NewObject{Body: strings.NewReader(body), Header: header, Class: "STANDARD_IA", Tags: map[string]string{"a": "b"}, ACL: "public-read"})
	put(t, w, "ours", cosmock.NewObject{Body: strings.NewReader(body), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)})
	out := target(w).Run(t.Context(), s, quiet(""))
	if out.Err != nil {
		t.Fatal(out.Err)
	}
	for _, key := range []string{"plain", "ours"} {
		o, _ := w.Stored(key)
		if got, err := o.Plaintext(sse.CustomerKey{}); err != nil || string(got) != body || o.Mode != sse.ModeKMS || o.KMSKeyID != acctest.KMSKey1 {
			t.Errorf("%s: %d bytes under %s: %v", key, len(got), o.Mode, err)
		}
	}
	o, _ := w.Stored("plain")
	if diff := cmp.Diff(header, o.Header); diff != "" || o.Class != "STANDARD_IA" || len(o.Tags) != 1 || !o.PublicRead {
		t.Error(diff, o.Class, o.Tags, o.PublicRead)
	}
	want := []string{
		"HEAD 200", "GET ?acl 200", "HEAD 200", "GET ?tagging 200", "POST ?uploads 200 cos/kms",
		"PUT ?uploadId copy 200", "PUT ?uploadId copy 200", "PUT ?uploadId copy 200", "HEAD 200",
	}
	if diff := cmp.Diff(want, w.CallsOf("plain")[:len(want)]); diff != "" {
		t.Error(diff)
	}
	if left := w.Uploads(w.Bucket()); len(left) > 0 {
		t.Errorf("uploads are left: %v", left)
	}
}

// The completion of a multipart upload has no conditions, so the object is
// checked before it. If it has changed, it is not overwritten and no parts are
// left. If its tags cannot be read, nothing is copied.
func TestLargeObjectThatChangesMeanwhile(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(w *acctest.World) error{
		"another body": func(w *acctest.World) error {
			return w.PutObject(w.Bucket(), "k", cosmock.NewObject{Body: strings.NewReader(strings.Repeat("x", 2*mebi))})
		},
		"a header only": func(w *acctest.World) error { return w.SetHeader(w.Bucket(), "k", "Cache-Control", "no-store") },
		"it is gone":    func(w *acctest.World) error { return w.DeleteObject(w.Bucket(), "k") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, s := large(t)
			put(t, w, "k", cosmock.NewObject{Body: strings.NewReader(strings.Repeat("a", 2*mebi))})
			held := make(chan struct{})
			match := cosmock.OnSubresource("PUT", "k", "uploadId")
			if err := w.Arm(cosmock.Fault{Match: match, Kind: cosmock.FaultResetAfter, Until: held}); err != nil {
				t.Fatal(err)
			}
			ended := make(chan reencrypt.Outcome, 1)
			go func() { ended <- target(w).Run(t.Context(), s, quiet("")) }()
			for copied := 0; copied < 2; time.Sleep(time.Millisecond) {
				copied = strings.Count(strings.Join(w.CallsOf("k"), "\n"), "PUT ?uploadId copy")
			}
			// One part has been copied. The response to the other is lost, so it
			// is copied again and refused, or checked.
			if err := change(w); err != nil {
				t.Fatal(err)
			}
			before, _ := w.Stored("k")
			close(held)
			out := <-ended
			after, there := w.Stored("k")
			if there && (after.ETag != before.ETag || after.Mode != sse.ModeNone) {
				t.Error("it was overwritten")
			}
			var missed *reencrypt.NotAtTargetError
			switch {
			case name == "it is gone":
				if out.Err != nil || there {
					t.Error(out.Err, there)
				}
			case !errors.As(out.Err, &missed) || missed.Summary.Failures()[0].Reason != bulk.Changed:
				t.Error(out.Err)
			}
			if left := w.Uploads(w.Bucket()); len(left) > 0 {
				t.Errorf("uploads are left: %v", left)
			}
		})
	}
}

// A large object whose tags cannot be read is not copied.
func TestLargeObjectKeepsItsTags(t *testing.T) {
	t.Parallel()
	w, s := large(t)
	put(t, w, "k", cosmock.NewObject{Body: strings.NewReader(strings.Repeat("a", 2*mebi)), Tags: map[string]string{"a": "b"}})
	must(t, w.SetPolicy(`{"version":"2.0","statement":[{"effect":"allow","action":["*"],"resource":["*"]},{"effect":"deny","action":["name/cos:GetObjectTagging"],"resource":["*"]}]}`))
	out := target(w).Run(t.Context(), s, quiet(""))
	var missed *reencrypt.NotAtTargetError
	if !errors.As(out.Err, &missed) || missed.Summary.Failures()[0].Reason != bulk.Denied || !strings.Contains(out.Err.Error(), "name/cos:GetObjectTagging") {
		t.Error(out.Err)
	}
	if o, _ := w.Stored("k"); o.Mode != sse.ModeNone || len(o.Tags) != 1 || len(w.Uploads(w.Bucket())) > 0 {
		t.Error(o.Mode, o.Tags)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
