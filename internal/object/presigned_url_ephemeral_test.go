package object_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// presignedURL returns a block for the object a.
func presignedURL(w *acctest.World, lines ...string) string {
	all := append([]string{"bucket = " + acctest.Quote(w.Bucket()), `key = "a"`}, lines...)
	return "ephemeral \"cos_presigned_url\" \"test\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

const takeURL = "ephemeral.cos_presigned_url.test"

// use sends the request of a presigned URL as its recipient would, with only the
// URL and the headers.
func use(t *testing.T, w *acctest.World, method string, taken map[string]any, body string) (status int, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, taken["url"].(string), strings.NewReader(body))
	must(t, err)
	for name, value := range taken["headers"].(map[string]any) {
		req.Header.Set(name, value.(string))
		if name == "host" {
			req.Host = value.(string)
		}
	}
	transport := w.Transport()
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	must(t, err)
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	must(t, err)
	return resp.StatusCode, string(data)
}

// A URL works only with its headers. Creating it sends no request, and it does not
// contain the key.
func TestAccPresignedURL(t *testing.T) {
	t.Parallel()
	sseC := cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)}
	keyA := sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}
	const ring = `sse_customer_keys = { mine = "` + acctest.KeyA + `" }`
	table := map[string]struct {
		object cosmock.NewObject
		lines  []string
		method string
		stored sse.Observed // after a PUT
	}{
		"GET":         {cosmock.NewObject{Mode: sse.ModeAES256}, nil, "GET", sse.Observed{}},
		"GET SSE-C":   {sseC, []string{`sse_customer_key_name = "mine"`}, "GET", sse.Observed{}},
		"HEAD SSE-C":  {sseC, []string{`method = "HEAD"`, `sse_customer_key = "` + acctest.KeyA + `"`}, "HEAD", sse.Observed{}},
		"PUT SSE-KMS": {cosmock.NewObject{}, []string{`method = "PUT"`, `server_side_encryption = "cos/kms"`, `sse_kms_key_id = "` + acctest.KMSKey1 + `"`, `sse_context = provider::cos::sse_context({ team = "a" })`}, "PUT", sse.Observed{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}},
		"PUT SSE-C":   {cosmock.NewObject{}, []string{`method = "PUT"`, `sse_customer_key_name = "mine"`}, "PUT", keyA},
	}
	clock := &clock{}
	c := newCases(t, table, clock.options)
	config, data := acctest.Required+providerWith(c.World, ring, `endpoint = "https://{bucket}.cos.{region}.myqcloud.com"`), ""
	for _, name := range c.names {
		tc := table[name]
		tc.object.Body = strings.NewReader("hello")
		must(t, c.PutObject(c.bucket(name), "a", tc.object))
		lines := append(tc.lines, "bucket = "+acctest.Quote(c.bucket(name)), `key = "a"`, `expires_in = "10m"`)
		config += "# " + name + "\nephemeral \"cos_presigned_url\" \"" + c.label(name) + "\" {\n  " + strings.Join(lines, "\n  ") + "\n}\n"
		data += c.label(name) + " = ephemeral.cos_presigned_url." + c.label(name) + "\n"
	}
	begun := time.Now()
	check := func(name string, got map[string]any) {
		tc := table[name]
		ends, err := time.Parse(time.RFC3339, got["expires_at"].(string))
		must(t, err)
		if early, late := begun.Add(10*time.Minute-time.Second), time.Now().Add(10*time.Minute); ends.Before(early) || ends.After(late) {
			t.Errorf("%s: it ends at %s, not in ten minutes", name, ends)
		}
		if found := acctest.Leaks(got["url"].(string), acctest.KeyA); len(found) > 0 {
			t.Errorf("%s: the URL holds the key, as %q", name, found)
		}
		if status, body := use(t, c.World, tc.method, got, "new body"); status != 200 || tc.method == "GET" && body != "hello" {
			t.Errorf("%s: %d %s", name, status, body)
		}
		if tc.method == "PUT" {
			acctest.Now(t, c.holds(name, "a", "new body", tc.stored))
		}
		if len(got["headers"].(map[string]any)) > 0 {
			bare := map[string]any{"url": got["url"], "headers": map[string]any{}}
			if status, body := use(t, c.World, tc.method, bare, "new body"); status != 403 && status != 400 {
				t.Errorf("%s, without the headers: %d %s", name, status, body)
			}
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Echo(),
		Steps: []resource.TestStep{{
			Config: config + acctest.Echoed("{\n"+data+"}"),
			ConfigStateChecks: []statecheck.StateCheck{
				c.Sent(),
				acctest.StateThat("echo.test", func(state map[string]any) error {
					taken := state["data"].(map[string]any)
					for _, name := range c.names {
						check(name, taken[c.label(name)].(map[string]any))
					}
					clock.forward(11 * time.Minute)
					for _, name := range c.names {
						if status, body := use(t, c.World, table[name].method, taken[c.label(name)].(map[string]any), "new body"); status != 403 {
							t.Errorf("%s, after it ended: %d %s", name, status, body)
						}
					}
					return nil
				}),
			},
		}},
	})
}

