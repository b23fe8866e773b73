package cosclient_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

func arm(t *testing.T, s *cosmock.Server, f cosmock.Fault) {
	t.Helper()
	if err := s.Arm(f); err != nil {
		t.Fatal(err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	kinds := map[string]struct {
		kind   cosmock.FaultKind
		landed bool // the write succeeds, but the response is lost
	}{
		"slow down":      {cosmock.FaultSlowDown, false},
		"internal error": {cosmock.FaultInternalError, false},
		"reset before":   {cosmock.FaultResetBefore, false},
		"reset after":    {cosmock.FaultResetAfter, true},
		"truncate":       {cosmock.FaultTruncate, true},
		"error in 200":   {cosmock.FaultErrorIn200, false},
		"clock skew":     {cosmock.FaultClockSkew, false},
	}
	for name, tc := range kinds {
		t.Run(name, func(t *testing.T) {
			s, c := start(t)
			loc := at(s, "k")
			look := func(ctx context.Context) (bool, error) {
				_, ok := s.Object(loc.Bucket, loc.Key)
				return ok, nil
			}
			again := func(what string, got, want []string) {
				t.Helper()
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: %s", what, diff)
				}
				s.ResetRequests()
			}
			arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "k"), Kind: tc.kind})
			written, err := c.Put(t.Context(), loc, cosclient.PutInput{Body: content("body"), ForbidOverwrite: true, Landed: look})
			if err != nil || written.Recovered != tc.landed {
				t.Fatalf("put: %+v, %v", written, err)
			}
			want := []string{"PUT k", "PUT k"}
			if tc.landed {
				want = want[:1]
			}
			again("put", methods(s), want)

			arm(t, s, cosmock.Fault{Match: cosmock.On("HEAD", "k"), Kind: tc.kind})
			if _, err := c.Head(t.Context(), loc, cosclient.HeadInput{}); err != nil {
				t.Errorf("head: %v", err)
			}

			s.ResetRequests()
			target := at(s, "copy")
			arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "copy"), Kind: tc.kind})
			written, err = c.Copy(t.Context(), target, cosclient.CopyInput{Source: loc, Landed: func(context.Context) (bool, error) {
				_, ok := s.Object(target.Bucket, target.Key)
				return ok, nil
			}})
			if err != nil || written.Recovered != tc.landed {
				t.Errorf("copy: %+v, %v", written, err)
			}

			target = at(s, "parts")
			for _, f := range []cosmock.Fault{
				{Match: cosmock.OnSubresource("PUT", "parts", "uploadId"), Kind: tc.kind},
				{Match: cosmock.OnSubresource("POST", "parts", "uploadId"), Kind: tc.kind},
			} {
				arm(t, s, f)
			}
			written, err = c.CopyMultipart(t.Context(), target, 4, cosclient.CopyInput{Source: loc, Landed: func(context.Context) (bool, error) {
				_, ok := s.Object(target.Bucket, target.Key)
				return ok, nil
			}}, 1<<20, 1)
			if err != nil || written.Recovered != tc.landed {
				t.Errorf("copy in parts: %+v, %v", written, err)
			}
			if _, ok := s.Object(target.Bucket, target.Key); !ok {
				t.Error("no copy in parts")
			}

			arm(t, s, cosmock.Fault{Match: cosmock.On("DELETE", "k"), Kind: tc.kind})
			if _, err := c.Delete(t.Context(), loc, cosclient.DeleteInput{}); err != nil {
				t.Errorf("delete: %v", err)
			}
			arm(t, s, cosmock.Fault{Match: cosmock.Match{}, Kind: tc.kind})
			if _, err := c.List(t.Context(), loc.Region, loc.Bucket, cosclient.ListInput{}); err != nil {
				t.Errorf("list: %v", err)
			}
		})
	}
}

func TestAWrongChecksum(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "k"), Kind: cosmock.FaultWrongCRC})
	written, err := c.Put(t.Context(), at(s, "k"), cosclient.PutInput{Body: content("body")})
	if !errors.Is(err, cosclient.ErrCorrupted) || written.ETag == "" {
		t.Errorf("%+v, %v", written, err)
	}
	if n := len(s.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
	up, err := c.InitiateMultipart(t.Context(), at(s, "k"), cosclient.UploadInput{})
	if err != nil {
		t.Fatal(err)
	}
	arm(t, s, cosmock.Fault{Match: cosmock.OnSubresource("PUT", "k", "uploadId"), Kind: cosmock.FaultWrongCRC})
	if _, err := c.UploadPart(t.Context(), up, 1, content("body"), ""); err != nil {
		t.Errorf("a part is sent again: %v", err)
	}
}

func TestIdleAgainstASlowServer(t *testing.T) {
	t.Parallel()
	s, _ := start(t)
	c := client(t, s, func(cfg *cosclient.Config) { cfg.RequestTimeout = 500 * time.Millisecond; cfg.MaxRetries = 0 })
	arm(t, s, cosmock.Fault{Match: cosmock.On("HEAD", "k"), Kind: cosmock.FaultDelay, Delay: time.Hour})
	if _, err := c.Head(t.Context(), at(s, "k"), cosclient.HeadInput{}); !errors.Is(err, cosclient.ErrIdleTimeout) {
		t.Errorf("error %v", err)
	}
}
