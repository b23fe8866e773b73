// Package examples_test applies every example.
package examples_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

const object = "resources/cos_encrypted_object"

// applied returns the files that these tests run. The tests of internal/lab/demo run the demo.
func applied() []string {
	files := []string{
		"provider/provider.tf",
		object + "/resource.tf",
		object + "/report.csv",
		defaultTags,
		object + "/import.sh",
		object + "/import-by-string-id.tf",
		object + "/import-by-identity.tf",
		directory + "/resource.tf",
		directory + "/configuration.tf",
		directory + "/from-for-each.tf",
		bucketEncryption + "/resource.tf",
		bucketEncryption + "/import.sh",
		bucketEncryption + "/import-by-string-id.tf",
		bucketEncryption + "/import-by-identity.tf",
		bucketEncryptionData,
		objectData,
		auditCheck,
		auditCondition,
		listPlain,
		listWhole,
		reencryptExample,
		triggerExample,
		abortExample,
		restoreExample,
		beforeExample,
		copyExample,
		versionsData,
		ephemeralObject,
		ephemeralURL,
		testingModule,
		testingMock,
		testingTest,
		testingWithAMock,
	}
	for _, name := range directoryFiles {
		files = append(files, directory+"/"+name)
	}
	for name := range functions() {
		files = append(files, functionExample(name))
	}
	return slices.Concat(files, guideFiles(), moduleFiles())
}

