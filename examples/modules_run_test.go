//go:build unix

package examples_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// The workflow for users works as they would run it, step by step, with the archives of a release: both modules pass
// their tests against cosmock, and no test is left out. Not run are the two actions.
//
// With our runner: the scripts of the workflow run the CLI.
func TestAccModules(t *testing.T) {
	t.Parallel()
	cli := cliForModules(t)
	folder := t.TempDir()
	platform := runtime.GOOS + "_" + runtime.GOARCH
	release(t, filepath.Join(folder, "v0.1.0"), "0.1.0", platform)
	for _, module := range modules {
		t.Run(module, func(t *testing.T) {
			t.Parallel()
			r := newRunner(t, cli, module)
			r.env = append(r.env, "RELEASES=file://"+folder, "PLATFORM="+platform)
			output := ansi.ReplaceAllString(r.run(), "")

			// Each run of each file has passed, and none twice.
			passed := passedRuns(output)
			for _, path := range moduleTests(t, module) {
				got, want := passed["tests/"+filepath.Base(path)], labels(moduleBlocks(t, path, "run"))
				if !slices.Equal(got, want) || len(want) == 0 {
					t.Errorf("%s: passed %q, want %q:\n%s", path, got, want, output)
				}
			}
			if _, tested, _ := strings.Cut(output, "\ntests/"); strings.Contains(tested, "Warning:") {
				t.Errorf("the module warns:\n%s", tested)
			}
			checkModuleRequests(t, module, r.journal())
		})
	}
}

// passedRuns returns the runs that passed, by file. Terraform prints a file before its runs and after them, OpenTofu only
// before them.
func passedRuns(output string) map[string][]string {
	passed, file := map[string][]string{}, ""
	for line := range strings.Lines(output) {
		if match := regexp.MustCompile(`^(\S+\.tftest\.hcl)\.\.\. `).FindStringSubmatch(line); match != nil {
			file = match[1]
		}
		if match := regexp.MustCompile(`^ +run "([^"]+)"\.\.\. pass\s*$`).FindStringSubmatch(line); match != nil {
			passed[file] = append(passed[file], match[1])
		}
	}
	return passed
}

// ansi matches what makes output colored.
var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// checkModuleRequests fails the test unless the module does what its page says.
func checkModuleRequests(t *testing.T, module string, requests []cosmock.Request) {
	t.Helper()
	bodies := map[string]int{}
	var site []string // the uploads under site/, in order
	copies := 0
	for _, r := range requests {
		if r.Method != http.MethodPut || r.Status != http.StatusOK {
			continue
		}
		if r.CopySource != "" {
			copies++
			continue
		}
		bodies[r.Key]++
		if strings.HasPrefix(r.Key, "site/") {
			site = append(site, r.Key)
		}
	}
	if copies == 0 {
		t.Error("nothing was rotated by a copy")
	}
	if module == "encrypted-object" {
		if bodies["tests/rotation.csv"] != 1 {
			t.Errorf("the rotated object was uploaded %d times", bodies["tests/rotation.csv"])
		}
		return
	}
	for key, times := range bodies {
		if strings.HasPrefix(key, "internal/") && times != 1 {
			t.Errorf("%s was uploaded %d times", key, times)
		}
	}
	// Two versions of the site: assets, then pages, and of the second one only what changed.
	if len(site) != 5 || !strings.HasPrefix(site[0], "site/assets/") || !strings.HasPrefix(site[3], "site/assets/") || site[4] != "site/index.html" {
		t.Errorf("uploads in the order %q", site)
	}
}

