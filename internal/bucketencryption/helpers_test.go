package bucketencryption_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// TestMain unsets TF_CLI_CONFIG_FILE, so that the user's CLI configuration has no
// effect.
func TestMain(m *testing.M) {
	if err := os.Unsetenv("TF_CLI_CONFIG_FILE"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

const (
	address = "cos_bucket_encryption.test"
	aes     = `server_side_encryption = "AES256"`
	sm4     = `server_side_encryption = "SM4"`
	kms     = `server_side_encryption = "cos/kms"`
	kmsKey1 = `sse_kms_key_id = "` + acctest.KMSKey1 + `"`
	kmsKey2 = `sse_kms_key_id = "` + acctest.KMSKey2 + `"`
)

// encryption returns a resource named test for the first bucket.
func encryption(w *acctest.World, lines ...string) string {
	return block("test", append([]string{"bucket = " + acctest.Quote(w.Bucket())}, lines...)...)
}

func block(name string, lines ...string) string {
	return "resource \"cos_bucket_encryption\" \"" + name + "\" {\n  " + strings.Join(lines, "\n  ") + "\n}\n"
}

// calls returns the requests about encryption since a position in the journal.
func calls(w *acctest.World, from int) []string {
	var found []string
	for _, r := range w.Requests()[from:] {
		if r.Subresource == "encryption" {
			r.BodyBytes = 0
			found = append(found, strings.Replace(acctest.Call(r), "?encryption ", "", 1))
		}
	}
	return found
}

// label names the resource of a row, which has a bucket of its own.
func label(row int) string { return fmt.Sprintf("case%02d", row) }

// manyBuckets starts a server with a bucket per row of a table. The CLI runs once
// for all rows.
func manyBuckets(t *testing.T, rows int) (*acctest.World, []string) {
	t.Helper()
	var buckets []string
	for row := range rows {
		buckets = append(buckets, label(row)+"-1250000000")
	}
	return acctest.New(t, func(o *cosmock.Options) { o.Buckets = buckets }), buckets
}

// callsFor returns the requests about the encryption of a bucket.
func callsFor(w *acctest.World, bucket string) []string {
	var found []string
	for _, r := range w.Requests() {
		if r.Bucket == bucket && r.Subresource == "encryption" {
			r.BodyBytes = 0
			found = append(found, strings.Replace(acctest.Call(r), "?encryption ", "", 1))
		}
	}
	return found
}
