package object_test

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// separate are the servers of cases in one configuration that differ in how the
// provider or its server is set up. Each case has a provider of its own name:
// aliases of one provider would share the server in the test process, and with it
// the configuration that arrives last.
type separate map[string]*acctest.World

// provider returns the name of a case's provider. The names sort like the cases.
func (s separate) provider(name string) string {
	return fmt.Sprintf("cos%c", 'a'+slices.Index(slices.Sorted(maps.Keys(s)), name))
}

// label returns the name of a case's resource.
func (s separate) label(name string) string { return "of_" + s.provider(name) }

func (s separate) address(name string) string { return "cos_encrypted_object." + s.label(name) }

// of makes the blocks of a configuration those of a case: providers, resources and
// ephemeral resources named "test".
func (s separate) of(name, blocks string) string {
	uses := regexp.MustCompile(`(?m)^(resource|ephemeral) "(cos_\w+)" "test" \{$`)
	blocks = uses.ReplaceAllString(blocks, "$1 \"$2\" \""+s.label(name)+"\" {\n  provider = "+s.provider(name))
	return "# " + name + "\n" + strings.ReplaceAll(blocks, `provider "cos" {`, `provider "`+s.provider(name)+`" {`)
}

// factories returns the factories of all providers.
func (s separate) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	all := map[string]func() (tfprotov6.ProviderServer, error){}
	for name, w := range s {
		all[s.provider(name)] = w.Factories()["cos"]
	}
	return all
}

// check wraps a check so that its error names the case.
func (s separate) check(name string, check acctest.Check) acctest.Check {
	return func() error {
		if err := check(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
}

// errorsOf compares the errors of a step with those of several cases, each of which
// has a bucket of its own. It is for TestCase.ErrorCheck: an ExpectError matches the
// output as a whole.
type errorsOf struct {
	*cases
	want map[string][]string // what the error of a case says; nil before a step without errors
}

// ofCase is the first word in an error that identifies the case: in the address, or,
// of a resource that is being destroyed, in the name of the bucket.
var ofCase = regexp.MustCompile(`\bcase\d\d\b`)

func (e *errorsOf) check(err error) error {
	if e.want == nil {
		return err
	}
	want := e.want
	e.want = nil
	got := map[string]string{}
	for _, text := range strings.Split(err.Error(), "Error: ")[1:] {
		got[ofCase.FindString(text)] += text
	}
	var wrong []error
	for _, name := range e.names {
		text, says := got[e.label(name)], want[name]
		switch {
		case says == nil && text != "":
			wrong = append(wrong, fmt.Errorf("%s fails: %s", name, text))
		case says != nil && (text == "" || !acctest.Error(says...).MatchString(text)):
			wrong = append(wrong, fmt.Errorf("%s: want an error that says %q, got %q", name, says, text))
		}
		delete(got, e.label(name))
	}
	if len(got) > 0 {
		wrong = append(wrong, fmt.Errorf("errors of no case: %v", got))
	}
	return errors.Join(wrong...)
}

// before returns the PreConfig of a step: the errors of the previous step occurred,
// and this step is to have others.
func (e *errorsOf) before(t *testing.T, want map[string][]string, prepare func()) func() {
	return func() {
		if e.want != nil {
			t.Errorf("there is no error, want %v", e.want)
		}
		if e.want = want; len(want) == 0 {
			e.want = nil
		}
		prepare()
	}
}
