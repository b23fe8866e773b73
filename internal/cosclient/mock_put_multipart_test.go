package cosclient_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	source "github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const mib = 1 << 20

// file writes random bytes to a file, and returns the bytes and a Body of the
// file.
func file(t *testing.T, size int) ([]byte, source.Body) {
	t.Helper()
	data := make([]byte, size)
	if _, err := rand.NewChaCha8([32]byte{byte(size)}).Read(data); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	body, err := source.File(path).Body()
	if err != nil {
		t.Fatal(err)
	}
	return data, body
}

// requests counts the server's requests by method and subresource.
func requests(s *cosmock.Server) map[string]int {
	counts := map[string]int{}
	for _, r := range s.Requests() {
		counts[strings.TrimSuffix(r.Method+" "+r.Subresource, " ")]++
	}
	return counts
}

func TestPutMultipart(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	for name, set := range settings(t) {
		for length, size := range map[string]int{"a rest": mib + 13, "whole parts": 2 * mib, "a single part": 77} {
			t.Run(name+", "+length, func(t *testing.T) {
				data, body := file(t, size)
				loc := at(s, name+" "+length)
				s.ResetRequests()
				written, err := c.PutMultipart(t.Context(), loc, cosclient.PutMultipartInput{
					Body: body, PartSize: mib, Parallel: 3,
					UploadInput: cosclient.UploadInput{Encryption: set, Attributes: cosclient.Attributes{ContentType: "text/plain"}, ForbidOverwrite: true},
				})
				if err != nil {
					t.Fatal(err)
				}
				if written.CRC64 != crcOf(data) || !set.Matches(written.Encryption) {
					t.Errorf("written %+v", written)
				}
				stored, _ := s.Object(loc.Bucket, loc.Key)
				if plain, err := stored.Plaintext(set.CustomerKey); err != nil || !bytes.Equal(plain, data) {
					t.Errorf("%d bytes stored, %v", len(plain), err)
				}
				var sent int64
				for _, r := range s.Requests() {
					has := func(name string) bool { return slices.Contains(r.HeaderNames, strings.ToLower(name)) }
					if mode := has(sse.HeaderMode); mode != (r.Subresource == "uploads" && set.Mode != sse.ModeNone && set.Mode != sse.ModeCustomer) {
						t.Errorf("%s ?%s has %s", r.Method, r.Subresource, r.HeaderNames)
					}
					if key := has(sse.HeaderCustomerKey); key != (set.Mode == sse.ModeCustomer && (r.Method == "PUT" || r.Subresource == "uploads")) {
						t.Errorf("%s ?%s has %s", r.Method, r.Subresource, r.HeaderNames)
					}
					if r.Method == "PUT" {
						sent += r.BodyBytes
					}
				}
				want := map[string]int{"POST uploads": 1, "PUT uploadId": (size + mib - 1) / mib, "POST uploadId": 1}
				if diff := cmp.Diff(want, requests(s)); diff != "" || sent != int64(size) {
					t.Errorf("%d bytes sent; requests (-want +got):\n%s", sent, diff)
				}
				_, err = c.PutMultipart(t.Context(), loc, cosclient.PutMultipartInput{Body: body, UploadInput: cosclient.UploadInput{Encryption: set, ForbidOverwrite: true}})
				if !errors.Is(err, cosclient.ErrAlreadyExists) {
					t.Errorf("onto an object: %v", err)
				}
			})
		}
	}
	if left := s.Uploads(s.Bucket()); len(left) != 0 {
		t.Errorf("uploads left: %v", left)
	}
}

