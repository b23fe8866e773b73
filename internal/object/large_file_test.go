package object_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// largeSize is just above the limit for uploads in one request.
const largeSize = 33<<20 + 5

// inParts splits a large file into five parts.
const inParts = "part_size = 8\n  upload_concurrency = 4"

// large writes a large file of repeated text and returns its path.
func large(t *testing.T, name, text string) (string, []byte) {
	t.Helper()
	data := bytes.Repeat([]byte(text), largeSize/len(text)+1)[:largeSize]
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, data, 0o600))
	return path, data
}

var bodyBytes = regexp.MustCompile(` \d+ bytes$`)

// sorted sorts consecutive uploads of parts, whose order is not defined.
func sorted(calls []string) []string {
	var all []string
	for _, c := range calls {
		if strings.HasPrefix(c, "POST ?uploadId") {
			c = bodyBytes.ReplaceAllString(c, "")
		}
		all = append(all, c)
	}
	first := slices.IndexFunc(all, func(c string) bool { return strings.HasPrefix(c, "PUT ?uploadId") })
	last := first
	for last < len(all) && strings.HasPrefix(all[last], "PUT ?uploadId") {
		last++
	}
	if first >= 0 {
		slices.Sort(all[first:last])
	}
	return all
}

// parts returns the requests that upload a large file, along with others before and
// after.
func parts(before []string, asked, onParts string, after ...string) []string {
	all := append(slices.Clone(before), "POST ?uploads 200 "+asked, "PUT ?uploadId 200"+onParts+" 1048581 bytes")
	for range 4 {
		all = append(all, "PUT ?uploadId 200"+onParts+" 8388608 bytes")
	}
	return append(append(all, "POST ?uploadId 200"), after...)
}

func checkLarge(t *testing.T, w *acctest.World, data []byte, encryption sse.Observed, key sse.CustomerKey) {
	t.Helper()
	o, _ := w.Stored("a")
	if diff := cmp.Diff(encryption, sse.Observed{Mode: o.Mode, KMSKeyID: o.KMSKeyID, CustomerKeyMD5: o.CustomerKeyMD5}); diff != "" {
		t.Errorf("encryption (-want +got):\n%s", diff)
	}
	if got, err := o.Plaintext(key); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes stored, %v", len(got), err)
	}
	if left := w.Uploads(w.Bucket()); len(left) != 0 {
		t.Errorf("uploads left: %v", left)
	}
}

// A large file is uploaded in parts under each encryption, as one version, and tags
// that somebody else has set are preserved.
func TestAccLargeFile(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"SSE-COS", "SSE-KMS with a key", "SSE-C"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			way := ways[name]
			onParts, head := "", headOf(way.asked)
			if way.asked == "customer" {
				onParts = " customer"
			}
			w := acctest.New(t)
			must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
			step := func(path string, data []byte, want []string, more ...statecheck.StateCheck) resource.TestStep {
				return resource.TestStep{
					PreConfig:       w.ResetRequests,
					Config:          acctest.Sensitive("a") + w.Provider(inParts) + w.Object("a", way.argument, "source = "+acctest.Quote(path), `content_type = "text/plain"`),
					ConfigVariables: acctest.Variables(map[string]string{"a": acctest.KeyA}),
					ConfigStateChecks: append([]statecheck.StateCheck{
						w.SentAs(func(calls []string) []string { return sorted(withoutVersions(calls)) }, want...),
						acctest.Do(func() { checkLarge(t, w, data, way.stored, keyOf(t, way.key)) }),
					}, more...),
				}
			}
			onePath, oneData := large(t, "one", "0123456789abcdef")
			twoPath, twoData := large(t, "two", "fedcba9876543210")
			update := step(twoPath, twoData, parts([]string{head, head, "GET ?tagging 200", "GET ?acl 200"}, way.asked, onParts, head),
				w.HasVersions("a", 2),
				w.That("a", "tags", "1", func(o cosmock.Object) any { return o.Tags["theirs"] }))
			update.PreConfig = func() {
				must(t, w.SetTags(w.Bucket(), "a", map[string]string{"theirs": "1"}))
				w.ResetRequests()
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: w.Factories(),
				Steps:                    []resource.TestStep{step(onePath, oneData, parts([]string{"HEAD 404"}, way.asked, onParts, head)), update},
			})
		})
	}
}

