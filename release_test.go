package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layout is the archive layout that .goreleaser.yml declares for the provider.
type layout struct {
	nameTemplate, binary string
	texts                []string // names in the archive
}

// releaseLayout parses .goreleaser.yml line by line. The project controls the
// file's format, so a YAML parser would be an unnecessary dependency.
func releaseLayout(t *testing.T) layout {
	t.Helper()
	text := readFile(t, ".goreleaser.yml")
	first := func(pattern string) string {
		t.Helper()
		match := regexp.MustCompile(`(?m)` + pattern).FindStringSubmatch(text)
		if match == nil {
			t.Fatalf(".goreleaser.yml has no %s", pattern)
		}
		return match[1]
	}
	l := layout{
		binary:       first(`^  - id: provider\n    main: \.\n    binary: "(.*)"$`),
		nameTemplate: first(`^    formats: \[zip\]\n    name_template: "(.*)"$`),
	}
	files := regexp.MustCompile(`(?ms)^    files: &texts\n(.*?)\n\n`).FindStringSubmatch(text)
	if files == nil {
		t.Fatal("the archive has no texts")
	}
	for _, match := range regexp.MustCompile(`(?m)^      - src: (\S+)\n(?:        dst: (\S+)$)?`).FindAllStringSubmatch(files[1], -1) {
		name := match[2]
		if name == "" {
			name = filepath.Base(match[1])
		}
		l.texts = append(l.texts, name)
	}
	return l
}

func fill(template, version, platform string) string {
	goos, arch, _ := strings.Cut(platform, "_")
	return strings.NewReplacer("{{ .ProjectName }}", "terraform-provider-cos", "{{ .Version }}", version, "{{ .Os }}", goos, "{{ .Arch }}", arch).Replace(template)
}

func (l layout) archive(version, platform string) string {
	return fill(l.nameTemplate, version, platform) + ".zip"
}

func (l layout) program(version, platform string) string {
	name := fill(l.binary, version, platform)
	if strings.HasPrefix(platform, "windows_") {
		name += ".exe"
	}
	return name
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The registry requires these names for archives and the program. Source:
// Terraform documentation, "Publish Providers", "Manually Preparing a Release".
func TestReleaseLayout(t *testing.T) {
	t.Parallel()
	l := releaseLayout(t)
	if got := l.archive("1.2.3", "linux_arm64"); got != "terraform-provider-cos_1.2.3_linux_arm64.zip" {
		t.Errorf("the archive is %s", got)
	}
	if got := l.program("1.2.3", "windows_amd64"); got != "terraform-provider-cos_v1.2.3.exe" {
		t.Errorf("the program is %s", got)
	}
	if want := []string{"LICENSE", "CHANGELOG.md", "THIRD_PARTY_NOTICES.txt"}; !slices.Equal(l.texts, want) {
		t.Errorf("the texts are %q", l.texts)
	}
	manifest := readFile(t, "terraform-registry-manifest.json")
	if !strings.Contains(manifest, `"protocol_versions": ["6.0"]`) {
		t.Errorf("the manifest: %s", manifest)
	}
}

// Releases are reproducible and complete.
func TestReleaseConfiguration(t *testing.T) {
	t.Parallel()
	text := readFile(t, ".goreleaser.yml")
	for part, count := range map[string]int{
		"- CGO_ENABLED=0":                                   2, // provider and bundled server
		`mod_timestamp: "{{ .CommitTimestamp }}"`:           2,
		"- -trimpath":                                       2,
		"- -buildvcs=false":                                 2,
		`mtime: "{{ .CommitDate }}"`:                        2, // programs and texts
		"files: *texts":                                     1,
		"artifacts: binary":                                 2, // SBOMs
		"-noserial, -notimestamp":                           1,
		`"{{ .ProjectName }}_{{ .Version }}_SHA256SUMS"`:    1,
		`"{{ .ProjectName }}_{{ .Version }}_manifest.json"`: 1,
		"goos: [darwin, freebsd, linux, windows]":           1,
		"goos: [darwin, linux, windows]":                    1,
		"release:\n  disable: true":                         1, // the workflow publishes the release
	} {
		if got := strings.Count(text, part); got != count {
			t.Errorf("%q stands there %d times, want %d", part, got, count)
		}
	}
	version := regexp.MustCompile(`(?m)^  version_template: "(.*)"$`).FindStringSubmatch(text)
	if version == nil || regexp.MustCompile(`[A-Z]`).MatchString(regexp.MustCompile(`\{\{.*?\}\}`).ReplaceAllString(version[1], "")) {
		t.Errorf("the version of a snapshot is %q: a mirror reads names in lower case", version)
	}
	if strings.Contains(text, "signs:") {
		t.Error("the build signs: it must not have the key")
	}
}

// Actions are pinned to commits, permissions are declared, and the signing key is
// only available to one job, which builds nothing and waits for a maintainer.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.FromSlash(".github/workflows/*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	uses := regexp.MustCompile(`(?m)^ +(?:- )?uses: (.*)$`)
	pinned := regexp.MustCompile(`^([\w.-]+/[\w.-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+|\./\.github/workflows/\w+\.yml)$`)
	for _, file := range files {
		text := readFile(t, file)
		for _, match := range uses.FindAllStringSubmatch(text, -1) {
			if !pinned.MatchString(match[1]) {
				t.Errorf("%s: %s is not pinned by a commit", file, match[1])
			}
		}
		if !regexp.MustCompile(`(?m)^permissions:( \{\}|\n  contents: read)$`).MatchString(text) {
			t.Errorf("%s does not begin with few permissions", file)
		}
		if strings.Count(text, "actions/checkout@") != strings.Count(text, "persist-credentials: false") {
			t.Errorf("%s: a checkout keeps the token", file)
		}
		if strings.Contains(text, "secrets.") && !strings.HasSuffix(file, "release.yml") {
			t.Errorf("%s has a secret", file)
		}
	}

	before, publish, ok := strings.Cut(readFile(t, ".github/workflows/release.yml"), "\n  publish:\n")
	if !ok {
		t.Fatal("the release has no job that publishes")
	}
	if strings.Contains(before, "secrets.") || strings.Contains(before, ": write") {
		t.Error("a job that builds has a secret or may write")
	}
	for _, part := range []string{"needs: [tests, checks, build]", "environment: release", "contents: write", "sha256sum --check --strict", "secrets.GPG_PRIVATE_KEY"} {
		if !strings.Contains(publish, part) {
			t.Errorf("the job that publishes has no %q", part)
		}
	}
	if got := uses.FindAllString(publish, -1); len(got) != 1 || !strings.Contains(got[0], "actions/download-artifact@") {
		t.Errorf("with the key run %q", got)
	}
	if strings.Contains(publish, "go ") || strings.Contains(publish, "make ") {
		t.Error("the job that publishes builds something")
	}
}
