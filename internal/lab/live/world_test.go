package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// world is a server that stands in for COS, and a target for it.
type world struct {
	*acctest.World
	*target
	out bytes.Buffer
}

// newWorld starts the server. Only the waiting times are shorter than for COS.
func newWorld(t *testing.T, options ...func(*cosmock.Options)) *world {
	t.Helper()
	w := &world{World: acctest.New(t, options...)}
	var err error
	w.target, err = newTarget(settings{
		bucket: w.Bucket(), region: w.Region(), endpoint: w.URL(), plainEndpoint: w.HTTPURL(), caFile: w.CAFile(),
		kmsKeyID: acctest.KMSKey1, credential: rawcos.Credential{ID: w.SecretID(), Key: rawcos.NewSecret(w.SecretKey())},
	}, newPrefix())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	w.pause, w.patience = 10*time.Millisecond, time.Second
	return w
}

// runs performs a whole run, including the suite unless it is nil.
func (w *world) runs(t *testing.T, ctx context.Context, terraform *suite) error { //nolint:revive // t comes first in tests
	t.Helper()
	return program.Attempt(func() { program.Check(w.run(ctx, terraform, &w.out, t.Output())) })
}

// newSuite finds the CLI. It skips the test if acceptance tests are not enabled.
func newSuite(t *testing.T) *suite {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1")
	}
	finder, err := tfcli.NewFinder(t.Context(), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	cli, err := finder.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &suite{root: finder.Root, cli: cli}
}

// mayOnly restricts the target to policy.json for its bucket, minus some actions.
func (w *world) mayOnly(t *testing.T, without ...string) {
	t.Helper()
	text, err := os.ReadFile("policy.json")
	if err != nil {
		t.Fatal(err)
	}
	policy := strings.NewReplacer("ap-guangzhou", w.Region(), "examplebucket-1250000000", w.Bucket()).Replace(string(text))
	for _, action := range without {
		if !strings.Contains(policy, `"`+action+`"`) {
			t.Fatalf("policy.json does not have %s", action)
		}
		policy = strings.Replace(policy, `"`+action+`"`, `"name/cos:Nothing"`, 1)
	}
	if err := w.SetPolicy(policy); err != nil {
		t.Fatal(err)
	}
}

// row returns the cells of a question in the printed table.
func (w *world) row(t *testing.T, id string) []string {
	t.Helper()
	for line := range strings.Lines(w.out.String()) {
		if cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | "); strings.TrimSpace(cells[0]) == id {
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			return cells
		}
	}
	t.Fatalf("the table has no row %s:\n%s", id, w.out.String())
	return nil
}

// sows stores objects and uploads of other users in the bucket, with keys that sort around those of the run.
func (w *world) sows(t *testing.T) {
	t.Helper()
	foreign := []string{"a", family, family + "0000000000000000/theirs", strings.TrimSuffix(w.prefix, "/"), strings.TrimSuffix(w.prefix, "/") + "0", "zz"}
	for i, key := range append(foreign, foreign...) { // twice, so that a versioned bucket has two versions
		if err := w.PutObject(w.Bucket(), key, cosmock.NewObject{Body: strings.NewReader(fmt.Sprint("theirs", i)), Mode: sse.ModeAES256}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.DeleteObject(w.Bucket(), "zz"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.SDK(t).Object.InitiateMultipartUpload(t.Context(), "upload", nil); err != nil {
		t.Fatal(err)
	}
	w.ResetRequests()
}

// contents returns everything in the bucket, independently of the client under test.
func (w *world) contents(t *testing.T) []string {
	t.Helper()
	if err := w.SetPolicy(""); err != nil {
		t.Fatal(err)
	}
	list, _, err := w.SDK(t).Bucket.GetObjectVersions(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, v := range list.Version {
		all = append(all, v.Key+" "+v.VersionId+" "+v.ETag)
	}
	for _, m := range list.DeleteMarker {
		all = append(all, m.Key+" "+m.VersionId+" marker")
	}
	for _, id := range w.Uploads(w.Bucket()) {
		all = append(all, "upload "+id)
	}
	slices.Sort(all)
	return all
}

// nothingLeft checks that a run has removed what it wrote, and reports it.
func (w *world) nothingLeft(t *testing.T) {
	t.Helper()
	for _, key := range w.Keys(w.Bucket()) {
		if w.owns(key) {
			t.Errorf("%s is still there", key)
		}
	}
	if !strings.Contains(w.out.String(), "Nothing is left below "+w.prefix) {
		t.Errorf("the report does not say that nothing is left:\n%s", w.out.String())
	}
}

// onlyBelowThePrefix checks the journal for requests outside of the prefix.
func (w *world) onlyBelowThePrefix(t *testing.T) {
	t.Helper()
	for _, r := range w.Requests() {
		ofBucket := r.Key == "" && (r.Method == http.MethodGet || r.Method == http.MethodHead)
		if r.Bucket != w.Bucket() || !ofBucket && !strings.HasPrefix(strings.TrimPrefix(r.Key, "/"), w.prefix) {
			t.Errorf("a request outside of the prefix: %s of %q", acctest.Call(r), r.Key)
		}
	}
}

// answers lets a function answer requests in place of the server. It returns nil for requests to pass on.
func (w *world) answers(f func(*http.Request) *http.Response) {
	w.client.Transport = roundTripper{f, w.client.Transport}
}

type roundTripper struct {
	answer func(*http.Request) *http.Response
	next   http.RoundTripper
}

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	if res := r.answer(req); res != nil {
		if req.Method == http.MethodHead {
			res.Body = http.NoBody
		}
		return res, nil
	}
	return r.next.RoundTrip(req)
}

// document returns a 200 response with an XML document.
func document(text string) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text))}
}

// listing returns a listing of keys.
func listing(keys ...string) *http.Response {
	var text string
	for _, key := range keys {
		text += "<Contents><Key>" + key + "</Key></Contents>"
	}
	return document("<ListBucketResult>" + text + "</ListBucketResult>")
}

// refusal returns an error response in COS's format.
func refusal(status int, code, message string) *http.Response {
	res := document("<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>")
	res.StatusCode = status
	return res
}

// refuses answers a number of requests with 403, or all of them if times is -1.
func refuses(times int, which func(*http.Request) bool) func(*http.Request) *http.Response {
	return func(r *http.Request) *http.Response {
		if times == 0 || !which(r) {
			return nil
		}
		times--
		return refusal(http.StatusForbidden, "AccessDenied", "Access Denied.")
	}
}

// arms arms a fault for a number of requests with a method.
func (w *world) arms(t *testing.T, method string, kind cosmock.FaultKind, times int) {
	t.Helper()
	if err := w.Arm(cosmock.Fault{Match: cosmock.Match{Method: &method}, Times: times, Kind: kind}); err != nil {
		t.Fatal(err)
	}
}

// cancelAt cancels a context when a request with a method is about to be sent for a key below path.
func cancelAt(cancel context.CancelFunc, method, path string) func(*http.Request) *http.Response {
	return func(r *http.Request) *http.Response {
		if r.Method == method && strings.HasPrefix(r.URL.Path, path) {
			cancel()
		}
		return nil
	}
}