// A failed upload of a large file leaves either the declared object or no object,
// and never parts.
func TestAccLargeFileFails(t *testing.T) {
	t.Parallel()
	part, complete, begin := cosmock.OnSubresource("PUT", "a", "uploadId"), cosmock.OnSubresource("POST", "a", "uploadId"), cosmock.OnSubresource("POST", "a", "uploads")
	for name, tc := range map[string]struct {
		fault cosmock.Fault
		says  []string // nil if it succeeds
		calls []string // expected calls
		not   string   // the prefix of a call that must not occur
	}{
		"a part is refused": {
			fault: cosmock.Fault{Match: part, Kind: cosmock.FaultInternalError, Times: -1},
			says:  []string{"Unable to Create Encrypted Object", "UploadPart cos://lab-1250000000/a", "InternalError", "request id"},
			calls: []string{"DELETE ?uploadId 204"}, not: "POST ?uploadId",
		},
		"the encryption is dropped": {
			fault: cosmock.Fault{Match: begin, Kind: cosmock.FaultDropEncryption},
			says:  []string{"Unable to Create Encrypted Object", "asked for SSE-COS (AES256), found no encryption"},
			calls: []string{"DELETE ?uploadId 204"}, not: "PUT",
		},
		"another checksum in the end": {
			fault: cosmock.Fault{Match: complete, Kind: cosmock.FaultWrongCRC},
			says:  []string{"Unable to Create Encrypted Object", "COS answers another CRC64", "Object Deleted Again"},
			calls: []string{"DELETE 204"}, not: "DELETE ?uploadId",
		},
		"the answer to the end is lost": {
			fault: cosmock.Fault{Match: complete, Kind: cosmock.FaultResetAfter},
			calls: []string{"HEAD 404", "POST ?uploads 200 AES256", "HEAD 200"}, not: "DELETE",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
			path, data := large(t, "file", "0123456789abcdef")
			config := w.Provider(inParts, "max_retries = 0") + w.Object("a", aes, "source = "+acctest.Quote(path))
			sent := acctest.Check(func() error {
				if left := w.Uploads(w.Bucket()); len(left) != 0 {
					return fmt.Errorf("uploads left: %v", left)
				}
				calls := w.Calls()
				for _, c := range tc.calls {
					if !slices.Contains(calls, c) {
						return fmt.Errorf("there was no %q: %q", c, calls)
					}
				}
				if slices.ContainsFunc(calls, func(c string) bool { return strings.HasPrefix(c, tc.not) }) {
					return fmt.Errorf("there was a %q: %q", tc.not, calls)
				}
				return nil
			})
			fails := resource.TestStep{PreConfig: func() { must(t, w.Arm(tc.fault)) }, Config: config}
			right := resource.TestStep{
				PreConfig: w.Disarm,
				Config:    config,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Do(func() { checkLarge(t, w, data, sse.Observed{Mode: sse.ModeAES256}, sse.CustomerKey{}) }),
					w.HasVersions("a", 1),
				},
			}
			if tc.says == nil {
				fails.ConfigStateChecks = []statecheck.StateCheck{sent}
			} else {
				fails.ConfigPlanChecks = planned(plancheck.ResourceActionCreate)
				fails.ExpectError = acctest.Error(tc.says[0], tc.says[1])
				right.PreConfig = func() {
					acctest.Now(t, w.Says(tc.says...), sent, w.HasKeys(), w.HasVersions("a", 0))
					w.Disarm()
				}
				right.ConfigPlanChecks = planned(plancheck.ResourceActionCreate) // the object was not in the state
			}
			resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: []resource.TestStep{fails, right}})
		})
	}
}

// The arguments are validated before anything is sent.
func TestAccTransferArguments(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	var steps []resource.TestStep
	for argument, says := range map[string]string{
		"upload_concurrency = 65": "upload_concurrency is a number of parts from 1 to 64.",
		"part_size = 5121":        "part_size is a number of MiB from 1 to 5120.",
	} {
		steps = append(steps, resource.TestStep{
			Config:      w.Provider(argument) + w.Object("a", aes, hello),
			ExpectError: acctest.Error(says, `in provider "cos"`),
		})
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: steps})
	acctest.Now(t, w.Sent())
}

// withoutVersions removes the request that lists the versions of a key after a
// create in a bucket with versioning.
func withoutVersions(calls []string) []string {
	return slices.DeleteFunc(calls, func(call string) bool { return call == "GET ?versions 200" })
}
