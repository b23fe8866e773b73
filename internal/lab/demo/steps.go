package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/leak"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The objects in examples/demo.
const (
	objectSSECOS = "demo/sse-cos.txt"
	objectSSEKMS = "demo/sse-kms.txt"
	objectSSEC   = "demo/sse-c.txt"
	objectFile   = "demo/ledger.csv"
)

var (
	all       = []string{objectSSECOS, objectSSEKMS, objectSSEC, objectFile}
	underSSEC = []string{objectSSEC, objectFile}
)

// declared returns the configuration of the object under a customer key.
func (d *demo) declared(context.Context) []string {
	config := program.Must(os.ReadFile(d.path("work", "main.tf")))
	_, after, found := strings.Cut(string(config), "# SSE-C: ")
	block, _, ended := strings.Cut(after, "\n}\n")
	if !found || !ended {
		program.Fail("main.tf has no resource under a customer key")
	}
	lines := strings.Split("# SSE-C: "+block+"\n}", "\n")
	lines[0] = d.Paint(report.Dim, lines[0])
	return lines
}

func (d *demo) changing(command, want string) report.Step {
	return func(ctx context.Context) []string {
		_, findings := d.changes(ctx, command, want)
		return findings
	}
}

// changes runs a command whose summary must match. It returns the requests that it sent, and the summaries of the CLI
// and the server.
func (d *demo) changes(ctx context.Context, command, want string) ([]cosmock.Request, []string) {
	done, calls := d.watched(ctx, command, "-auto-approve")
	line := done.Line(strings.ToUpper(command[:1]) + command[1:] + " complete!")
	if !strings.Contains(line, want) {
		program.Fail("the CLI says %q, expected was %q", line, want)
	}
	return calls, []string{line, summary(calls)}
}

// emptyPlan shows that a second plan is empty and uploads nothing.
func (d *demo) emptyPlan(ctx context.Context) []string {
	_, calls := d.watched(ctx, "plan", "-detailed-exitcode")
	for _, c := range calls {
		if c.Method != http.MethodHead && c.Method != http.MethodGet {
			program.Fail("a plan sent %s for %s", c.Method, c.Key)
		}
	}
	return []string{summary(calls)}
}

func (d *demo) watched(ctx context.Context, command string, args ...string) (tfcli.Result, []cosmock.Request) {
	d.server.ResetRequests()
	done := program.Must(d.terraform.Succeed(ctx, append([]string{command, "-input=false"}, args...)...))
	return done, d.server.Requests()
}

// asked requests some objects, those under SSE-C with a customer key, and returns a line about each response.
func (d *demo) asked(ctx context.Context, method string, objects []string, key sse.CustomerKey, tell func(object string, got rawcos.Answer) string) (findings []string) {
	for _, object := range objects {
		program.Named(method+" "+object, func() {
			header := http.Header{}
			if slices.Contains(underSSEC, object) {
				key.SetHeaders(header)
			}
			findings = append(findings, tell(object, program.Must(d.bucket.Send(ctx, rawcos.Request{Method: method, Key: object, Header: header}))))
		})
	}
	return findings
}

// inventory asks the server how each object is encrypted.
func (d *demo) inventory(ctx context.Context) []string {
	want := map[string]string{
		objectSSECOS: "SSE-COS, AES256",
		objectSSEKMS: "SSE-KMS, key " + kmsKeyID,
		objectSSEC:   "SSE-C, key MD5 " + d.key.MD5(),
		objectFile:   "SSE-C, key MD5 " + d.key.MD5(),
	}
	return d.asked(ctx, http.MethodHead, all, d.key, func(object string, got rawcos.Answer) string {
		if got.Status != http.StatusOK || encryption(got) != want[object] {
			program.Fail("status %d, encryption %s, expected was %s", got.Status, encryption(got), want[object])
		}
		return fmt.Sprintf("%-16s  %5s bytes  %s", object, got.Header.Get("Content-Length"), encryption(got))
	})
}

// refused returns a step that reads the SSE-C objects with a wrong key.
func (d *demo) refused(key sse.CustomerKey) report.Step {
	return func(ctx context.Context) []string {
		return d.asked(ctx, http.MethodGet, underSSEC, key, func(object string, got rawcos.Answer) string {
			return fmt.Sprintf("GET %-16s  %s", object, program.Must(refusal(got)))
		})
	}
}