func TestEveryExampleIsApplied(t *testing.T) {
	t.Parallel()

	err := fs.WalkDir(os.DirFS("."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path == "demo" {
			return fs.SkipDir
		}
		if !entry.IsDir() && filepath.Ext(path) != ".go" && !slices.Contains(applied(), path) {
			t.Errorf("%s is applied by no test", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// stage returns a workspace and a server with the names that the examples use. The provider runs as a separate process,
// because examples use relative paths and take credentials from the environment; in the test process, both would be the
// test's own.
func stage(t *testing.T) (*acctest.World, *acctest.Workspace) {
	t.Helper()
	// This comes first, because it skips the test if no CLI should run.
	w := acctest.NewWorkspace(t)
	folder, err := builtProvider()
	if err != nil {
		t.Fatal(err)
	}
	override := fmt.Sprintf("%q = %q", "cos-terraform/cos", folder)
	configuration := filepath.Join(t.TempDir(), "cli.tfrc")
	text := "provider_installation {\n  dev_overrides {\n    " + override + "\n  }\n  direct {}\n}\n"
	if err := os.WriteFile(configuration, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.Env = append(w.Env, "TF_REATTACH_PROVIDERS=", "TF_CLI_CONFIG_FILE="+configuration)
	return server(t), w
}

// attached is like stage, but the provider runs in the test process, which takes less than half the time. It is for
// examples that neither use relative paths nor are about credentials from the environment.
func attached(t *testing.T) (*acctest.World, *acctest.Workspace) {
	t.Helper()
	w := acctest.NewWorkspace(t)
	return server(t), w
}

func server(t *testing.T) *acctest.World {
	t.Helper()
	return acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{exampleBucket} })
}

// builtProvider builds the provider once for all tests and returns its directory.
var builtProvider = sync.OnceValues(func() (string, error) {
	folder := filepath.Join(temporary, "bin")
	return folder, tfcli.Build(context.Background(), "..", folder, ".")
})

// temporary is a directory that exists while the tests run.
var temporary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if temporary, err = os.MkdirTemp("", "cos-examples-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(temporary) }()
		return m.Run()
	}())
}

// use copies an example into the workspace.
func use(t *testing.T, w *acctest.Workspace, path string) {
	t.Helper()
	w.Write(filepath.Base(path), read(t, path))
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// keyring is the provider argument with the only key that the examples name.
const keyring = `sse_customer_keys = { archive = "` + acctest.KeyA + `" }`

// With our runner: the example takes its credentials from the environment.
func TestAccProviderExample(t *testing.T) {
	t.Parallel()

	world, w := stage(t)
	use(t, w, "provider/provider.tf")
	// The example is for the real COS. An override file redirects it to the test server.
	w.Write("override.tf", acctest.ProviderBlock(
		"endpoint = "+acctest.Quote(world.URL()), "ca_certificate_file = "+acctest.Quote(world.CAFile())))
	w.Write("object.tf", `resource "cos_encrypted_object" "test" {
  bucket                = "examplebucket-1250000000"
  key                   = "k"
  content               = "c"
  sse_customer_key_name = "archive"
}
`)
	w.Env = append(w.Env,
		"TENCENTCLOUD_SECRET_ID="+world.SecretID(), "TENCENTCLOUD_SECRET_KEY="+world.SecretKey(),
		`TF_VAR_customer_keys={"archive":"`+acctest.KeyA+`"}`)

	w.Apply()
	if got := w.Attributes("cos_encrypted_object.test")["sse_customer_key_md5"]; got != acctest.KeyAMD5 {
		t.Errorf("key MD5 %v in the state, want that of the key in the variable", got)
	}
	w.EmptyPlan()
	w.Destroy()
}

// The resource's example is applied, and its first object is imported in each way that the examples show.
//
// With our runner: the examples are a directory of files and a script of commands, and the provider runs as a separate
// process.
func TestAccEncryptedObjectExamples(t *testing.T) {
	t.Parallel()

	world, w := stage(t)
	w.Config(world.Provider(keyring))
	use(t, w, object+"/resource.tf")
	use(t, w, object+"/report.csv")
	w.Apply()
	for address, want := range map[string]any{"settings": "AES256", "report": "cos/kms", "archive": nil} {
		attributes := w.Attributes("cos_encrypted_object." + address)
		if got := attributes["server_side_encryption"]; got != want {
			t.Errorf("%s has the encryption %v, want %v", address, got, want)
		}
	}
	w.EmptyPlan()

	forget := func() {
		if r := w.Run("state", "rm", "cos_encrypted_object.settings"); r.Code != 0 {
			t.Fatal(r.Output())
		}
	}
	commands := 0
	for line := range strings.Lines(read(t, object+"/import.sh")) {
		arguments, isCommand := strings.CutPrefix(strings.TrimSpace(line), "terraform ")
		if !isCommand {
			continue
		}
		commands++
		forget()
		if r := w.Run(strings.Fields(arguments)...); r.Code != 0 {
			t.Fatalf("%s:\n%s", line, r.Output())
		}
		if got := w.Attributes("cos_encrypted_object.settings")["server_side_encryption"]; got != "AES256" {
			t.Errorf("%s: encryption %v in the state", line, got)
		}
	}
	if commands == 0 {
		t.Error("there is no command in the example")
	}

	forget()
	use(t, w, object+"/import-by-identity.tf")
	if hasIdentity(t, w) {
		imported(t, w)
		forget()
	} else if r := w.Fail("plan"); !strings.Contains(r.Text(), "identity") {
		// An older CLI must not misread the import by identity, but reject it.
		t.Errorf("refused for another reason:\n%s", r.Output())
	}
	remove(t, w, "import-by-identity.tf")
	use(t, w, object+"/import-by-string-id.tf")
	imported(t, w)
	w.Destroy()
}

// imported applies an import block and fails the test unless it imports the object and leaves nothing to change.
func imported(t *testing.T, w *acctest.Workspace) {
	t.Helper()
	if r := w.Apply(); !strings.Contains(r.Text(), "1 imported, 0 added") {
		t.Errorf("no import:\n%s", r.Output())
	}
	w.EmptyPlan()
}

// hasIdentity reports whether the CLI supports identities, which Terraform and OpenTofu do from 1.12 on.
func hasIdentity(t *testing.T, w *acctest.Workspace) bool {
	t.Helper()
	cli, err := tfcli.Inspect(t.Context(), w.Command(t.Context(), "version").Path)
	if err != nil {
		t.Fatal(err)
	}
	return !strings.HasPrefix(cli.Version, "1.11.")
}
