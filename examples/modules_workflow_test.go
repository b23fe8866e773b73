package examples_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const moduleWorkflow = "modules/workflow.yml"

// workflow is what the tests need of a workflow of GitHub Actions.
type workflow struct {
	On          map[string]any    `yaml:"on"`
	Permissions map[string]string `yaml:"permissions"`
	Env         map[string]string `yaml:"env"`
	Jobs        map[string]struct {
		RunsOn   string `yaml:"runs-on"`
		Timeout  int    `yaml:"timeout-minutes"`
		Strategy struct {
			Matrix map[string][]string `yaml:"matrix"`
		} `yaml:"strategy"`
		Defaults struct {
			Run struct {
				Directory string `yaml:"working-directory"`
			} `yaml:"run"`
		} `yaml:"defaults"`
		Steps []workflowStep `yaml:"steps"`
	} `yaml:"jobs"`
}

type workflowStep struct {
	Name      string            `yaml:"name"`
	Uses      string            `yaml:"uses"`
	With      map[string]string `yaml:"with"`
	If        string            `yaml:"if"`
	Directory string            `yaml:"working-directory"`
	Run       string            `yaml:"run"`
}

func parseWorkflow(t *testing.T) workflow {
	t.Helper()
	var w workflow
	if err := yaml.Unmarshal([]byte(read(t, moduleWorkflow)), &w); err != nil {
		t.Fatal(err)
	}
	return w
}

// The workflow for users is pinned as those of the repository are, may only read, and tests all modules.
func TestModuleWorkflow(t *testing.T) {
	t.Parallel()
	w := parseWorkflow(t)
	job, ok := w.Jobs["test"]
	if !ok || len(w.Jobs) != 1 {
		t.Fatalf("jobs: %v", w.Jobs)
	}
	if len(w.Permissions) != 1 || w.Permissions["contents"] != "read" {
		t.Errorf("permissions: %v", w.Permissions)
	}
	if _, ok := w.On["pull_request"]; !ok {
		t.Errorf("runs on %v", w.On)
	}
	if !slices.Equal(job.Strategy.Matrix["module"], modules) {
		t.Errorf("tests %q, want %q", job.Strategy.Matrix["module"], modules)
	}
	if job.Timeout == 0 {
		t.Error("the job may take hours")
	}
	own, err := os.ReadFile(filepath.FromSlash("../.github/workflows/test.yml"))
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	for line := range strings.Lines(read(t, moduleWorkflow)) {
		if _, pin, ok := strings.Cut(line, "uses: "); ok {
			used++
			if !strings.Contains(string(own), "uses: "+pin) {
				t.Errorf("test.yml pins another commit than %s", pin)
			}
		}
	}
	releases, err := os.ReadFile(filepath.FromSlash("../.goreleaser.yml"))
	if err != nil {
		t.Fatal(err)
	}
	asReleased := strings.NewReplacer("terraform-provider-cos", "{{ .ProjectName }}", "${VERSION}", "{{ .Version }}", "${PLATFORM}", "{{ .Os }}_{{ .Arch }}",
		".zip", "", ".tar.gz", "")
	names := regexp.MustCompile(`="((?:terraform-provider-cos|cosmock)_[^"]+)"`).FindAllStringSubmatch(read(t, moduleWorkflow), -1)
	if len(names) != 3 {
		t.Errorf("it downloads %q", names)
	}
	for _, name := range names {
		if !strings.Contains(string(releases), `name_template: "`+asReleased.Replace(name[1])+`"`) {
			t.Errorf("no release has %s", name[1])
		}
	}
	scripts := 0
	for _, step := range job.Steps {
		if (step.Uses == "") == (step.Run == "") {
			t.Errorf("a step uses nothing and runs nothing: %+v", step)
		}
		if step.Run != "" {
			scripts++
		}
		if strings.Contains(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != "false" {
			t.Error("the checkout keeps the token")
		}
		// An expression in a script is text before it is code.
		if strings.Contains(step.Run, "${{") {
			t.Errorf("an expression in a script: %s", step.Run)
		}
	}
	if used != 2 || scripts < 5 {
		t.Errorf("%d actions and %d scripts", used, scripts)
	}
}