// cliForModules returns the CLI that the tests use.
func cliForModules(t *testing.T) tfcli.CLI {
	t.Helper()
	w := acctest.NewWorkspace(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cli, err := tfcli.Inspect(ctx, w.Command(ctx, "version").Path)
	if err != nil {
		t.Fatal(err)
	}
	return cli
}

// runner runs the steps of the workflow for one module as GitHub's runner does.
type runner struct {
	t          *testing.T
	workflow   workflow
	cli        tfcli.CLI
	module     string
	checkout   string
	temp, path string
	env        []string
}

// newRunner returns a runner with the modules in the folder modules of its checkout.
func newRunner(t *testing.T, cli tfcli.CLI, module string) *runner {
	t.Helper()
	r := &runner{t: t, workflow: parseWorkflow(t), cli: cli, module: module, checkout: t.TempDir(), temp: t.TempDir()}
	if err := os.CopyFS(filepath.Join(r.checkout, "modules"), os.DirFS("modules")); err != nil {
		t.Fatal(err)
	}
	// What setup-terraform does.
	if err := os.Symlink(r.cli.Path, filepath.Join(r.temp, "terraform")); err != nil {
		t.Fatal(err)
	}
	r.path = filepath.Join(r.temp, "GITHUB_PATH")
	r.env = append(tfcli.Environment(os.Environ()), "HOME="+t.TempDir(), "RUNNER_TEMP="+r.temp, "GITHUB_PATH="+r.path)
	for name, value := range r.workflow.Env {
		r.env = append(r.env, name+"="+value)
	}
	return r
}

// run runs all scripts but those for a failure, and returns what they print.
func (r *runner) run() string {
	r.t.Helper()
	job := r.workflow.Jobs["test"]
	expressions := strings.NewReplacer("${{ matrix.module }}", r.module, "${{ runner.temp }}", r.temp)
	var output strings.Builder
	for _, step := range job.Steps {
		if step.Run == "" || step.If != "" {
			continue
		}
		folder := step.Directory
		if folder == "" {
			folder = job.Defaults.Run.Directory
		}
		if folder = expressions.Replace(folder); !filepath.IsAbs(folder) {
			folder = filepath.Join(r.checkout, folder)
		}
		script := step.Run
		if r.cli.Product == tfcli.OpenTofu {
			script = strings.ReplaceAll(script, "registry.terraform.io", "registry.opentofu.org")
		}
		text, err := r.script(folder, script)
		output.Write(text)
		if err != nil {
			log, _ := os.ReadFile(filepath.Join(r.temp, "cosmock.log"))
			r.t.Fatalf("%s: %v\n%s\ncosmock:\n%s", script, err, output.String(), log)
		}
	}
	return output.String()
}

// script runs one script. What it leaves in the background ends with the test.
func (r *runner) script(folder, script string) ([]byte, error) {
	r.t.Helper()
	added, _ := os.ReadFile(r.path)
	path := strings.Join(append(strings.Fields(string(added)), r.temp, os.Getenv("PATH")), string(filepath.ListSeparator))
	ctx, cancel := acctest.Patience(r.t)
	defer cancel()
	command := exec.CommandContext(ctx, "bash", "-e", "-c", script)
	command.Dir, command.Env = folder, append(r.env, "PATH="+path)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.WaitDelay = time.Minute
	output, err := command.CombinedOutput()
	r.t.Cleanup(func() {
		if command.Process != nil {
			_ = syscall.Kill(-command.Process.Pid, syscall.SIGTERM)
		}
	})
	return output, err
}

// journal returns the requests that cosmock has received.
func (r *runner) journal() []cosmock.Request {
	r.t.Helper()
	line, err := os.ReadFile(filepath.Join(r.temp, "cosmock.json"))
	if err != nil {
		r.t.Fatal(err)
	}
	var at struct {
		HTTP string `json:"http"`
	}
	if err := json.Unmarshal(line, &at); err != nil {
		r.t.Fatalf("%v in %s", err, line)
	}
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, at.HTTP+"/_cosmock/requests", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	response, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	var requests []cosmock.Request
	if err := json.NewDecoder(response.Body).Decode(&requests); err != nil {
		r.t.Fatal(err)
	}
	return requests
}