// With our runner: the test searches the trace log.
func TestAccPresignedURLIsNotKept(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	taken := newSink(ws)
	underKeyA(t, w)
	ws.Env = append(ws.Env, "TENCENTCLOUD_SECRET_ID="+w.SecretID(), "TENCENTCLOUD_SECRET_KEY="+w.SecretKey())
	ws.Config("variable \"a\" {\n  ephemeral = true\n}\n", w.Provider(), presignedURL(w, "sse_customer_key = var.a"), take(takeURL),
		"resource \"terraform_data\" \"something\" {\n  input = 1\n}\n")
	ws.Env = append(ws.Env, "TF_VAR_a="+acctest.KeyA)
	checkNothingKept(t, ws, acctest.KeyA)
	got := taken.last(t)
	_, signature, _ := strings.Cut(got["url"].(string), "q-signature=")
	for where, text := range map[string]string{"the state": ws.State(), "the plan": unzipped(t, ws.Dir+"/saved.plan")} {
		if strings.Contains(text, signature) || strings.Contains(text, "q-signature") {
			t.Errorf("%s holds the URL", where)
		}
	}
	if status, body := use(t, w, "GET", got, ""); status != 200 || body != secretBody {
		t.Errorf("%d %s", status, body)
	}
}

// The URL includes the token of temporary credentials and works with any endpoint.
// An endpoint that does not contain the bucket requires the host as a header.
func TestAccPresignedURLOfTemporaryCredentials(t *testing.T) {
	t.Parallel()
	temporary := cosmock.Credential{SecretID: "AKIDtemporary", SecretKey: tempSecret, SessionToken: "canary/token+value=="}
	w := acctest.New(t, func(o *cosmock.Options) { o.Credentials = []cosmock.Credential{temporary} })
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256}))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Echo(),
		Steps: []resource.TestStep{{
			Config: providerWith(w, "secret_id = "+acctest.Quote(temporary.SecretID), "secret_key = "+acctest.Quote(tempSecret), "security_token = "+acctest.Quote(temporary.SessionToken)) +
				presignedURL(w) + acctest.Echoed(takeURL),
			ConfigStateChecks: []statecheck.StateCheck{acctest.StateThat("echo.test", func(state map[string]any) error {
				got := state["data"].(map[string]any)
				if err := acctest.Differ("headers", any(map[string]any{"host": w.Bucket() + ".cos." + w.Region() + ".myqcloud.com"}), got["headers"]); err != nil {
					return err
				}
				status, body := use(t, w, "GET", got, "")
				return acctest.Differ("answer", []any{200, "hello"}, []any{status, body})
			})},
		}},
	})
}

func TestAccPresignedURLRefused(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	refused := func(says []string, lines ...string) resource.TestStep {
		return resource.TestStep{
			Config:      w.Provider(`sse_customer_keys = { mine = "`+acctest.KeyA+`" }`) + presignedURL(w, lines...),
			ExpectError: acctest.Error(says...),
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			refused([]string{"SSE-COS by Presigned URL", "cos/kms", "sse_customer_key_name"}, `method = "PUT"`, `server_side_encryption = "AES256"`),
			refused([]string{"Upload Without Encryption", "cos/kms"}, `method = "PUT"`),
			refused([]string{"Invalid Method", "GET, HEAD, PUT"}, `method = "DELETE"`),
			refused([]string{"Invalid Duration", "168h"}, `expires_in = "200h"`),
			refused([]string{"no key named \"none\""}, `sse_customer_key_name = "none"`),
			refused([]string{"Version of a Write"}, `version_id = "1"`, `method = "PUT"`, `sse_customer_key_name = "mine"`),
		},
	})
	acctest.Now(t, w.Sent())
}
