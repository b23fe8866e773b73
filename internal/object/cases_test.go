package object_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// cases is a table in which each row is a resource of one configuration. Each has a
// bucket of its own, so that it is in no other row's listing. The CLI runs once for
// all rows.
type cases struct {
	*acctest.World
	names []string
}

func newCases[T any](t *testing.T, table map[string]T, options ...func(*cosmock.Options)) *cases {
	t.Helper()
	c := &cases{names: slices.Sorted(maps.Keys(table))}
	buckets := []string{"lab-1250000000"}
	for _, name := range c.names {
		buckets = append(buckets, c.bucket(name))
	}
	c.World = acctest.New(t, append(options, func(o *cosmock.Options) { o.Buckets = buckets })...)
	return c
}

func (c *cases) label(name string) string {
	return fmt.Sprintf("case%02d", slices.Index(c.names, name))
}
func (c *cases) bucket(name string) string  { return c.label(name) + "-1250000000" }
func (c *cases) address(name string) string { return "cos_encrypted_object." + c.label(name) }

// object returns the resource of a case. lines may override bucket or key.
func (c *cases) object(name, key string, lines ...string) string {
	text := "# " + name + "\nresource \"cos_encrypted_object\" " + acctest.Quote(c.label(name)) + " {\n"
	for _, usual := range []string{"bucket = " + acctest.Quote(c.bucket(name)), "key = " + acctest.Quote(key)} {
		argument, _, _ := strings.Cut(usual, " ")
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, argument+" ") }) {
			text += "  " + usual + "\n"
		}
	}
	return text + "  " + strings.Join(lines, "\n  ") + "\n}\n"
}

// named wraps a check so that its error names the case.
func named(name string, check acctest.Check) acctest.Check {
	return func() error {
		if err := check(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
}

// plans wraps a check of a plan so that its error names the case.
func (c *cases) plans(name string, check plancheck.PlanCheck) plancheck.PlanCheck {
	return namedPlan{name, check}
}

type namedPlan struct {
	name  string
	check plancheck.PlanCheck
}

// CheckPlan implements plancheck.PlanCheck.
func (n namedPlan) CheckPlan(ctx context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	n.check.CheckPlan(ctx, req, resp)
	if resp.Error != nil {
		resp.Error = fmt.Errorf("%s: %w", n.name, resp.Error)
	}
}

// sent compares the requests to the bucket of a case since the last reset.
func (c *cases) sent(name string, want ...string) acctest.Check {
	return named(name, c.SentIn(c.bucket(name), want...))
}

// holds compares the stored object of a case.
func (c *cases) holds(name, key, body string, encryption sse.Observed) acctest.Check {
	return named(name, c.HoldsIn(c.bucket(name), key, body, encryption))
}

// stored returns the object of a case, the zero value if there is none.
func (c *cases) stored(name, key string) cosmock.Object {
	o, _ := c.Server.Object(c.bucket(name), key)
	return o
}

// failing matches the resource that an error of the CLI names.
var failing = regexp.MustCompile(`with ((?:ephemeral\.)?\w+\.\w+),`)

// errorsByAddress splits the output of a CLI into the errors of each resource, with
// whitespace collapsed.
func errorsByAddress(output string) map[string]string {
	said := map[string]string{}
	text := strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
	for _, one := range strings.Split(text, "Error: ")[1:] {
		if named := failing.FindStringSubmatch(one); named != nil {
			said[named[1]] += one
		}
	}
	return said
}

// wrongErrors compares the errors of a CLI's output with those that rows are to have:
// the texts by address. Every other row must have none.
func wrongErrors(output string, want map[string][]string) error {
	said := errorsByAddress(output)
	for address, texts := range want {
		for _, text := range texts {
			if !strings.Contains(said[address], text) {
				return fmt.Errorf("the errors of %s do not say %q:\n%s", address, text, output)
			}
		}
		if said[address] == "" {
			return fmt.Errorf("%s has no error:\n%s", address, output)
		}
	}
	for address := range said {
		if want[address] == nil {
			return fmt.Errorf("%s has an error:\n%s", address, output)
		}
	}
	return nil
}

// recorded makes a workspace serve the provider whose diagnostics Says reads.
func (c *cases) recorded(t *testing.T, ws *acctest.Workspace) {
	t.Helper()
	ws.Others = map[string]func() tfprotov6.ProviderServer{"cos-terraform/cos": func() tfprotov6.ProviderServer {
		server, err := c.Factories()["cos"]()
		must(t, err)
		return server
	}}
}

// succeeds runs the CLI, and fails the test unless it succeeds.
func succeeds(t *testing.T, ws *acctest.Workspace, args ...string) {
	t.Helper()
	if r := ws.Run(args...); r.Code != 0 {
		t.Fatalf("%v ended with %d:\n%s", args, r.Code, r.Output())
	}
}
