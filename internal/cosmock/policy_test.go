package cosmock_test

import (
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

func TestSetPolicyRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, cosmock.Options{})
	for name, text := range map[string]string{
		"no JSON":      "x",
		"no version":   `{"statement": [{"effect": "allow", "action": ["*"], "resource": ["*"]}]}`,
		"no statement": `{"version": "2.0"}`,
		"no effect":    `{"version": "2.0", "statement": [{"action": ["*"], "resource": ["*"]}]}`,
		"a condition":  `{"version": "2.0", "statement": [{"effect": "allow", "action": ["*"], "resource": ["*"], "condition": {}}]}`,
	} {
		if err := s.SetPolicy(text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// What a policy allows and denies, tested with raw HTTP.
func TestPolicy(t *testing.T) {
	t.Parallel()
	s := start(t, cosmock.Options{})
	client := newRaw(t, s)
	const all = "qcs::cos:ap-guangzhou:uid/1250000000:lab-1250000000/"
	statement := func(effect, actions, resources string) string {
		quote := func(list string) string { return `["` + strings.ReplaceAll(list, " ", `", "`) + `"]` }
		return `{"effect": "` + effect + `", "action": ` + quote(actions) + `, "resource": ` + quote(resources) + `}`
	}
	for _, step := range []struct {
		name       string
		statements []string
		method     string
		path       string
		source     string // copy source
		want       int
	}{
		{"none is needed", nil, "PUT", "/a/b", "", 200},
		{"allowed", []string{statement("allow", "name/cos:GetObject name/cos:PutObject", all+"*")}, "GET", "/a/b", "", 200},
		{"another action", []string{statement("allow", "name/cos:GetObject", all+"*")}, "HEAD", "/a/b", "", 403},
		{"a star", []string{statement("allow", "name/cos:*", "*")}, "HEAD", "/a/b", "", 200},
		{"another object", []string{statement("allow", "name/cos:GetObject", all+"a/c")}, "GET", "/a/b", "", 403},
		{"below a folder", []string{statement("allow", "name/cos:GetObject", all+"a/*")}, "GET", "/a/b", "", 200},
		{"denied", []string{statement("allow", "*", "*"), statement("deny", "name/cos:GetObject", "*")}, "GET", "/a/b", "", 403},
		{"a listing", []string{statement("allow", "name/cos:GetBucket", all+"*")}, "GET", "/", "", 200},
		{"a copy without its source", []string{statement("allow", "name/cos:PutObject", all+"*")}, "PUT", "/c", "lab-1250000000.cos.ap-guangzhou.myqcloud.com/a/b", 403},
		{"a copy with its source", []string{statement("allow", "name/cos:PutObject", all+"*"), statement("allow", "name/cos:GetObject", all+"a/b")}, "PUT", "/c", "lab-1250000000.cos.ap-guangzhou.myqcloud.com/a/b", 200},
		{"none again", nil, "DELETE", "/a/b", "", 204},
	} {
		text := ""
		if step.statements != nil {
			text = `{"version": "2.0", "statement": [` + strings.Join(step.statements, ", ") + `]}`
		}
		if err := s.SetPolicy(text); err != nil {
			t.Fatal(err)
		}
		var header []string
		if step.source != "" {
			header = []string{"x-cos-copy-source", step.source}
		}
		if got := client.do(step.method, step.path, "", header...).status; got != step.want {
			t.Errorf("%s: %d, want %d", step.name, got, step.want)
		}
	}
}
