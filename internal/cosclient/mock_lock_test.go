package cosclient_test

import (
	"errors"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// However an object is written, it begins with the lock that was asked for.
func TestMockLock(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	if err := s.EnableObjectLock(s.Bucket(), 0); err != nil {
		t.Fatal(err)
	}
	lock := cosclient.Lock{RetainUntil: time.Now().UTC().Truncate(time.Second).Add(time.Hour), LegalHold: true}
	_, body := file(t, 2<<20)
	if _, err := c.Put(t.Context(), at(s, "source"), cosclient.PutInput{Body: body}); err != nil {
		t.Fatal(err)
	}
	copied := cosclient.CopyInput{Source: at(s, "source"), ReplaceMetadata: true, Lock: lock}
	for key, write := range map[string]func(cosclient.Location) error{
		"PUT": func(loc cosclient.Location) error {
			_, err := c.Put(t.Context(), loc, cosclient.PutInput{Body: body, Lock: lock})
			return err
		},
		"parts": func(loc cosclient.Location) error {
			_, err := c.PutMultipart(t.Context(), loc, cosclient.PutMultipartInput{Body: body, PartSize: 1 << 20, UploadInput: cosclient.UploadInput{Lock: lock}})
			return err
		},
		"copy": func(loc cosclient.Location) error {
			_, err := c.Copy(t.Context(), loc, copied)
			return err
		},
		"copy in parts": func(loc cosclient.Location) error {
			_, err := c.CopyMultipart(t.Context(), loc, 2<<20, copied, 1<<20, 2)
			return err
		},
	} {
		loc := at(s, key)
		if err := write(loc); err != nil {
			t.Errorf("%s: %v", key, err)
			continue
		}
		info, err := c.Head(t.Context(), loc, cosclient.HeadInput{})
		if err != nil || info.Lock != lock {
			t.Errorf("%s: HEAD tells %v, %v", key, info.Lock, err)
		}
		until, err := c.Retention(t.Context(), loc)
		if err != nil || !until.Equal(lock.RetainUntil) {
			t.Errorf("%s: until %v, %v", key, until, err)
		}
		if held, err := c.LegalHold(t.Context(), loc); err != nil || !held {
			t.Errorf("%s: held %v, %v", key, held, err)
		}
		if err := c.PutRetention(t.Context(), loc, until.Add(-time.Minute)); !errors.Is(err, cosclient.ErrInvalidLock) {
			t.Errorf("%s: shortened: %v", key, err)
		}
		if err := c.PutRetention(t.Context(), loc, until.Add(time.Minute)); err != nil {
			t.Errorf("%s: prolonged: %v", key, err)
		}
		if err := c.PutLegalHold(t.Context(), loc, false); err != nil {
			t.Errorf("%s: released: %v", key, err)
		}
		if _, err := c.Delete(t.Context(), loc, cosclient.DeleteInput{}); !errors.Is(err, cosclient.ErrObjectLocked) {
			t.Errorf("%s: deleted: %v", key, err)
		}
	}
	info, err := c.Head(t.Context(), at(s, "source"), cosclient.HeadInput{})
	if err != nil || info.Lock != (cosclient.Lock{}) {
		t.Errorf("an object without a lock has %v, %v", info.Lock, err)
	}
}