// After any fault, the object either exists and is correct or does not exist, and
// no upload is left.
func TestPutMultipartFaults(t *testing.T) {
	t.Parallel()
	part, complete, begin := cosmock.OnSubresource("PUT", "k", "uploadId"), cosmock.OnSubresource("POST", "k", "uploadId"), cosmock.OnSubresource("POST", "k", "uploads")
	for name, tc := range map[string]struct {
		fault     cosmock.Fault
		encrypted bool
		is        error // nil if it succeeds
		as        bool  // an EncryptionError is expected
		fails     bool
		stored    bool // even though there is an error
		recovered bool
		parts     int // requests for the 3 parts; 0 accepts any number
	}{
		"a part refused once":            {fault: cosmock.Fault{Match: part, Kind: cosmock.FaultInternalError}, parts: 4},
		"a part refused for good":        {fault: cosmock.Fault{Match: part, Kind: cosmock.FaultInternalError, Times: -1}, fails: true},
		"a storm of SlowDown":            {fault: cosmock.Fault{Match: part, Kind: cosmock.FaultSlowDown, Times: 3}, parts: 6},
		"SlowDown for ever":              {fault: cosmock.Fault{Match: part, Kind: cosmock.FaultSlowDown, Times: -1}, is: cosclient.ErrThrottled},
		"a part corrupted once":          {fault: cosmock.Fault{Match: part, Kind: cosmock.FaultWrongCRC}, parts: 4},
		"parts corrupted always":         {fault: cosmock.Fault{Match: part, Kind: cosmock.FaultWrongCRC, Times: -1}, fails: true},
		"a connection reset before":      {fault: cosmock.Fault{Match: part, Kind: cosmock.FaultResetBefore}},
		"a connection reset after":       {fault: cosmock.Fault{Match: part, Kind: cosmock.FaultResetAfter}, parts: 4},
		"the answer to a part cut":       {fault: cosmock.Fault{Match: part, Kind: cosmock.FaultTruncate}, parts: 4},
		"the clock is wrong":             {fault: cosmock.Fault{Match: part, Kind: cosmock.FaultClockSkew}},
		"the beginning refused once":     {fault: cosmock.Fault{Match: begin, Kind: cosmock.FaultSlowDown}, parts: 3},
		"the beginning refused for good": {fault: cosmock.Fault{Match: begin, Kind: cosmock.FaultInternalError, Times: -1}, fails: true},
		"the encryption dropped":         {fault: cosmock.Fault{Match: begin, Kind: cosmock.FaultDropEncryption}, encrypted: true, as: true},
		"the end refused once":           {fault: cosmock.Fault{Match: complete, Kind: cosmock.FaultErrorIn200}, parts: 3},
		"the end refused for good":       {fault: cosmock.Fault{Match: complete, Kind: cosmock.FaultErrorIn200, Times: -1}, fails: true},
		"the answer to the end lost":     {fault: cosmock.Fault{Match: complete, Kind: cosmock.FaultResetAfter}, recovered: true, parts: 3},
		"the answer to the end cut":      {fault: cosmock.Fault{Match: complete, Kind: cosmock.FaultTruncate}, recovered: true, parts: 3},
		"another checksum in the end":    {fault: cosmock.Fault{Match: complete, Kind: cosmock.FaultWrongCRC}, is: cosclient.ErrCorrupted, stored: true, parts: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := start(t)
			data, body := file(t, 2*mib+5)
			loc := at(s, "k")
			arm(t, s, tc.fault)
			var encryption sse.Settings
			if tc.encrypted {
				encryption = sse.Settings{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, "A")}
			}
			asked := ""
			written, err := c.PutMultipart(t.Context(), loc, cosclient.PutMultipartInput{
				Body: body, PartSize: mib, Parallel: 2, UploadInput: cosclient.UploadInput{Encryption: encryption},
				Landed: func(ctx context.Context, crc64 string) (bool, error) {
					asked = crc64
					info, err := c.Head(ctx, loc, cosclient.HeadInput{})
					return err == nil && info.CRC64 == crc64, nil
				},
			})
			var other *cosclient.EncryptionError
			failed := tc.fails || tc.is != nil || tc.as
			if (err != nil) != failed || tc.is != nil && !errors.Is(err, tc.is) || errors.As(err, &other) != tc.as || written.Recovered != tc.recovered {
				t.Errorf("recovered %v, error %v", written.Recovered, err)
			}
			if errors.Is(err, cosclient.ErrCorrupted) != tc.stored {
				t.Errorf("an error that says that the object is stored: %v", err)
			}
			if tc.recovered && asked != crcOf(data) {
				t.Errorf("asked for the checksum %q", asked)
			}
			stored, there := s.Object(loc.Bucket, loc.Key)
			if there != (!failed || tc.stored) {
				t.Errorf("there is an object: %v", there)
			}
			if there {
				if plain, err := stored.Plaintext(sse.CustomerKey{}); err != nil || !bytes.Equal(plain, data) || written.CRC64 != crcOf(data) {
					t.Errorf("%d bytes stored, %v, %+v", len(plain), err, written)
				}
			}
			got := requests(s)
			if tc.parts != 0 && got["PUT uploadId"] != tc.parts || tc.as && got["PUT uploadId"] != 0 {
				t.Errorf("requests %v", got)
			}
			if left := s.Uploads(s.Bucket()); len(left) != 0 {
				t.Errorf("uploads left: %v", left)
			}
		})
	}
}

