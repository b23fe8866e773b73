package cosclient_test

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	bodies "github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// lossy lists faults after which the client cannot tell whether a write
// succeeded.
var lossy = []struct {
	kind cosmock.FaultKind
	done bool // the server does the work
}{
	{cosmock.FaultUnavailableAfter, true},
	{cosmock.FaultInternalErrorAfter, true},
	{cosmock.FaultConflictAfter, true},
	{cosmock.FaultUnknownErrorAfter, true},
	{cosmock.FaultResetAfter, true},
	{cosmock.FaultUnavailable, false},
	{cosmock.FaultResetBefore, false},
	{cosmock.FaultSlowDown, false},
}

// Every write succeeds exactly once with every fault that hides its result.
// Without retries, it succeeds if the server did the work and fails otherwise.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, call := range map[string]struct {
		method, subresource string
		repeated            bool // repeating it is harmless, so landed is not called
		do                  func(c *cosclient.Client, s *cosmock.Server) error
	}{
		"PUT": {"PUT", "", false, func(c *cosclient.Client, s *cosmock.Server) error {
			_, err := c.Put(ctx, at(s, "k"), cosclient.PutInput{Body: content("new"), Encryption: sse.Settings{Mode: sse.ModeAES256}, ForbidOverwrite: true, Landed: landed(c, at(s, "k"), 3)})
			return err
		}},
		"copy": {"PUT", "", false, func(c *cosclient.Client, s *cosmock.Server) error {
			_, err := c.Copy(ctx, at(s, "k"), cosclient.CopyInput{Source: at(s, "source"), ReplaceMetadata: true, Encryption: sse.Settings{Mode: sse.ModeAES256}, ForbidOverwrite: true, Landed: landed(c, at(s, "k"), 6)})
			return err
		}},
		"DELETE": {"DELETE", "", false, func(c *cosclient.Client, s *cosmock.Server) error {
			_, err := c.Delete(ctx, at(s, "k"), cosclient.DeleteInput{Landed: func(ctx context.Context) (bool, error) {
				_, err := c.Head(ctx, at(s, "k"), cosclient.HeadInput{})
				return errors.Is(err, cosclient.ErrNotFound), nil
			}})
			return err
		}},
		"tags": {"PUT", "tagging", true, func(c *cosclient.Client, s *cosmock.Server) error {
			return c.PutTags(ctx, at(s, "source"), "", map[string]string{"a": "b"})
		}},
		"ACL": {"PUT", "acl", true, func(c *cosclient.Client, s *cosmock.Server) error {
			return c.PutACL(ctx, at(s, "source"), "private")
		}},
	} {
		for _, fault := range lossy {
			for _, retries := range []int{3, 0} {
				t.Run(name+" "+string(fault.kind), func(t *testing.T) {
					t.Parallel()
					s, _ := start(t)
					c := client(t, s, func(cfg *cosclient.Config) { cfg.MaxRetries = retries })
					for key, there := range map[string]bool{"source": true, "k": name == "DELETE"} {
						if !there {
							continue
						}
						if err := s.PutObject(s.Bucket(), key, cosmock.NewObject{Body: strings.NewReader("source"), Mode: sse.ModeAES256}); err != nil {
							t.Fatal(err)
						}
					}
					match := cosmock.On(call.method, "k")
					if call.subresource != "" {
						match = cosmock.OnSubresource(call.method, "source", call.subresource)
					}
					if err := s.Arm(cosmock.Fault{Match: match, Kind: fault.kind}); err != nil {
						t.Fatal(err)
					}
					err := call.do(c, s)
					_, there := s.Object(s.Bucket(), "k")
					want := retries > 0 || fault.done && !call.repeated
					t.Logf("%-6s %-22s retries %d: done %v, error %v, object there %v", name, fault.kind, retries, fault.done, err, there)
					if (err == nil) != want {
						t.Errorf("ended with %v", err)
					}
					if wantThere := (fault.done || retries > 0) != (name == "DELETE"); !call.repeated && there != wantThere {
						t.Errorf("the object is there: %v", there)
					}
				})
			}
		}
	}
}

