package acctest

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/tencentyun/cos-go-sdk-v5"
)

// SDK returns the official Go SDK for the server's first bucket, as a client that
// is independent of this project.
func (w *World) SDK(t *testing.T) *cos.Client {
	t.Helper()
	return w.sdkOf(t, w.Bucket())
}

func (w *World) sdkOf(t *testing.T, name string) *cos.Client {
	t.Helper()
	bucket, err := url.Parse("https://" + name + ".cos." + w.Region() + ".myqcloud.com")
	if err != nil {
		t.Fatal(err)
	}
	transport := w.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	return cos.NewClient(&cos.BaseURL{BucketURL: bucket}, &http.Client{
		Transport: &cos.AuthorizationTransport{SecretID: w.SecretID(), SecretKey: w.SecretKey(), Transport: transport},
	})
}

// Versions counts the versions and delete markers of a key in the SDK's listing.
func (w *World) Versions(t *testing.T, key string) int {
	t.Helper()
	return w.VersionsIn(t, w.Bucket(), key)
}

// VersionsIn is like Versions for another bucket.
func (w *World) VersionsIn(t *testing.T, bucket, key string) int {
	t.Helper()
	list, _, err := w.sdkOf(t, bucket).Bucket.GetObjectVersions(context.Background(), &cos.BucketGetObjectVersionsOptions{Prefix: key})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range list.Version {
		if v.Key == key {
			n++
		}
	}
	for _, m := range list.DeleteMarker {
		if m.Key == key {
			n++
		}
	}
	return n
}