func (d *demo) withRightKey(ctx context.Context) []string {
	want := map[string]string{objectSSEC: d.message, objectFile: string(program.Must(os.ReadFile(d.path("work", "ledger.csv"))))}
	return d.asked(ctx, http.MethodGet, underSSEC, d.key, func(object string, got rawcos.Answer) string {
		if !got.OK() || string(got.Body) != want[object] {
			program.Fail("%s: %d bytes came back, and they are not the %d that were stored", got.Verdict(), len(got.Body), len(want[object]))
		}
		return fmt.Sprintf("GET %-16s  %d bytes, SHA-256 %.8x…", object, len(got.Body), sha256.Sum256(got.Body))
	})
}

// disk searches the server's files for the stored bodies, whole and line by line.
func (d *demo) disk(ctx context.Context) []string {
	secrets := []leak.Secret{{Name: "the customer key", Text: d.key.Base64()}}
	d.asked(ctx, http.MethodGet, all, d.key, func(object string, got rawcos.Answer) string {
		if !got.OK() {
			program.Fail("%s", got.Verdict())
		}
		secrets = append(secrets, leak.Pieces(object, got.Body)...)
		return ""
	})
	// Check that the search can find something at all.
	if _, err := leak.SearchFolder(d.path("work"), secrets); !errors.Is(err, leak.ErrFound) {
		program.Fail("the search does not even find the bodies in the folder that they come from")
	}
	total := program.Must(leak.SearchFolder(d.path("data"), secrets))
	if total.Bytes == 0 {
		program.Fail("there is nothing on the server's disk")
	}
	return []string{fmt.Sprintf("%d bytes searched, for the text as it is, in base64 and in hex", total.Bytes)}
}

func (d *demo) stateWithoutKey(context.Context) []string {
	state := string(program.Must(os.ReadFile(d.path("work", "terraform.tfstate"))))
	// The MD5 of the key is expected there: it identifies the key, and shows that this is the right file and that the
	// search works.
	if !strings.Contains(state, d.key.MD5()) {
		program.Fail("the state does not tell the MD5 of the key")
	}
	if len(leak.Find(state, d.key.Base64())) > 0 {
		program.Fail("the customer key is in the state")
	}
	return []string{fmt.Sprintf("the state holds its name and its MD5, in %d bytes", len(state))}
}

func (d *demo) update(ctx context.Context) []string {
	d.message = "And nobody reads this one, either.\n"
	d.setenv("TF_VAR_message", d.message)
	calls, findings := d.changes(ctx, "apply", "0 added, 1 changed, 0 destroyed")
	for _, c := range calls {
		// A refresh may also list the bucket, a request without a key.
		if c.Method != http.MethodHead && c.Key != objectSSEC && c.Key != "" {
			program.Fail("the update sent %s for %s, which had not changed", c.Method, c.Key)
		}
	}
	return findings
}

// rotate names another key in the configuration. COS re-encrypts the objects by itself.
func (d *demo) rotate(ctx context.Context) []string {
	const old, rotated = `sse_customer_key_name = "demo"`, `sse_customer_key_name = "new"`
	file := d.path("work", "main.tf")
	config := string(program.Must(os.ReadFile(file)))
	program.Check(os.WriteFile(file, []byte(strings.ReplaceAll(config, old, rotated)), 0o600))
	calls, findings := d.changes(ctx, "apply", "0 added, 2 changed, 0 destroyed")
	for _, c := range calls {
		reads := c.Method == http.MethodGet && c.Key != "" && c.Subresource == ""
		writes := c.Method == http.MethodPut && c.CopySource == ""
		if reads || writes || c.BodyBytes > 0 {
			program.Fail("the rotation sent %s for the body of %s", c.Method, c.Key)
		}
	}
	d.key = d.newKey
	return append([]string{"- " + old, "+ " + rotated}, findings...)
}

func (d *demo) gone(ctx context.Context) []string {
	d.asked(ctx, http.MethodHead, all, d.key, func(_ string, got rawcos.Answer) string {
		if got.Status != http.StatusNotFound {
			program.Fail("status %d", got.Status)
		}
		return ""
	})
	return nil
}
