package cosclient_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// hosts records the Host header and the destination of each request.
type hosts struct {
	inner http.RoundTripper
	mu    sync.Mutex
	asked []string
}

func (h *hosts) RoundTrip(req *http.Request) (*http.Response, error) {
	h.mu.Lock()
	h.asked = append(h.asked, req.Host)
	if req.Host != req.URL.Host {
		h.asked = append(h.asked, "connected to "+req.URL.Host)
	}
	h.mu.Unlock()
	return h.inner.RoundTrip(req)
}

// since returns the distinct hosts of the requests since the previous call.
func (h *hosts) since() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	asked := h.asked
	h.asked = nil
	slices.Sort(asked)
	return slices.Compact(asked)
}

// atEndpoint returns a client for an endpoint whose host names all resolve to the
// server.
func atEndpoint(t *testing.T, s *cosmock.Server, template string) (*cosclient.Client, *hosts) {
	t.Helper()
	endpoint, err := cosclient.ParseEndpoint(template)
	if err != nil {
		t.Fatal(err)
	}
	transport := s.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	h := &hosts{inner: transport}
	return cosclient.WithTransport(client(t, s, func(cfg *cosclient.Config) { cfg.Endpoint = endpoint }), h), h
}

// All operations work with a server that refuses on the acceleration host what
// COS refuses there: object transfers go to that host, everything else to the
// corresponding regional host.
func TestAcceleration(t *testing.T) {
	t.Parallel()
	const bucket = "lab-1250000000"
	for template, want := range map[string]struct{ fast, regional string }{
		"https://{bucket}.cos.accelerate.myqcloud.com":           {bucket + ".cos.accelerate.myqcloud.com", bucket + ".cos.ap-guangzhou.myqcloud.com"},
		"https://{bucket}.cos.accelerate.tencentcos.cn":          {bucket + ".cos.accelerate.tencentcos.cn", bucket + ".cos.ap-guangzhou.tencentcos.cn"},
		"https://{bucket}.cos-internal.accelerate.tencentcos.cn": {bucket + ".cos-internal.accelerate.tencentcos.cn", bucket + ".cos-internal.ap-guangzhou.tencentcos.cn"},
		"https://cos.accelerate.myqcloud.com":                    {bucket + ".cos.accelerate.myqcloud.com", bucket + ".cos.ap-guangzhou.myqcloud.com"},
	} {
		t.Run(template, func(t *testing.T) {
			t.Parallel()
			s, _ := start(t, func(o *cosmock.Options) { o.Accelerate = true })
			c, asked := atEndpoint(t, s, template)
			ctx, loc := t.Context(), at(s, "k")
			body := bytes.Repeat([]byte("x"), 1<<20+1)
			for _, step := range []struct {
				name string
				host []string
				do   func() error
			}{
				{"put", []string{want.fast}, func() error {
					_, err := c.Put(ctx, loc, cosclient.PutInput{Body: content("hello")})
					return err
				}},
				{"head", []string{want.fast}, func() error { _, err := c.Head(ctx, loc, cosclient.HeadInput{}); return err }},
				{"get", []string{want.fast}, func() error {
					r, _, err := c.GetRange(ctx, loc, cosclient.HeadInput{}, 0, -1)
					if err == nil {
						_, _ = io.Copy(io.Discard, r)
						err = r.Close()
					}
					return err
				}},
				{"upload in parts", []string{want.fast}, func() error {
					up, err := c.InitiateMultipart(ctx, at(s, "parts"), cosclient.UploadInput{})
					if err != nil {
						return err
					}
					part, err := c.UploadPart(ctx, up, 1, content(body), "")
					if err != nil {
						return err
					}
					_, err = c.CompleteMultipart(ctx, up, cosclient.CompleteInput{Parts: []cosclient.Part{part}})
					return err
				}},
				{"abort", []string{want.fast}, func() error {
					up, err := c.InitiateMultipart(ctx, at(s, "aborted"), cosclient.UploadInput{})
					if err != nil {
						return err
					}
					return c.AbortMultipart(ctx, up)
				}},
				{"copy", []string{want.regional}, func() error {
					_, err := c.Copy(ctx, loc, cosclient.CopyInput{Source: loc, ReplaceMetadata: true})
					return err
				}},
				{"copy in parts", []string{want.fast, want.regional}, func() error {
					_, err := c.CopyMultipart(ctx, at(s, "copied"), int64(len(body)), cosclient.CopyInput{Source: at(s, "parts")}, 1<<20, 2)
					return err
				}},
				{"ACL", []string{want.regional}, func() error {
					if err := c.PutACL(ctx, loc, "private"); err != nil {
						return err
					}
					_, err := c.ACL(ctx, loc)
					return err
				}},
				{"tags", []string{want.regional}, func() error {
					if err := c.PutTags(ctx, loc, "", map[string]string{"a": "b"}); err != nil {
						return err
					}
					_, err := c.Tags(ctx, loc, "")
					return err
				}},
				{"no tags", []string{want.regional}, func() error { return c.PutTags(ctx, loc, "", nil) }},
				{"list", []string{want.regional}, func() error {
					_, err := c.List(ctx, loc.Region, loc.Bucket, cosclient.ListInput{})
					return err
				}},
				{"list versions", []string{want.regional}, func() error {
					_, _, _, _, err := c.ListVersions(ctx, loc.Region, loc.Bucket, "", "", "")
					return err
				}},
				{"delete", []string{want.regional}, func() error { _, err := c.Delete(ctx, loc, cosclient.DeleteInput{}); return err }},
			} {
				asked.since()
				if err := step.do(); err != nil {
					t.Errorf("%s: %v", step.name, err)
				}
				if diff := cmp.Diff(step.host, asked.since()); diff != "" {
					t.Errorf("hosts of %s (-want +got):\n%s", step.name, diff)
				}
			}
			if got := len(s.Uploads(bucket)); got != 0 {
				t.Errorf("%d uploads are left", got)
			}
		})
	}
}

