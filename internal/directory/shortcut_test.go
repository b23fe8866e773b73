package directory_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The fast path gives the same answers as the framework.
func TestShortcutAnswersAsTheFrameworkDoes(t *testing.T) {
	clock := &serverClock{}
	w := acctest.New(t, clock.option)
	overwrite := func(o cosmock.NewObject) func(*driver) {
		return func(*driver) {
			if err := w.PutObject(w.Bucket(), "site/a.js", o); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, change := range map[string]func(*driver){
		"an object is gone": func(*driver) {
			if err := w.DeleteObject(w.Bucket(), "site/a.js"); err != nil {
				t.Fatal(err)
			}
		},
		"an object is plaintext":        overwrite(cosmock.NewObject{Body: strings.NewReader("content of a.js")}),
		"an object has other bytes":     overwrite(cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeAES256}),
		"an object is of another class": overwrite(cosmock.NewObject{Body: strings.NewReader("content of a.js"), Mode: sse.ModeAES256, Class: "STANDARD_IA"}),
		"private state is lost":         func(d *driver) { d.private = nil },
		"private state is foreign":      func(d *driver) { d.private = []byte("x") },
		"the record is damaged":         func(d *driver) { d.private = []byte(`{"record":"e30=","instance":"Im9uZSI="}`) },
		"COS fails": func(*driver) {
			if err := w.Arm(cosmock.Fault{Kind: cosmock.FaultInternalError, Times: -1}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, "a.js", "b.html")
			d := drive(t, w)
			must(t, d.apply(s.args(w, args{"existing": "overwrite"})))
			clock.forward(time.Minute)
			change(d)
			defer w.Disarm()
			d.readTwice()
			d.planTwice(s.args(w, args{"existing": "overwrite"}))
		})
	}

	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	must(t, d.apply(s.args(w, args{"existing": "overwrite"})))
	for name, tc := range map[string]struct {
		args     args
		answered bool // by the fast path
	}{
		"nothing":                      {nil, true},
		"a null region":                {args{"region": nil}, true},
		"the default of an argument":   {args{"deletion_policy": "delete"}, false},
		"another encryption":           {args{"server_side_encryption": "cos/kms"}, false},
		"a rule":                       {args{"rules": []args{{"match": "*.js", "cache_control": "no-store"}}}, false},
		"a rule without a file":        {args{"rules": []args{{"match": "*.css", "cache_control": "no-store"}}}, false},
		"a pattern without a file":     {args{"exclude": []string{"*.css"}}, false},
		"a file is left out":           {args{"exclude": []string{"*.js"}}, false},
		"a hash":                       {args{"source_hash": "1"}, false},
		"another place":                {args{"prefix": "other/"}, false},
		"two encryptions":              {args{"sse_customer_key_name": "one"}, false},
		"a folder that does not exist": {args{"source": "/does/not/exist"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			all := s.args(w, args{"existing": "overwrite"})
			maps.Copy(all, tc.args)
			if same := d.planTwice(all); same != tc.answered {
				t.Errorf("the plan is the prior state: %t", same)
			}
		})
	}

	everything := s.args(w, args{
		"existing": "overwrite", "prefix": "all/", "region": w.Region(), "include": []string{"**"}, "exclude": []string{"*.html"}, "server_side_encryption": "cos/kms",
		"sse_context": "eyJhIjoiYiJ9", "storage_class": "STANDARD_IA", "metadata": map[string]string{"a": "b"}, "upload_last": []string{"*.js"}, "removed_files": "keep",
		"deletion_policy": "abandon", "rules": []args{{"match": "*.js", "cache_control": "no-store", "content_type": "text/javascript"}},
	})
	d = drive(t, w)
	must(t, d.apply(everything))
	d.readTwice()
	if !d.planTwice(everything) {
		t.Error("a plan without a change is not the prior state")
	}
}

// ofOneAnswer matches the parts of an answer that are never the same twice:
// request IDs and instance tokens.
var ofOneAnswer = regexp.MustCompile(`\bNm[0-9A-Za-z=_-]{10,}|"instance":"[^"]*"`)

// twice makes a call to the fast path and to the framework alone, and compares
// the answers.
func (d *driver) twice(what string, ask func(tfprotov6.ProviderServer) []any) {
	d.t.Helper()
	got := ask(d.configured())
	d.t.Setenv("COS_PLAN_SHORTCUT", "off")
	want := ask(d.configured())
	d.t.Setenv("COS_PLAN_SHORTCUT", "")
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("%s (-framework +fast path):\n%s", what, diff)
	}
}

// readTwice compares refreshes and keeps the result.
func (d *driver) readTwice() {
	d.t.Helper()
	state, private := d.dynamic(d.typ, d.state), d.private
	d.twice("Read", func(server tfprotov6.ProviderServer) []any {
		resp, err := server.ReadResource(d.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: state, Private: private})
		if err != nil {
			d.t.Fatal(err)
		}
		for _, one := range resp.Diagnostics {
			one.Detail = ofOneAnswer.ReplaceAllString(one.Detail, "")
		}
		d.state, d.private = d.undynamic(resp.NewState), resp.Private
		return []any{d.state, string(ofOneAnswer.ReplaceAll(resp.Private, nil)), resp.Diagnostics} // maps are encoded in random order
	})
}

// planTwice compares plans, and reports whether they equal the prior state.
func (d *driver) planTwice(a args) (same bool) {
	d.t.Helper()
	config := object(d.typ, a)
	d.twice("Plan", func(server tfprotov6.ProviderServer) []any {
		resp, err := server.PlanResourceChange(d.t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: typeName, PriorState: d.dynamic(d.typ, d.state), ProposedNewState: d.dynamic(d.typ, d.proposed(config)), Config: d.dynamic(d.typ, config), PriorPrivate: d.private,
		})
		if err != nil {
			d.t.Fatal(err)
		}
		planned := d.undynamic(resp.PlannedState)
		same = planned.Equal(d.state)
		return []any{planned, string(ofOneAnswer.ReplaceAll(resp.PlannedPrivate, nil)), resp.Diagnostics, resp.RequiresReplace}
	})
	return same
}
