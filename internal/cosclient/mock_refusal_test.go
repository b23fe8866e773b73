package cosclient_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	key := customerKey(t, "A")
	if err := s.PutObject(s.Bucket(), "secret", cosmock.NewObject{Body: strings.NewReader("x"), Mode: sse.ModeCustomer, CustomerKey: key}); err != nil {
		t.Fatal(err)
	}
	if err := s.PutObject(s.Bucket(), "plain", cosmock.NewObject{Body: strings.NewReader("x")}); err != nil {
		t.Fatal(err)
	}
	if err := s.PutObject(s.Bucket(), "archived", cosmock.NewObject{Body: strings.NewReader("x"), Class: "ARCHIVE"}); err != nil {
		t.Fatal(err)
	}
	if err := s.AddKMSKey("off"); err != nil {
		t.Fatal(err)
	}
	if err := s.DisableKMSKey("off"); err != nil {
		t.Fatal(err)
	}
	if err := s.PutObject(s.Bucket(), "locked", cosmock.NewObject{Body: strings.NewReader("x")}); err != nil {
		t.Fatal(err)
	}
	if err := s.LockObject(s.Bucket(), "locked", time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	wrong := client(t, s, func(cfg *cosclient.Config) {
		cfg.Credentials = credentials.Static{Value: credentials.Value{SecretID: s.SecretID(), SecretKey: "wrong-secret-key"}}
	})
	head := func(c *cosclient.Client, loc cosclient.Location, in cosclient.HeadInput) error {
		_, err := c.Head(t.Context(), loc, in)
		return c.Explain(t.Context(), loc, in, err)
	}
	put := func(key string, set sse.Settings) error {
		_, err := c.Put(t.Context(), at(s, key), cosclient.PutInput{Body: content("x"), Encryption: set})
		return err
	}
	nowhere := cosclient.Location{Region: s.Region(), Bucket: "nowhere-1250000000", Key: "k"}
	tests := map[string]struct {
		err error
		is  error
	}{
		"SSE-C without the key":  {head(c, at(s, "secret"), cosclient.HeadInput{}), cosclient.ErrCustomerKey},
		"SSE-C with another key": {head(c, at(s, "secret"), cosclient.HeadInput{CustomerKey: customerKey(t, "B")}), cosclient.ErrCustomerKey},
		"a key for a plain one":  {head(c, at(s, "plain"), cosclient.HeadInput{CustomerKey: key}), cosclient.ErrBadRequest},
		"nothing there":          {head(c, at(s, "nothing"), cosclient.HeadInput{}), cosclient.ErrNotFound},
		"no version":             {head(c, at(s, "plain"), cosclient.HeadInput{VersionID: "test"}), cosclient.ErrNotFound},
		"no bucket":              {head(c, nowhere, cosclient.HeadInput{}), cosclient.ErrNoSuchBucket},
		"signature, HEAD":        {head(wrong, at(s, "plain"), cosclient.HeadInput{}), cosclient.ErrSignature},
		"KMS key does not exist": {put("k", sse.Settings{Mode: sse.ModeKMS, KMSKeyID: "nope"}), cosclient.ErrKMSKeyNotExist},
		"KMS key is disabled":    {put("k", sse.Settings{Mode: sse.ModeKMS, KMSKeyID: "off"}), cosclient.ErrKMSKeyDisabled},
		"locked":                 {put("locked", sse.Settings{}), cosclient.ErrObjectLocked},
		"an unknown algorithm":   {put("k", sse.Settings{Mode: "AES789"}), cosclient.ErrBadRequest},
		"archived": {func() error {
			_, _, err := c.GetRange(t.Context(), at(s, "archived"), cosclient.HeadInput{}, 0, -1)
			return err
		}(), cosclient.ErrInvalidObjectState},
		"past the end": {func() error {
			_, _, err := c.GetRange(t.Context(), at(s, "plain"), cosclient.HeadInput{}, 1, 1)
			return err
		}(), cosclient.ErrInvalidRange},
		"listing of no bucket": {func() error {
			_, err := c.List(t.Context(), s.Region(), nowhere.Bucket, cosclient.ListInput{})
			return err
		}(), cosclient.ErrNoSuchBucket},
		"copy of nothing": {func() error {
			_, err := c.Copy(t.Context(), at(s, "k"), cosclient.CopyInput{Source: at(s, "nothing")})
			return err
		}(), cosclient.ErrNotFound},
		"copy without the key": {func() error {
			_, err := c.Copy(t.Context(), at(s, "k"), cosclient.CopyInput{Source: at(s, "secret")})
			return err
		}(), cosclient.ErrCustomerKey},
		"copy on a condition": {func() error {
			_, err := c.Copy(t.Context(), at(s, "k"), cosclient.CopyInput{Source: at(s, "plain"), IfMatch: "other"})
			return err
		}(), cosclient.ErrPreconditionFailed},
		"tags of nothing": {func() error { _, err := c.Tags(t.Context(), at(s, "nothing"), ""); return err }(), cosclient.ErrNotFound},
		"a wrong Content-MD5": {func() error {
			_, err := c.Put(t.Context(), at(s, "k"), cosclient.PutInput{Body: content("x"), ContentMD5: "7o3pGNBWQBRbGPcPTDqmAg=="})
			return err
		}(), cosclient.ErrBadRequest},
		"an upload that is not": {func() error {
			_, err := c.UploadPart(t.Context(), cosclient.Upload{Location: at(s, "k"), ID: "nope"}, 1, content("x"), "")
			return err
		}(), cosclient.ErrNoSuchUpload},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if !errors.Is(tc.err, tc.is) {
				t.Fatalf("error %v, want %v", tc.err, tc.is)
			}
			var refused *cosclient.Error
			if !errors.As(tc.err, &refused) || refused.Code == "" || refused.RequestID == "" {
				t.Errorf("%#v", refused)
			}
			for _, verb := range []string{"%v", "%+v", "%#v"} {
				text := fmt.Sprintf(verb, tc.err)
				for _, canary := range []string{key.Base64(), strings.TrimRight(key.Base64(), "="), customerKey(t, "B").Base64(), "wrong-secret-key", s.SecretKey(), "q-signature"} {
					if strings.Contains(text, canary) {
						t.Errorf("shows %q: %s", canary, text)
					}
				}
			}
		})
	}
	if _, ok := s.Object(s.Bucket(), "k"); ok {
		t.Error("something was written")
	}
}