// A presigned URL is for a transfer, so it uses the acceleration host.
func TestPresignedURLIsAccelerated(t *testing.T) {
	t.Parallel()
	s, plain := start(t, func(o *cosmock.Options) { o.Accelerate = true })
	if _, err := plain.Put(t.Context(), at(s, "k"), cosclient.PutInput{Body: content("hello")}); err != nil {
		t.Fatal(err)
	}
	c, _ := atEndpoint(t, s, "https://{bucket}.cos.accelerate.myqcloud.com")
	signed, err := c.Presign(t.Context(), at(s, "k"), cosclient.PresignInput{Method: http.MethodGet, Life: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, signed.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := s.Bucket() + ".cos.accelerate.myqcloud.com"; req.URL.Host != want || len(signed.Header) > 0 {
		t.Errorf("the URL names %s, want %s; headers %v", req.URL.Host, want, signed.Header)
	}
	transport := s.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	answer, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if text, err := io.ReadAll(answer.Body); err != nil || string(text) != "hello" {
		t.Errorf("read %d %q, %v", answer.StatusCode, text, err)
	}
}

// In a separate store, the public host of a bucket would name another store's
// bucket.
func TestCopyInAStoreOfItsOwn(t *testing.T) {
	t.Parallel()
	const bucket = "lab-1250000000"
	for template, domain := range map[string]string{
		"https://{bucket}.cluster-abc.cos-cdc.{region}.myqcloud.com": bucket + ".cluster-abc.cos-cdc.ap-guangzhou.myqcloud.com",
		"https://cluster-abc.cos-cdc.ap-guangzhou.myqcloud.com":      bucket + ".cluster-abc.cos-cdc.ap-guangzhou.myqcloud.com",
		"https://{bucket}.cos.{region}.cloud.example.com":            bucket + ".cos.ap-guangzhou.cloud.example.com",
		"https://{bucket}.cos.ap-guangzhou.cloud.example.com":        bucket + ".cos.ap-guangzhou.cloud.example.com",
	} {
		t.Run(template, func(t *testing.T) {
			t.Parallel()
			s, _ := start(t, func(o *cosmock.Options) { o.Dedicated, o.Domains = true, map[string]string{domain: bucket} })
			c, asked := atEndpoint(t, s, template)
			loc := at(s, "k")
			if _, err := c.Put(t.Context(), loc, cosclient.PutInput{Body: content("hello")}); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Copy(t.Context(), at(s, "l"), cosclient.CopyInput{Source: loc}); err != nil {
				t.Error(err)
			}
			if _, err := c.CopyMultipart(t.Context(), at(s, "m"), 5, cosclient.CopyInput{Source: loc}, 1<<20, 1); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff([]string{domain}, asked.since()); diff != "" {
				t.Errorf("hosts (-want +got):\n%s", diff)
			}
		})
	}
}
