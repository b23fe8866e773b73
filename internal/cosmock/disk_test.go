package cosmock_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// files reads all files under a directory.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestDiskHoldsCiphertext searches the data directory for the plaintext of small
// and large objects in every mode, written by PUT, copy and multipart upload.
func TestDiskHoldsCiphertext(t *testing.T) {
	dir := t.TempDir()
	s := start(t, cosmock.Options{DataDir: dir, SM4: true})
	r := newRaw(t, s)
	const canary = "the canary sings"
	body := strings.Repeat(canary+" and sings again; ", 5000) // more than one chunk
	modes := map[string][]string{
		"plain": nil, "cos": {hMode, "AES256"}, "sm4": {hMode, "SM4"}, "kms": {hMode, "cos/kms"}, "customer": triple(keyText),
	}
	for name, headers := range modes {
		r.do("PUT", "/large-"+name, body, headers...).want(t, 200, "")
		r.do("PUT", "/small-"+name, canary, headers...).want(t, 200, "")
		var source []string
		if name == "customer" {
			source = sourceTriple(keyText)
		}
		r.do("PUT", "/copy-"+name, "", with(source, "x-cos-copy-source", r.host+"/large-"+name)...).want(t, 200, "")
		id := initiate(t, r, "/upload-"+name, headers...)
		var partHeaders []string
		if name == "customer" {
			partHeaders = headers
		}
		part := putPart(t, r, "/upload-"+name, id, 1, body, partHeaders...)
		r.do("POST", "/upload-"+name+"?uploadId="+id, completion(1, part)).want(t, 200, "")
	}
	stored := 0
	_, keyBase64, _ := keyHeaders(keyText)
	for path, data := range files(t, dir) {
		stored += len(data)
		for _, secret := range []string{
			canary, base64.StdEncoding.EncodeToString([]byte(canary)), hex.EncodeToString([]byte(canary)), keyText, keyBase64,
		} {
			if bytes.Contains(data, []byte(secret)) {
				t.Errorf("%s contains %q", filepath.Base(path), secret)
			}
		}
	}
	if want := 3 * len(modes) * len(body); stored < want { // make sure that there is data to search
		t.Errorf("only %d bytes are on disk, %d were stored", stored, want)
	}
}

// TestCiphertextIsBound checks that data changed on disk cannot be read.
func TestCiphertextIsBound(t *testing.T) {
	tests := map[string]func(data []byte) []byte{
		"a bit":             func(data []byte) []byte { data[len(data)-1] ^= 1; return data },
		"a byte less":       func(data []byte) []byte { return data[:len(data)-1] },
		"the last one gone": func(data []byte) []byte { return data[:(len(data)-1)/65552*65552] }, // a chunk with its authentication tag
	}
	for name, tamper := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := start(t, cosmock.Options{DataDir: dir})
			r := newRaw(t, s)
			r.do("PUT", "/small", "body").want(t, 200, "")
			r.do("PUT", "/large", strings.Repeat("x", 200000)).want(t, 200, "")
			for path, data := range files(t, dir) {
				if strings.HasSuffix(path, ".pem") {
					continue
				}
				if err := os.WriteFile(path, tamper(data), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			r.do("GET", "/small", "").want(t, 500, "InternalError")
			r.do("PUT", "/copy", "", "x-cos-copy-source", r.host+"/large").want(t, 500, "InternalError")
			if a := r.do("GET", "/large", ""); a.err == nil {
				t.Errorf("the large one reads: %d", a.status)
			}
			r.do("GET", "/large", "", "Range", "bytes=0-9").want(t, 206, "")
		})
	}
}

func TestDiskSpaceIsGivenBack(t *testing.T) {
	dir := t.TempDir()
	s := start(t, cosmock.Options{DataDir: dir, Limits: cosmock.Limits{MinPart: 1}})
	r := newRaw(t, s)
	large := strings.Repeat("x", 100000)
	for range 3 {
		r.do("PUT", "/k", large).want(t, 200, "")
	}
	id := initiate(t, r, "/m")
	for range 2 {
		putPart(t, r, "/m", id, 1, large)
	}
	if n := len(files(t, dir)) - 1; n != 2 { // without the certificate
		t.Errorf("%d files for an object and a part", n)
	}
	r.do("DELETE", "/m?uploadId="+id, "").want(t, 204, "")
	r.do("DELETE", "/k", "").want(t, 204, "")
	r.do("PUT", "/bad", large, "Content-MD5", "mQ/fVh815F3k6TAUm8m0eg==").want(t, 400, "BadDigest")
	if n := len(files(t, dir)) - 1; n != 0 {
		t.Errorf("%d files are left", n)
	}
}
