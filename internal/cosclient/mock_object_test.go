package cosclient_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestEveryEncryption(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	body := []byte("[Object Content]")
	for name, set := range settings(t) {
		t.Run(name, func(t *testing.T) {
			loc := at(s, "enc/"+name)
			written, err := c.Put(t.Context(), loc, cosclient.PutInput{
				Body: content(body), Encryption: set,
				Attributes: cosclient.Attributes{
					ContentType: "text/plain", CacheControl: "no-store", ContentDisposition: "inline", ContentLanguage: "de",
					Expires: "Thu, 01 Dec 2044 16:00:00 GMT", StorageClass: "STANDARD_IA", Metadata: map[string]string{"a-b": "c d"},
				},
				Tags: map[string]string{"k+1": "v/ =2"}, ACL: "private",
			})
			if err != nil {
				t.Fatal(err)
			}
			if !set.Matches(written.Encryption) || written.CRC64 != crcOf(body) || written.RequestID == "" || written.ETag == "" {
				t.Errorf("written %+v", written)
			}
			stored, ok := s.Object(loc.Bucket, loc.Key)
			if !ok || stored.Mode != set.Mode {
				t.Fatalf("stored with %q", stored.Mode)
			}
			if plain, err := stored.Plaintext(set.CustomerKey); err != nil || !bytes.Equal(plain, body) {
				t.Errorf("stored %q, %v", plain, err)
			}
			if diff := cmp.Diff(map[string]string{"k+1": "v/ =2"}, stored.Tags); diff != "" {
				t.Error(diff)
			}
			in := cosclient.HeadInput{CustomerKey: set.CustomerKey}
			got, err := c.Head(t.Context(), loc, in)
			if err != nil {
				t.Fatal(err)
			}
			want := cosclient.Info{
				Attributes: cosclient.Attributes{
					ContentType: "text/plain", CacheControl: "no-store", ContentDisposition: "inline", ContentLanguage: "de",
					Expires: "Thu, 01 Dec 2044 16:00:00 GMT", StorageClass: "STANDARD_IA", Metadata: map[string]string{"a-b": "c d"},
				},
				Encryption: written.Encryption, ETag: written.ETag, Length: 16, CRC64: written.CRC64, TaggingCount: 1,
				LastModified: got.LastModified, RequestID: got.RequestID,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if modified := stored.Modified.Truncate(time.Second); !got.LastModified.Equal(modified) {
				t.Errorf("modified %v, want %v", got.LastModified, modified)
			}
			r, info, err := c.GetRange(t.Context(), loc, in, 8, 7)
			if err != nil {
				t.Fatal(err)
			}
			part, err := io.ReadAll(r)
			if err != nil || string(part) != "Content" || info.Length != 16 || info.CRC64 != written.CRC64 {
				t.Errorf("read %q of %d, %v", part, info.Length, err)
			}
			_ = r.Close()
			if _, err := c.Delete(t.Context(), loc, cosclient.DeleteInput{}); err != nil {
				t.Error(err)
			}
			if _, err := c.Head(t.Context(), loc, in); !errors.Is(err, cosclient.ErrNotFound) {
				t.Errorf("after the deletion: %v", err)
			}
			if _, err := c.Delete(t.Context(), loc, cosclient.DeleteInput{}); err != nil {
				t.Errorf("deleted again: %v", err)
			}
		})
	}
}

func TestOddKeys(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	keys := []string{
		"a//b", "/a", "//a//b", ".a/..b/...", "dir/", "dir//", "a b", "a+b", "a%2Fb", "a%b", "腾讯云/ü", "?acl", "a?b=c&d#e", "uploads", "...",
		`back\slash`, "~!$'()*,;:@", "x/acl", strings.Repeat("é", 425), "<&>\"'", "https://x/",
	}
	for _, key := range keys {
		t.Run(key, func(t *testing.T) {
			loc := at(s, key)
			if _, err := c.Put(t.Context(), loc, cosclient.PutInput{Body: content(key)}); err != nil {
				t.Fatal(err)
			}
			stored, ok := s.Object(loc.Bucket, key)
			if plain, err := stored.Plaintext(sse.CustomerKey{}); !ok || err != nil || string(plain) != key {
				t.Fatalf("stored %q, %t, %v", plain, ok, err)
			}
			if _, err := c.Copy(t.Context(), loc, cosclient.CopyInput{Source: loc, ReplaceMetadata: true}); err != nil {
				t.Errorf("copy: %v", err)
			}
			if _, err := c.CopyMultipart(t.Context(), loc, int64(len(key)), cosclient.CopyInput{Source: loc}, 1<<20, 2); err != nil {
				t.Errorf("copy in parts: %v", err)
			}
			if _, err := c.Tags(t.Context(), loc, ""); err != nil {
				t.Errorf("tags: %v", err)
			}
			if _, err := c.ACL(t.Context(), loc); err != nil {
				t.Errorf("ACL: %v", err)
			}
			page, err := c.List(t.Context(), loc.Region, loc.Bucket, cosclient.ListInput{Prefix: key})
			if err != nil || !slices.ContainsFunc(page.Entries, func(e cosclient.Entry) bool { return e.Key == key }) {
				t.Errorf("listed %+v, %v", page, err)
			}
		})
	}
	slices.Sort(keys)
	got := s.Keys(s.Bucket())
	slices.Sort(got)
	if diff := cmp.Diff(keys, got); diff != "" {
		t.Error(diff)
	}
	for _, key := range keys {
		if _, err := c.Delete(t.Context(), at(s, key), cosclient.DeleteInput{}); err != nil {
			t.Errorf("delete %q: %v", key, err)
		}
	}
	if left := s.Keys(s.Bucket()); len(left) != 0 {
		t.Errorf("left %q", left)
	}
}

func TestForbidOverwrite(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	loc := at(s, "k")
	in := cosclient.PutInput{Body: content("x"), ForbidOverwrite: true}
	if _, err := c.Put(t.Context(), loc, in); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Put(t.Context(), loc, in); !errors.Is(err, cosclient.ErrAlreadyExists) {
		t.Errorf("put: %v", err)
	}
	if _, err := c.Copy(t.Context(), loc, cosclient.CopyInput{Source: loc, ReplaceMetadata: true, ForbidOverwrite: true}); !errors.Is(err, cosclient.ErrAlreadyExists) {
		t.Errorf("copy: %v", err)
	}
	if _, err := c.CopyMultipart(t.Context(), loc, 1, cosclient.CopyInput{Source: loc, ForbidOverwrite: true}, 1<<20, 1); !errors.Is(err, cosclient.ErrAlreadyExists) {
		t.Errorf("copy in parts: %v", err)
	}
	if left := s.Uploads(s.Bucket()); len(left) != 0 {
		t.Errorf("uploads left: %v", left)
	}
}

func TestTagsAndACL(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*cosmock.Undocumented){
		"empty TagSet": func(*cosmock.Undocumented) {},
		"NoSuchTagSet": func(u *cosmock.Undocumented) { u.NoSuchTagSet = true },
	} {
		t.Run(name, func(t *testing.T) {
			s, c := start(t)
			s.Configure(change)
			loc := at(s, "dir/k")
			if _, err := c.Put(t.Context(), loc, cosclient.PutInput{Body: content("x")}); err != nil {
				t.Fatal(err)
			}
			for _, want := range []map[string]string{{}, {"a": "1", "b/+ -_=.:": "ü"}, {"c": ""}, {}} {
				if want["b/+ -_=.:"] != "" {
					want["b/+ -_=.:"] = "x y"
				}
				if err := c.PutTags(t.Context(), loc, "", want); err != nil {
					t.Fatal(err)
				}
				got, err := c.Tags(t.Context(), loc, "")
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
			}
			for _, want := range []string{"default", "private", "public-read", "default"} {
				if want != "default" || s.Requests() != nil {
					if err := c.PutACL(t.Context(), loc, want); err != nil {
						t.Fatal(err)
					}
				}
				if got, err := c.ACL(t.Context(), loc); err != nil || got != want {
					t.Errorf("ACL %q, %v, want %q", got, err, want)
				}
			}
		})
	}
}

