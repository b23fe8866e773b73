package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The objects of examples/demo.
const (
	objectSSECOS = "demo/sse-cos.txt"
	objectSSEKMS = "demo/sse-kms.txt"
	objectSSEC   = "demo/sse-c.txt"
	objectFile   = "demo/ledger.csv"
)

func objects() []string {
	return []string{objectSSECOS, objectSSEKMS, objectSSEC, objectFile}
}

// keyOf is the customer key of an object, the zero key for those that COS holds the keys of.
func (d *demo) keyOf(object string) sse.CustomerKey {
	if object == objectSSEC || object == objectFile {
		return d.key
	}
	return sse.CustomerKey{}
}

func (d *demo) apply(ctx context.Context) ([]finding, error) {
	_, findings, err := d.changes(ctx, "apply", "4 added, 0 changed, 0 destroyed")
	return findings, err
}

func (d *demo) destroy(ctx context.Context) ([]finding, error) {
	_, findings, err := d.changes(ctx, "destroy", "4 destroyed")
	return findings, err
}

// changes runs a command that has to end in certain words, and returns the requests that it took: the CLI's own account,
// and the server's.
func (d *demo) changes(ctx context.Context, command, want string) ([]cosmock.Request, []finding, error) {
	// What other steps asked the server is not the command's.
	if _, err := d.journal(ctx); err != nil {
		return nil, nil, err
	}
	done, err := d.run(ctx, command, "-auto-approve")
	if err != nil {
		return nil, nil, err
	}
	line := done.Line(map[string]string{"apply": "Apply complete!", "destroy": "Destroy complete!"}[command])
	if !strings.Contains(line, want) {
		return nil, nil, fmt.Errorf("the CLI says %q, expected was %q", line, want)
	}
	calls, err := d.journal(ctx)
	return calls, []finding{line, summary(calls)}, err
}