func TestPutMultipartIsAborted(t *testing.T) {
	t.Parallel()
	s, c := start(t)
	_, body := file(t, 2*mib+5)
	ctx, cancel := context.WithCancel(t.Context())
	arm(t, s, cosmock.Fault{Match: cosmock.OnSubresource("PUT", "k", "uploadId"), Kind: cosmock.FaultDelay, Delay: time.Hour, Times: -1})
	go func() {
		for ctx.Err() == nil && requests(s)["PUT uploadId"] == 0 {
			runtime.Gosched()
		}
		cancel()
	}()
	_, err := c.PutMultipart(ctx, at(s, "k"), cosclient.PutMultipartInput{Body: body, PartSize: mib, Parallel: 2})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if got := requests(s); got["DELETE uploadId"] != 1 || len(s.Uploads(s.Bucket())) != 0 {
		t.Errorf("requests %v, uploads left: %v", got, s.Uploads(s.Bucket()))
	}
}

// changing is a Body whose file is modified when half of it has been read.
type changing struct {
	source.Body
	change func()
}

type changingAt struct {
	source.At
	done   *atomic.Bool
	change func()
}

func (b changing) OpenAt() (source.At, error) {
	at, err := b.Body.OpenAt()
	return changingAt{at, new(atomic.Bool), b.change}, err
}

func (a changingAt) ReadAt(p []byte, offset int64) (int, error) {
	if offset >= 2*mib && a.done.CompareAndSwap(false, true) {
		a.change()
	}
	return a.At.ReadAt(p, offset)
}

func TestPutMultipartOfAChangingFile(t *testing.T) {
	t.Parallel()
	later := time.Now().Add(time.Hour)
	for name, tc := range map[string]struct {
		change func(path string) error
		fine   bool
	}{
		"longer":                       {change: func(p string) error { return os.Truncate(p, 4*mib) }},
		"shorter":                      {change: func(p string) error { return os.Truncate(p, mib) }},
		"written to":                   {change: func(p string) error { return os.Chtimes(p, later, later) }},
		"replaced: read on as it was":  {change: func(p string) error { return os.WriteFile(p+".new", nil, 0o600) }, fine: true},
		"removed: it is open all long": {change: os.Remove, fine: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := start(t)
			data := make([]byte, 3*mib)
			path := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			body, err := source.File(path).Body()
			if err != nil {
				t.Fatal(err)
			}
			b := changing{body, func() {
				err := tc.change(path)
				if _, missing := os.Stat(path + ".new"); missing == nil {
					err = errors.Join(err, os.Rename(path+".new", path))
				}
				if err != nil {
					t.Error(err)
				}
			}}
			_, err = c.PutMultipart(t.Context(), at(s, "k"), cosclient.PutMultipartInput{Body: b, PartSize: mib, Parallel: 2})
			if tc.fine && err != nil || !tc.fine && !errors.Is(err, cosclient.ErrBodyChanged) {
				t.Errorf("error %v", err)
			}
			if _, there := s.Object(s.Bucket(), "k"); there != tc.fine || len(s.Uploads(s.Bucket())) != 0 {
				t.Errorf("there is an object: %v; uploads left: %v", there, s.Uploads(s.Bucket()))
			}
		})
	}
}
