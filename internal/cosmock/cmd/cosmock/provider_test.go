package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// arguments returns the arguments of the only block, a provider block for cos.
func arguments(t *testing.T, block string) map[string]string {
	t.Helper()
	file, diagnostics := hclparse.NewParser().ParseHCL([]byte(block), "cosmock.tf")
	if diagnostics.HasErrors() {
		t.Fatalf("%s in\n%s", diagnostics, block)
	}
	content, diagnostics := file.Body.Content(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "provider", LabelNames: []string{"name"}}}})
	if diagnostics.HasErrors() || len(content.Blocks) != 1 || content.Blocks[0].Labels[0] != "cos" {
		t.Fatalf("not one provider block for cos: %s\n%s", diagnostics, block)
	}
	attributes, diagnostics := content.Blocks[0].Body.JustAttributes()
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	found := map[string]string{}
	for name, attribute := range attributes {
		value, diagnostics := attribute.Expr.Value(nil)
		if diagnostics.HasErrors() || value.Type() != cty.String {
			t.Fatalf("%s is %#v, %s", name, value, diagnostics)
		}
		found[name] = value.AsString()
	}
	return found
}

// The block has everything that the provider needs, whatever characters the
// directory and the key consist of.
func TestProviderBlock(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "it's 100 %{ of ${home} – ü\u00a0😀")
	if runtime.GOOS != "windows" {
		folder += "\"\\\t\n\u200b\U000e0001"
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	secret := "a \"key\" with \\ and ${x} and $${x} and %%{x}"
	server, err := cosmock.Start(cosmock.Options{DataDir: t.TempDir(), CAFile: filepath.Join(folder, "ca.pem"), Region: "ap-beijing", SecretID: "ID", SecretKey: secret})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()

	name := filepath.Join(folder, "cosmock.tf")
	if err := writeProvider(name, server, io.Discard); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	if err := writeProvider("-", server, &printed); err != nil || printed.String() != string(written) {
		t.Errorf("%v, printed\n%s\nnot\n%s", err, printed.String(), written)
	}
	want := map[string]string{
		"region": "ap-beijing", "endpoint": server.URL(), "ca_certificate_file": filepath.Join(folder, "ca.pem"), "secret_id": "ID", "secret_key": secret,
	}
	if diff := cmp.Diff(want, arguments(t, string(written))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if formatted := hclwrite.Format(written); !bytes.Equal(formatted, written) {
		t.Errorf("terraform fmt would change it to\n%s", formatted)
	}

	// Nothing but the files that were asked for, and nobody else reads the key.
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if !slices.Equal(names, []string{"ca.pem", "cosmock.tf"}) {
		t.Errorf("the folder has %q", names)
	}
	if info, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// A relative path of the certificate becomes absolute: the CLI runs elsewhere.
func TestProviderBlockFromARelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	server, err := cosmock.Start(cosmock.Options{DataDir: t.TempDir(), CAFile: "ca.pem"})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	block, err := providerBlock(server)
	if err != nil {
		t.Fatal(err)
	}
	file := arguments(t, block)["ca_certificate_file"]
	if _, err := os.Stat(file); err != nil || !filepath.IsAbs(file) {
		t.Errorf("%s: %v", file, err)
	}
}

// The guide shows the block as it is written, options that there are, and a fault that the server takes.
func TestTestingGuide(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.FromSlash("../../../../templates/guides/testing.md"))
	if err != nil {
		t.Fatal(err)
	}
	server, err := cosmock.Start(cosmock.Options{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	block, err := providerBlock(server)
	if err != nil {
		t.Fatal(err)
	}
	shown := strings.NewReplacer(server.URL(), "https://127.0.0.1:38047", server.CAFile(), "/tmp/cosmock-1324711091/ca.pem").Replace(block)
	if !strings.Contains(string(page), "```terraform\n"+shown+"```") {
		t.Errorf("the guide does not show\n%s", shown)
	}

	commands := 0
	for _, script := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		words := strings.Fields(strings.ReplaceAll(script[1], "\\\n", " "))
		switch words[0] {
		case "cosmock":
			if opts, err := parseFlags(words[1:], io.Discard); err != nil || opts.providerOut != "cosmock.tf" {
				t.Errorf("%s: %v", script[1], err)
			}
		case "curl":
			curl(t, server, script[1])
		default:
			continue
		}
		commands++
	}
	if commands != 5 {
		t.Errorf("%d commands were tried", commands)
	}
}

// curl does the request of a command for another address.
func curl(t *testing.T, server *cosmock.Server, command string) {
	t.Helper()
	_, path, ok := strings.Cut(command, "http://127.0.0.1:8080")
	if !ok {
		t.Fatalf("%s is for another server", command)
	}
	method, body := http.MethodGet, ""
	if data := regexp.MustCompile("-d '(.*)'").FindStringSubmatch(command); data != nil {
		method, body = http.MethodPost, data[1]
	}
	request, err := http.NewRequestWithContext(t.Context(), method, server.HTTPURL()+strings.TrimSpace(path), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if answer, err := io.ReadAll(response.Body); err != nil || response.StatusCode/100 != 2 {
		t.Errorf("%s: %d %s, %v", command, response.StatusCode, answer, err)
	}
}

// With -provider-out, the command prints or writes the block once it accepts
// connections, and it ends if it cannot.
func TestProviderOut(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"-provider-out", "-"}, write, io.Discard)
		ended <- err
		_ = write.CloseWithError(err)
	}()
	printed := make([]byte, 0, 1<<12)
	for !strings.HasSuffix(string(printed), "\n}\n") {
		chunk := make([]byte, 1<<12)
		n, err := read.Read(chunk)
		if err != nil {
			t.Fatalf("%v after %s", err, printed)
		}
		printed = append(printed, chunk[:n]...)
	}
	line, block, _ := strings.Cut(string(printed), "\n")
	got := arguments(t, block)
	if !strings.Contains(line, `"`+got["endpoint"]+`"`) || got["secret_key"] != cosmock.DefaultSecretKey || got["region"] != cosmock.DefaultRegion {
		t.Errorf("after %s, the block is\n%s", line, block)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}

	missing := filepath.Join(t.TempDir(), "missing", "cosmock.tf")
	if err := run(t.Context(), []string{"-provider-out", missing}, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "writing the provider block") {
		t.Errorf("a file in a missing folder: %v", err)
	}
}

