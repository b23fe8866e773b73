package main

import (
	"io"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// Every option of the server has a command-line flag, so that users need not
// write Go.
func TestFlagsOfOptions(t *testing.T) {
	t.Parallel()
	flags, err := parseFlags([]string{
		"-accelerate", "-force-download", "-sm4", "-multi-az", "-overdue", "-dedicated", "-domain", "Files.example.com=b-1", "-domain", "c.example.com=c-1",
		"-origin-pull", "https://origin.example.com", "-origin-pull-mode", "async", "-origin-pull-status", "403", "-origin-pull-status", "404",
		"-acl-limit", "1000", "-listing-lag", "1s", "-restore-delay", "2s", "-body-timeout", "3s", "-bucket-encryption-lag", "5s", "-refuse-path-style", "-latency", "4s", "-kms-key", "k",
		"-bucket", "b-1", "-region", "ap-beijing", "-secret-id", "I", "-secret-key", "K", "-ca-out", "ca.pem", "-data", "dir", "-listen", ":1", "-listen-http", ":2",
		"-conditional-writes", "-metadata-acceleration", "-acceleration-drops-encryption",
	}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	opts := flags.Options
	want := cosmock.Options{
		Accelerate: true, ForceDownload: true, SM4: true, MultiAZ: true, MetadataAcceleration: true, AccelerationDropsEncryption: true, Overdue: true, Dedicated: true,
		Domains:    map[string]string{"files.example.com": "b-1", "c.example.com": "c-1"},
		OriginPull: cosmock.OriginPull{Origin: "https://origin.example.com", Mode: cosmock.OriginAsync, Statuses: []int{403, 404}},
		Limits:     cosmock.Limits{ACLs: 1000}, ListingLag: time.Second, RestoreDelay: 2 * time.Second, BodyTimeout: 3 * time.Second, BucketEncryptionLag: 5 * time.Second,
		RefusePathStyle: true, Latency: 4 * time.Second, KMSKeys: []string{"k"}, Buckets: []string{"b-1"}, Region: "ap-beijing",
		SecretID: "I", SecretKey: "K", CAFile: "ca.pem", DataDir: "dir", Listen: ":1", ListenHTTP: ":2",
		Undocumented: cosmock.Undocumented{ConditionalWrites: true},
	}
	if diff := cmp.Diff(want, opts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	without := map[string]string{"Credentials": "temporary credentials are a test's", "Now": "the clock is the machine's", "Log": "to standard error"}
	value := reflect.ValueOf(opts)
	for i := range value.NumField() {
		if name := value.Type().Field(i).Name; value.Field(i).IsZero() && without[name] == "" {
			t.Errorf("no flag sets %s", name)
		}
	}
	for _, args := range [][]string{{"-domain", "x"}, {"-domain", "=b"}, {"-origin-pull-mode", "fast"}, {"-origin-pull-status", "302"}, {"-origin-pull-status", "x"}} {
		if _, err := parseFlags(args, io.Discard); err == nil {
			t.Errorf("%q is accepted", args)
		}
	}
}