// The response to any request of a multipart upload may be lost.
func TestLostAnswersOfParts(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	body := strings.Repeat("0123456789abcdef", (1<<16)+1) // a part of 1 MiB, and a rest
	for _, call := range []string{"POST ?uploads", "PUT ?uploadId", "POST ?uploadId"} {
		for _, fault := range lossy {
			t.Run(call+" "+string(fault.kind), func(t *testing.T) {
				t.Parallel()
				s, c := start(t)
				method, subresource, _ := strings.Cut(call, " ?")
				if err := s.Arm(cosmock.Fault{Match: cosmock.OnSubresource(method, "k", subresource), Kind: fault.kind}); err != nil {
					t.Fatal(err)
				}
				source, err := textBody(body)
				if err != nil {
					t.Fatal(err)
				}
				written, err := c.PutMultipart(ctx, at(s, "k"), cosclient.PutMultipartInput{
					Body: source, PartSize: 1 << 20,
					UploadInput: cosclient.UploadInput{Encryption: sse.Settings{Mode: sse.ModeAES256}, ForbidOverwrite: true},
					Landed:      func(ctx context.Context, _ string) (bool, error) { return landed(c, at(s, "k"), int64(len(body)))(ctx) },
				})
				if err != nil {
					t.Fatalf("%v (%+v)", err, written)
				}
				o, ok := s.Object(s.Bucket(), "k")
				if got, err := o.Plaintext(sse.CustomerKey{}); !ok || err != nil || string(got) != body {
					t.Errorf("stored %v: %v", ok, err)
				}
			})
		}
	}
}

// COS refuses a body that was corrupted in transit, in a single request and in
// parts.
func TestContentMD5(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	sum := md5.Sum([]byte("what was meant"))
	_, err := c.Put(t.Context(), at(s, "k"), cosclient.PutInput{Body: content("what arrived"), ContentMD5: base64.StdEncoding.EncodeToString(sum[:])})
	var refused *cosclient.Error
	if !errors.As(err, &refused) || refused.Status != 400 {
		t.Errorf("ended with %v", err)
	}
	if _, ok := s.Object(s.Bucket(), "k"); ok {
		t.Error("it is stored")
	}
	source, err := textBody(strings.Repeat("x", 2<<20))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.PutMultipart(t.Context(), at(s, "k"), cosclient.PutMultipartInput{Body: source, PartSize: 1 << 20}); err != nil {
		t.Fatal(err)
	}
	parts := 0
	for _, r := range s.Requests() {
		for _, h := range r.HeaderNames {
			if r.Subresource == "uploadId" && r.Method == "PUT" && h == "content-md5" {
				parts++
			}
		}
	}
	if parts != 2 {
		t.Errorf("%d parts of 2 carried their MD5", parts)
	}
	// A body that differs from the planned one creates no object.
	if _, err := c.PutMultipart(t.Context(), at(s, "other"), cosclient.PutMultipartInput{Body: source, PartSize: 1 << 20, ExpectCRC64: "1"}); !errors.Is(err, cosclient.ErrBodyChanged) {
		t.Errorf("ended with %v", err)
	}
	if _, ok := s.Object(s.Bucket(), "other"); ok || len(s.Uploads(s.Bucket())) > 0 {
		t.Errorf("stored: %v, uploads left: %v", ok, s.Uploads(s.Bucket()))
	}
}

// textBody returns a body that can be read at several offsets concurrently.
func textBody(text string) (bodies.Body, error) {
	source, err := bodies.Text(text)
	if err != nil {
		return bodies.Body{}, err
	}
	return source.Body()
}

// landed returns a function that checks for an object of the given length.
func landed(c *cosclient.Client, loc cosclient.Location, length int64) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		info, err := c.Head(ctx, loc, cosclient.HeadInput{})
		return err == nil && info.Length == length, nil
	}
}