// emptyPlan shows that there is nothing to do, and that looking costs no upload.
func (d *demo) emptyPlan(ctx context.Context) ([]finding, error) {
	// What other steps asked the server is not the plan's.
	if _, err := d.journal(ctx); err != nil {
		return nil, err
	}
	if _, err := d.run(ctx, "plan", "-detailed-exitcode"); err != nil {
		return nil, err
	}
	calls, err := d.journal(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range calls {
		if c.Method != http.MethodHead && c.Method != http.MethodGet {
			return nil, fmt.Errorf("a plan sent %s for %s", c.Method, c.Key)
		}
	}
	return []finding{summary(calls)}, nil
}

// inventory asks the server how each object is stored.
func (d *demo) inventory(ctx context.Context) ([]finding, error) {
	want := map[string]string{
		objectSSECOS: "SSE-COS, AES256",
		objectSSEKMS: "SSE-KMS, key " + kmsKeyID,
		objectSSEC:   "SSE-C, key MD5 " + d.key.MD5(),
		objectFile:   "SSE-C, key MD5 " + d.key.MD5(),
	}
	var findings []finding
	for _, object := range objects() {
		got, err := d.reader.send(ctx, http.MethodHead, object, d.keyOf(object))
		if err != nil {
			return nil, err
		}
		if got.Status != http.StatusOK || encryption(got) != want[object] {
			return nil, fmt.Errorf("%s: status %d, encryption %s, expected was %s", object, got.Status, encryption(got), want[object])
		}
		findings = append(findings, fmt.Sprintf("%-16s  %5s bytes  %s", object, got.Header.Get("Content-Length"), encryption(got)))
	}
	return findings, nil
}

func (d *demo) withoutKey(ctx context.Context) ([]finding, error) {
	return d.refused(ctx, sse.CustomerKey{})
}

func (d *demo) withWrongKey(ctx context.Context) ([]finding, error) {
	return d.refused(ctx, d.wrongKey)
}

func (d *demo) refused(ctx context.Context, key sse.CustomerKey) ([]finding, error) {
	var findings []finding
	for _, object := range []string{objectSSEC, objectFile} {
		got, err := d.reader.send(ctx, http.MethodGet, object, key)
		if err != nil {
			return nil, err
		}
		refusal, err := refusal(got)
		if err != nil {
			return nil, fmt.Errorf("GET %s: %w", object, err)
		}
		findings = append(findings, fmt.Sprintf("GET %-16s  %s", object, refusal))
	}
	return findings, nil
}

func (d *demo) withRightKey(ctx context.Context) ([]finding, error) {
	file, err := os.ReadFile(d.path("work", "ledger.csv"))
	if err != nil {
		return nil, err
	}
	want := map[string][]byte{objectSSEC: []byte(d.message), objectFile: file}
	var findings []finding
	for _, object := range []string{objectSSEC, objectFile} {
		body, err := d.body(ctx, object)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(body, want[object]) {
			return nil, fmt.Errorf("GET %s: %d bytes came back, and they are not the %d that were stored", object, len(body), len(want[object]))
		}
		findings = append(findings, fmt.Sprintf("GET %-16s  %d bytes, SHA-256 %.8x…", object, len(body), sha256.Sum256(body)))
	}
	return findings, nil
}

// body reads an object with the key that is its own.
func (d *demo) body(ctx context.Context, object string) ([]byte, error) {
	got, err := d.reader.send(ctx, http.MethodGet, object, d.keyOf(object))
	if err != nil {
		return nil, err
	}
	if got.Status != http.StatusOK {
		return nil, fmt.Errorf("GET %s: %s", object, got.Verdict())
	}
	return got.Body, nil
}

// disk looks for what was stored, whole and line by line, in the files of the server.
func (d *demo) disk(ctx context.Context) ([]finding, error) {
	secrets := []secret{{"the customer key", d.key.Bytes()}}
	for _, object := range objects() {
		body, err := d.body(ctx, object)
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, pieces(object, body)...)
	}

	// A search that finds nothing anywhere would prove nothing.
	if _, err := searchFolder(d.path("work"), secrets); !errors.Is(err, errFound) {
		return nil, errors.New("the search does not even find the bodies in the folder that they come from")
	}
	total, err := searchFolder(d.path("data"), secrets)
	if err != nil {
		return nil, err
	}
	if total.bytes == 0 {
		return nil, errors.New("there is nothing on the server's disk")
	}
	return []finding{fmt.Sprintf("%d files of %d bytes searched, for text as it is, in base64 and in hex", total.files, total.bytes)}, nil
}

func (d *demo) stateWithoutKey(context.Context) ([]finding, error) {
	state, err := os.ReadFile(d.path("work", "terraform.tfstate"))
	if err != nil {
		return nil, err
	}
	// The MD5 is there: it says which key is needed. So this is the right file, and the search works.
	if !bytes.Contains(state, []byte(d.key.MD5())) {
		return nil, errors.New("the state does not tell the MD5 of the key")
	}
	if (secret{"key", d.key.Bytes()}).in(state) {
		return nil, errors.New("the customer key is in the state")
	}
	return []finding{fmt.Sprintf("%d bytes of state hold its name and its MD5", len(state))}, nil
}

func (d *demo) update(ctx context.Context) ([]finding, error) {
	d.message = "And nobody reads this one, either.\n"
	d.variables["message"] = d.message
	calls, findings, err := d.changes(ctx, "apply", "0 added, 1 changed, 0 destroyed")
	if err != nil {
		return nil, err
	}
	// A refresh may also have a page of the bucket's listing, which has no key.
	isOther := func(c cosmock.Request) bool { return c.Method != http.MethodHead && c.Key != objectSSEC && c.Key != "" }
	if other := slices.IndexFunc(calls, isOther); other >= 0 {
		return nil, fmt.Errorf("the update sent %s for %s, which had not changed", calls[other].Method, calls[other].Key)
	}
	return findings, nil
}

func (d *demo) gone(ctx context.Context) ([]finding, error) {
	for _, object := range objects() {
		got, err := d.reader.send(ctx, http.MethodHead, object, d.keyOf(object))
		if err != nil {
			return nil, err
		}
		if got.Status != http.StatusNotFound {
			return nil, fmt.Errorf("HEAD %s: status %d", object, got.Status)
		}
	}
	return nil, nil
}
