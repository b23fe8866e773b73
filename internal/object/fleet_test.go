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

// fleet is a table like cases, for rows that need a server or a provider of their
// own: other options of the server, other arguments of the provider, or another
// number of warnings per run. A CLI that attaches to a running provider configures
// all of its aliases in the same process, so each row has a provider with a name of
// its own. The CLI runs once for all rows.
type fleet map[string]*acctest.World

func newFleet[T any](t *testing.T, table map[string]T, start func(t *testing.T, name string) *acctest.World) fleet {
	t.Helper()
	f := fleet{}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		f[name] = start(t, name)
	}
	return f
}

// names returns the names of the rows in order.
func (f fleet) names() []string { return slices.Sorted(maps.Keys(f)) }

// provider returns the name of a row's provider. The names sort like the rows.
func (f fleet) provider(name string) string {
	return fmt.Sprintf("cos%02d", slices.Index(f.names(), name))
}

// label returns the name of a row's resource.
func (f fleet) label(name string) string { return "of_" + f.provider(name) }

func (f fleet) address(name string) string { return "cos_encrypted_object." + f.label(name) }

// uses matches the resources of a row, which are named "test".
var uses = regexp.MustCompile(`(?m)^(resource|ephemeral) "(cos_\w+)" "test" \{$`)

// of makes the blocks of a configuration those of a row: providers, resources and
// ephemeral resources named "test".
func (f fleet) of(name, blocks string) string {
	blocks = uses.ReplaceAllString(blocks, "$1 \"$2\" \""+f.label(name)+"\" {\n  provider = "+f.provider(name))
	return "# " + name + "\n" + strings.ReplaceAll(blocks, `provider "cos" {`, `provider "`+f.provider(name)+`" {`)
}

// factories returns the factories of all providers.
func (f fleet) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	all := map[string]func() (tfprotov6.ProviderServer, error){}
	for name, w := range f {
		all[f.provider(name)] = w.Factories()["cos"]
	}
	return all
}

// serve makes a workspace serve the providers of all rows.
func (f fleet) serve(t *testing.T, ws *acctest.Workspace) {
	t.Helper()
	ws.Others = map[string]func() tfprotov6.ProviderServer{}
	for name, factory := range f.factories() {
		ws.Others["hashicorp/"+name] = func() tfprotov6.ProviderServer {
			server, err := factory()
			if err != nil {
				t.Error(err)
			}
			return server
		}
	}
}

// each returns the checks of every row.
func (f fleet) each(check func(name string, w *acctest.World) acctest.Check) []acctest.Check {
	var all []acctest.Check
	for _, name := range f.names() {
		all = append(all, named(name, check(name, f[name])))
	}
	return all
}

// changesByAddress splits the output of a plan into what it says of each resource,
// with whitespace collapsed.
func changesByAddress(output string) map[string]string {
	said, address := map[string]string{}, ""
	for line := range strings.Lines(output) {
		if comment, ok := strings.CutPrefix(line, "  # "); ok {
			address, _, _ = strings.Cut(strings.TrimSpace(comment), " ")
		} else if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "  ") {
			address = ""
		}
		if address != "" {
			said[address] += strings.Join(strings.Fields(line), " ") + " "
		}
	}
	return said
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