func TestTemporaryCredentials(t *testing.T) {
	t.Parallel()
	s, _ := start(t, func(o *cosmock.Options) {
		o.Credentials = []cosmock.Credential{
			{SecretID: "TMP", SecretKey: "tmp-secret", SessionToken: "tok/+=en"},
			{SecretID: "OLD", SecretKey: "old-secret", SessionToken: "old", Expires: time.Now().Add(-time.Hour)},
		}
	})
	as := func(id, key, token string) error {
		c := client(t, s, func(cfg *cosclient.Config) {
			cfg.Credentials = credentials.Static{Value: credentials.Value{SecretID: id, SecretKey: key, SecurityToken: token}}
		})
		_, err := c.Put(t.Context(), at(s, "k"), cosclient.PutInput{Body: content("x"), Encryption: sse.Settings{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, "A")}})
		return err
	}
	if err := as("TMP", "tmp-secret", "tok/+=en"); err != nil {
		t.Error(err)
	}
	if err := as("OLD", "old-secret", "old"); !errors.Is(err, cosclient.ErrExpiredToken) {
		t.Errorf("an old token: %v", err)
	}
	if err := as("NOBODY", "x", ""); !errors.Is(err, cosclient.ErrSignature) {
		t.Errorf("an unknown id: %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	errs := make(chan error)
	for i := range 64 {
		go func() {
			loc := at(s, fmt.Sprint(i))
			_, err := c.Put(t.Context(), loc, cosclient.PutInput{Body: content(bytes.Repeat([]byte{byte(i)}, 100<<10)), Encryption: sse.Settings{Mode: sse.ModeAES256}})
			if err == nil {
				_, err = c.Head(t.Context(), loc, cosclient.HeadInput{})
			}
			errs <- err
		}()
	}
	for range 64 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestVirtualHosts(t *testing.T) {
	t.Parallel()
	s, _ := start(t, func(o *cosmock.Options) { o.RefusePathStyle = true })
	c := client(t, s)
	if _, err := c.Put(t.Context(), at(s, "k"), cosclient.PutInput{Body: content("x")}); err != nil {
		t.Error(err)
	}
}
