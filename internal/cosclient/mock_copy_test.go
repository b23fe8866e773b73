package cosclient_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestCopyFromAnyEncryptionToAny(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	body := []byte("[Object Content]")
	to := settings(t)
	to["SSE-C"] = sse.Settings{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, "B")}
	for fromName, from := range settings(t) {
		for toName, set := range to {
			t.Run(fromName+" to "+toName, func(t *testing.T) {
				loc := at(s, fromName+" to "+toName+"/ü+%")
				before, err := c.Put(t.Context(), loc, cosclient.PutInput{
					Body: content(body), Encryption: from, Attributes: cosclient.Attributes{ContentType: "text/old"}, Tags: map[string]string{"k": "v"},
				})
				if err != nil {
					t.Fatal(err)
				}
				in := cosclient.CopyInput{
					Source: loc, SourceKey: from.CustomerKey, IfMatch: before.ETag, ReplaceMetadata: true,
					Attributes: cosclient.Attributes{ContentType: "text/new"}, Encryption: set,
				}
				after, err := c.Copy(t.Context(), loc, in)
				if err != nil {
					t.Fatal(err)
				}
				if after.CRC64 != crcOf(body) || !set.Matches(after.Encryption) {
					t.Errorf("copied %+v", after)
				}
				got, err := c.Head(t.Context(), loc, cosclient.HeadInput{CustomerKey: set.CustomerKey})
				if err != nil {
					t.Fatal(err)
				}
				if !set.Matches(got.Encryption) || got.ETag != after.ETag || got.ContentType != "text/new" || got.TaggingCount != 1 {
					t.Errorf("now %+v", got)
				}
				in.IfMatch, in.SourceKey, in.Tags = after.ETag, set.CustomerKey, map[string]string{}
				if _, err := c.Copy(t.Context(), loc, in); err != nil {
					t.Fatal(err)
				}
				if got, err := c.Head(t.Context(), loc, cosclient.HeadInput{CustomerKey: set.CustomerKey}); err != nil || got.TaggingCount != 0 {
					t.Errorf("tags replaced by none: %+v, %v", got, err)
				}
				in.IfMatch, in.SourceKey = before.ETag, from.CustomerKey
				if from.Mode == sse.ModeKMS || set.Mode == sse.ModeKMS {
					if _, err := c.Copy(t.Context(), loc, in); !errors.Is(err, cosclient.ErrPreconditionFailed) && !errors.Is(err, cosclient.ErrBadRequest) {
						t.Errorf("copied on the old condition: %v", err)
					}
				}
			})
		}
	}
}

func TestUploadAndCopyInParts(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	body := bytes.Repeat([]byte("0123456789abcdef"), 3<<15) // 1.5 MiB
	for name, set := range settings(t) {
		t.Run(name, func(t *testing.T) {
			loc := at(s, "parts/"+name)
			up, err := c.InitiateMultipart(t.Context(), loc, cosclient.UploadInput{
				Encryption: set, Attributes: cosclient.Attributes{ContentType: "text/plain", StorageClass: "STANDARD_IA", Metadata: map[string]string{"m": "1"}},
				Tags: map[string]string{"k": "v"},
			})
			if err != nil {
				t.Fatal(err)
			}
			if !set.Matches(up.Encryption) {
				t.Errorf("begun with %v", up.Encryption)
			}
			var parts []cosclient.Part
			for i, n := 0, 1; i < len(body); i, n = i+1<<20, n+1 {
				p, err := c.UploadPart(t.Context(), up, n, content(body[i:min(i+1<<20, len(body))]), "")
				if err != nil {
					t.Fatal(err)
				}
				parts = append(parts, p)
			}
			written, err := c.CompleteMultipart(t.Context(), up, cosclient.CompleteInput{Parts: parts, CRC64: crcOf(body)})
			if err != nil {
				t.Fatal(err)
			}
			if !set.Matches(written.Encryption) || written.CRC64 != crcOf(body) || !strings.HasSuffix(written.ETag, "-2") {
				t.Errorf("written %+v", written)
			}
			target := at(s, "copies/"+name)
			next := sse.Settings{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, "C")}
			copied, err := c.CopyMultipart(t.Context(), target, int64(len(body)), cosclient.CopyInput{
				Source: loc, SourceKey: set.CustomerKey, IfMatch: written.ETag, Encryption: next,
			}, 1<<20, 4)
			if err != nil {
				t.Fatal(err)
			}
			info, err := c.Head(t.Context(), target, cosclient.HeadInput{CustomerKey: next.CustomerKey})
			if err != nil {
				t.Fatal(err)
			}
			if copied.CRC64 != crcOf(body) || !next.Matches(info.Encryption) || info.ContentType != "text/plain" || info.Metadata["m"] != "1" ||
				info.StorageClass != "STANDARD" || info.TaggingCount != 1 || info.ETag != copied.ETag {
				t.Errorf("copied %+v, which is %+v", copied, info)
			}
			stored, _ := s.Object(target.Bucket, target.Key)
			if plain, err := stored.Plaintext(next.CustomerKey); err != nil || !bytes.Equal(plain, body) {
				t.Errorf("%d bytes stored, %v", len(plain), err)
			}
		})
	}
	if left := s.Uploads(s.Bucket()); len(left) != 0 {
		t.Errorf("uploads left: %v", left)
	}
	up, err := c.InitiateMultipart(t.Context(), at(s, "k"), cosclient.UploadInput{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.AbortMultipart(t.Context(), up); err != nil {
			t.Error(err)
		}
	}
	if left := s.Uploads(s.Bucket()); len(left) != 0 {
		t.Errorf("uploads left: %v", left)
	}
}

func TestAbortAfterFailure(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	loc := at(s, "src")
	if err := s.PutObject(s.Bucket(), "src", cosmock.NewObject{Body: bytes.NewReader(make([]byte, 3<<20))}); err != nil {
		t.Fatal(err)
	}
	in := cosclient.CopyInput{Source: loc}
	arm(t, s, cosmock.Fault{Match: cosmock.OnSubresource("PUT", "dst", "uploadId"), Kind: cosmock.FaultInternalError, Times: -1})
	if _, err := c.CopyMultipart(t.Context(), at(s, "dst"), 3<<20, in, 1<<20, 2); err == nil {
		t.Error("no error")
	}
	s.Disarm()
	ctx, cancel := context.WithCancel(t.Context())
	arm(t, s, cosmock.Fault{Match: cosmock.OnSubresource("PUT", "dst", "uploadId"), Kind: cosmock.FaultDelay, Delay: time.Hour, Times: -1})
	s.ResetRequests()
	go func() {
		for ctx.Err() == nil && requests(s)["PUT uploadId"] == 0 {
			runtime.Gosched()
		}
		cancel()
	}()
	if _, err := c.CopyMultipart(ctx, at(s, "dst"), 3<<20, in, 1<<20, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if left := s.Uploads(s.Bucket()); len(left) != 0 {
		t.Errorf("uploads left: %v", left)
	}
}
