package cosclient

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestListUploads(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, `<ListMultipartUploadsResult><Encoding-Type>url</Encoding-Type><IsTruncated>true</IsTruncated><NextKeyMarker>a%20b</NextKeyMarker><NextUploadIdMarker>u2</NextUploadIdMarker>
<Upload><Key>a%2Bb</Key><UploadId>u1</UploadId><StorageClass>STANDARD</StorageClass><Initiated>2026-01-02T03:04:05.000Z</Initiated></Upload>
<Upload><Key>a%20b</Key><UploadId>u2</UploadId><Initiated>some day</Initiated></Upload></ListMultipartUploadsResult>`))
	got, err := s.client(t).ListUploads(t.Context(), testObject.Region, testObject.Bucket, "a", "k m", "u0")
	if err != nil {
		t.Fatal(err)
	}
	want := []StaleUpload{{"a+b", "u1", "STANDARD", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, {Key: "a b", ID: "u2"}}
	if diff := cmp.Diff(want, got.Uploads); diff != "" || !got.Truncated || got.NextKey != "a b" || got.NextUpload != "u2" || got.Date.IsZero() {
		t.Error(diff, got)
	}
	if uri := s.seen()[0].URI; uri != "/?uploads&prefix=a&key-marker=k%20m&upload-id-marker=u0&encoding-type=url" {
		t.Error(uri)
	}
	s = newServer(t, status(200, `<ListMultipartUploadsResult><IsTruncated>true</IsTruncated></ListMultipartUploadsResult>`))
	if _, err := s.client(t).ListUploads(t.Context(), testObject.Region, testObject.Bucket, "", "", ""); err == nil {
		t.Error("a page that names no next one is taken")
	}
}

// Whether a bucket has side effects for new objects: yes, no, or not known.
func TestReactions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status  int
		body    string
		on, bad bool
	}{
		"on":          {200, "<C><Rule><Status>Disabled</Status></Rule><Rule><Status>Enabled</Status></Rule></C>", true, false},
		"off":         {200, "<C><Rule><Status>Disabled</Status></Rule></C>", false, false},
		"none":        {404, "<Error><Code>NoSuchLifecycleConfiguration</Code></Error>", false, false},
		"none either": {404, "<Error><Code>ReplicationConfigurationnotFoundError</Code></Error>", false, false},
		"no bucket":   {404, "<Error><Code>NoSuchBucket</Code></Error>", false, true},
		"denied":      {403, "<Error><Code>AccessDenied</Code></Error>", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newServer(t, status(tc.status, tc.body)).client(t)
			lifecycle, err := c.HasLifecycle(t.Context(), testObject.Region, testObject.Bucket)
			replication, other := c.HasReplication(t.Context(), testObject.Region, testObject.Bucket)
			if lifecycle != tc.on || replication != tc.on || (err != nil) != tc.bad || (other != nil) != tc.bad {
				t.Error(lifecycle, err, replication, other)
			}
		})
	}
}

func TestCopyGuardedByTime(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, copied))
	if _, err := s.client(t).Copy(t.Context(), testObject, CopyInput{Source: testObject, IfMatch: "e", IfUnmodifiedSince: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	if got := s.seen()[0].Header.Get(headerCopySourceSince); got != "Fri, 02 Jan 2026 03:04:05 GMT" {
		t.Error(got)
	}
	s = newServer(t, refusing(412, "PreconditionFailed"))
	if _, err := s.client(t).Copy(t.Context(), testObject, CopyInput{Source: testObject}); !errors.Is(err, ErrPreconditionFailed) {
		t.Error(err)
	}
}