// Blocks of an earlier run are replaced. A file that somebody else has written, such as the provider block for a real
// bucket, is not.
func TestProviderOutReplacesOnlyItsOwnFiles(t *testing.T) {
	t.Parallel()
	server, err := cosmock.Start(cosmock.Options{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	block, err := providerBlock(server)
	if err != nil {
		t.Fatal(err)
	}
	const foreign = "provider \"cos\" {\n  region = \"ap-guangzhou\"\n}\n"
	for name, tc := range map[string]struct{ before, want string }{
		"a block of an earlier run": {written + "provider \"cos\" {}\n", block},
		"an empty file":             {"", block},
		"a block of somebody":       {foreign, foreign},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "provider.tf")
			if err := os.WriteFile(path, []byte(tc.before), 0o600); err != nil {
				t.Fatal(err)
			}
			err := writeProvider(path, server, io.Discard)
			if refused := tc.want == foreign; refused != (err != nil) || refused && !strings.Contains(err.Error(), "another file") {
				t.Errorf("error: %v", err)
			}
			if got, err := os.ReadFile(path); err != nil || string(got) != tc.want {
				t.Errorf("the file holds %q, %v; want %q", got, err, tc.want)
			}
		})
	}
	if err := writeProvider(t.TempDir(), server, io.Discard); err == nil || !strings.Contains(err.Error(), "another file") {
		t.Errorf("a folder: %v", err)
	}
}
