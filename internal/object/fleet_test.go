package object_test

import (
	"fmt"
	"maps"
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
type fleet struct {
	names  []string
	worlds map[string]*acctest.World
}

func newFleet[T any](t *testing.T, table map[string]T, start func(t *testing.T, name string) *acctest.World) *fleet {
	t.Helper()
	f := &fleet{names: slices.Sorted(maps.Keys(table)), worlds: map[string]*acctest.World{}}
	for _, name := range f.names {
		f.worlds[name] = start(t, name)
	}
	return f
}

func (f *fleet) label(name string) string {
	return fmt.Sprintf("case%02d", slices.Index(f.names, name))
}
func (f *fleet) address(name string) string { return "cos_encrypted_object." + f.label(name) }

// provider returns the provider block of a row.
func (f *fleet) provider(name string, lines ...string) string {
	return f.renamed(name, f.worlds[name].Provider(lines...))
}

// renamed changes a provider block into that of a row.
func (f *fleet) renamed(name, block string) string {
	return "# " + name + "\n" + strings.Replace(block, `provider "cos"`, "provider "+acctest.Quote(f.label(name)), 1)
}

// object returns the resource of a row.
func (f *fleet) object(name, key string, lines ...string) string {
	return strings.Replace(f.worlds[name].Object(key, append([]string{"provider = " + f.label(name)}, lines...)...), `"test"`, acctest.Quote(f.label(name)), 1)
}

// factories returns the factories of all rows.
func (f *fleet) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	all := map[string]func() (tfprotov6.ProviderServer, error){}
	for _, name := range f.names {
		all[f.label(name)] = f.worlds[name].Factories()["cos"]
	}
	return all
}

// serve makes a workspace serve the providers of all rows.
func (f *fleet) serve(t *testing.T, ws *acctest.Workspace) {
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

// of wraps a check so that its error names the row.
func (f *fleet) of(name string, check acctest.Check) acctest.Check {
	return func() error {
		if err := check(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
}

// each returns the checks of every row.
func (f *fleet) each(check func(name string, w *acctest.World) acctest.Check) []acctest.Check {
	var all []acctest.Check
	for _, name := range f.names {
		all = append(all, f.of(name, check(name, f.worlds[name])))
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
