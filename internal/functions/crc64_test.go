package functions_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

func TestCRC64(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[Object Content]": "16749565679157681890", // printed in COS's API documentation
		"[Object Part]":    "4510578591875220731",  // also printed there
		"123456789":        "11051210869376104954", // the check value of CRC-64/XZ, 0x995dc9bbdf1939fa
		"":                 "0",
	} {
		value, err := call(t, "crc64", str(text))
		if diff := cmp.Diff(outcome{Text: want}, outcomeOf(t, value, err)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
		path := filepath.Join(t.TempDir(), "body")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		value, err = call(t, "filecrc64", str(path))
		if diff := cmp.Diff(outcome{Text: want}, outcomeOf(t, value, err)); diff != "" {
			t.Errorf("%q as a file (-want +got):\n%s", text, diff)
		}
	}
}

// A file larger than the buffer has the CRC64 of its content, which is also the
// one that a server reports for an object with this body.
func TestFileCRC64OfLargeFile(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	text := strings.Repeat("0123456789abcdef~腾", 50_000)
	path := filepath.Join(t.TempDir(), "body")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader(text)}); err != nil {
		t.Fatal(err)
	}
	stored, _ := w.Stored("a")
	want := outcome{Text: strconv.FormatUint(stored.CRC64, 10)}
	for function, argument := range map[string]string{"crc64": text, "filecrc64": path} {
		value, err := call(t, function, str(argument))
		if diff := cmp.Diff(want, outcomeOf(t, value, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", function, diff)
		}
	}
}

func TestFileCRC64Refuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for path, says := range map[string]string{
		filepath.Join(folder, "none"): "there is no such file",
		folder:                        "it is a folder",
		"":                            "there is no such file",
	} {
		value, err := call(t, "filecrc64", str(path))
		if diff := cmp.Diff(outcome{Argument: 1}, outcomeOf(t, value, err)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", path, diff)
		}
		if !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: the error is %q", path, err.Error())
		}
	}
}
