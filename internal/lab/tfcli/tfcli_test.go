package tfcli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInspect(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		answer string
		want   CLI
		err    string
	}{
		"terraform at the floor":       {answer: "Terraform v1.11.0\non linux_amd64\n", want: CLI{Product: Terraform, Version: "1.11.0"}},
		"a pre-release of the floor":   {answer: "Terraform v1.11.0-rc1\n", want: CLI{Product: Terraform, Version: "1.11.0-rc1"}},
		"opentofu":                     {answer: "OpenTofu v1.12.6\non linux_amd64\n", want: CLI{Product: OpenTofu, Version: "1.12.6"}},
		"a warning before the version": {answer: "Warning: no such file\n\nTerraform v1.14.9\r\n", want: CLI{Product: Terraform, Version: "1.14.9"}},
		"too old":                      {answer: "Terraform v1.10.5\n", err: "is older than 1.11"},
		"much too old":                 {answer: "Terraform v0.12.31\n", err: "is older than 1.11"},
		"something else":               {answer: "Packer v1.11.2\n", err: "neither Terraform nor OpenTofu"},
		"not a version":                {answer: "Terraform vX\n", err: "malformed version"},
		"silence":                      {answer: "", err: "neither Terraform nor OpenTofu"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			path := fakeCLI(t, filepath.Join(t.TempDir(), "cli"), test.answer)
			got, err := Inspect(t.Context(), path)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %v, want one with %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			test.want.Path = path
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInspectTooOldIsRecognised(t *testing.T) {
	t.Parallel()

	path := fakeCLI(t, filepath.Join(t.TempDir(), "cli"), "Terraform v1.5.7\n")
	if _, err := Inspect(t.Context(), path); !errors.Is(err, ErrTooOld) {
		t.Errorf("error %v, want ErrTooOld", err)
	}
}

func TestInspectFailure(t *testing.T) {
	t.Parallel()

	path := fakeCLI(t, filepath.Join(t.TempDir(), "cli"), "Terraform v1.14.9\n")
	if err := os.WriteFile(path+".fails", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Inspect(t.Context(), path)
	if err == nil || !strings.Contains(err.Error(), "something is broken") {
		t.Errorf("error %v, want the words of the CLI in it", err)
	}
	if _, err := Inspect(t.Context(), filepath.Join(t.TempDir(), "absent")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want one that says the file does not exist", err)
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()

	got := Environment([]string{
		"HOME=/home/me", "TF_CLI_CONFIG_FILE=/gone", "TF_CLI_ARGS=-no-color", "TF_CLI_ARGS_plan=-out=x", "TF_WORKSPACE=w",
		"TF_DATA_DIR=d", "TF_LOG=TRACE", "TF_LOG_PATH=l", "TF_VAR_region=r", "TF_ACC=1", "TF_ACC_TERRAFORM_PATH=/t", "NOT_TF_LOG=1",
		"TENCENTCLOUD_SECRET_KEY=k", "TKE_REGION=r", "COS_SSE_CUSTOMER_KEYS={}", "COS_LIVE_BUCKET=b", "COS_PLAN_SHORTCUT=off",
	})
	want := []string{"HOME=/home/me", "NOT_TF_LOG=1", "COS_PLAN_SHORTCUT=off", "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTestVariables(t *testing.T) {
	t.Parallel()

	terraform := CLI{Path: "/bin/terraform", Product: Terraform}.TestVariables()
	if diff := cmp.Diff(map[string]string{"TF_ACC_TERRAFORM_PATH": "/bin/terraform"}, terraform); diff != "" {
		t.Error(diff)
	}
	tofu := CLI{Path: "/bin/tofu", Product: OpenTofu}.TestVariables()
	if diff := cmp.Diff(map[string]string{
		"TF_ACC_TERRAFORM_PATH": "/bin/tofu", "TF_ACC_PROVIDER_HOST": "registry.opentofu.org", "TF_ACC_PROVIDER_NAMESPACE": "hashicorp",
	}, tofu); diff != "" {
		t.Error(diff)
	}
}
