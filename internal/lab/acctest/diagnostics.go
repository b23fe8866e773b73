package acctest

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// diagnostics records the provider's diagnostics in order. The harness shows
// errors only to ExpectError and does not show warnings.
type diagnostics struct {
	mu   sync.Mutex
	said []string
	from int // index of the first one not yet checked
}

func (d *diagnostics) add(list []*tfprotov6.Diagnostic) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, one := range list {
		severity := "Error: "
		if one.Severity == tfprotov6.DiagnosticSeverityWarning {
			severity = "Warning: "
		}
		text := severity + one.Summary + "\n" + one.Detail
		if one.Attribute != nil {
			text += "\nat " + one.Attribute.String()
		}
		d.said = append(d.said, text)
	}
}

// look returns the diagnostics since the previous call.
func (d *diagnostics) look() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	said := d.said[d.from:]
	d.from = len(d.said)
	return said
}

// rawAnswer matches text from an error body, in which COS quotes the signed
// request, and from the Authorization header.
var rawAnswer = regexp.MustCompile(`<Error>|<Code>|StringToSign|FormatString|q-sign-algorithm|q-signature|Authorization`)

// checkQuiet fails the test if any diagnostic so far contains a secret or a raw
// error body.
func (d *diagnostics) checkQuiet(t *testing.T, secrets ...string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, text := range d.said {
		if found := Leaks(text, secrets...); len(found) > 0 {
			t.Errorf("a diagnostic shows a secret, as %q:\n%s", found, text)
		}
		if raw := rawAnswer.FindString(text); raw != "" {
			t.Errorf("a diagnostic shows a raw answer (%q):\n%s", raw, text)
		}
	}
}

// Says checks that the diagnostics since the previous check contain each of the
// parts, such as "Warning: Summary". Without parts it checks that there are none.
func (w *World) Says(parts ...string) Check {
	return func() error {
		said := w.said.look()
		text := strings.Join(strings.Fields(strings.Join(said, "\n")), " ")
		if len(parts) == 0 && len(said) > 0 {
			return fmt.Errorf("the provider says:\n%s", strings.Join(said, "\n"))
		}
		for _, part := range parts {
			if !strings.Contains(text, part) {
				return fmt.Errorf("the provider does not say %q, but:\n%s", part, strings.Join(said, "\n"))
			}
		}
		return nil
	}
}

// HidesInDiagnostics checks that no diagnostic so far contains one of the
// secrets, the test keys or the account's key.
func (w *World) HidesInDiagnostics(secrets ...string) Check {
	return Do(func() { w.said.checkQuiet(w.t, secrets...) })
}

// SaysNot checks that no diagnostic since the previous check contains part.
func (w *World) SaysNot(part string) Check {
	return func() error {
		if text := strings.Join(w.said.look(), "\n"); strings.Contains(text, part) {
			return fmt.Errorf("the provider says %q:\n%s", part, text)
		}
		return nil
	}
}

// SaysTimes checks how many diagnostics since the previous check begin with a
// text, and that each of them contains the parts.
func (w *World) SaysTimes(times int, beginning string, parts ...string) Check {
	return func() error {
		n := 0
		for _, text := range w.said.look() {
			if !strings.HasPrefix(text, beginning) {
				continue
			}
			n++
			joined := strings.Join(strings.Fields(text), " ")
			for _, part := range parts {
				if !strings.Contains(joined, part) {
					return fmt.Errorf("the provider does not say %q, but:\n%s", part, text)
				}
			}
		}
		return Differ(fmt.Sprintf("number of %q", beginning), times, n)
	}
}

// Error returns an ExpectError pattern that matches if the CLI's output contains
// all parts in any order, ignoring line breaks and frames.
func Error(parts ...string) *regexp.Regexp {
	const anything = `(?:.|\n)*`
	var quoted []string
	for _, part := range parts {
		var words []string
		for _, word := range strings.Fields(part) {
			words = append(words, regexp.QuoteMeta(word))
		}
		quoted = append(quoted, strings.Join(words, `[\s│╷╵]+`))
	}
	var orders []string
	for _, order := range permutations(quoted) {
		orders = append(orders, strings.Join(order, anything))
	}
	return regexp.MustCompile(strings.Join(orders, "|"))
}

func permutations(parts []string) [][]string {
	if len(parts) < 2 {
		return [][]string{parts}
	}
	var all [][]string
	for i := range parts {
		rest := append(append([]string{}, parts[:i]...), parts[i+1:]...)
		for _, order := range permutations(rest) {
			all = append(all, append([]string{parts[i]}, order...))
		}
	}
	return all
}

// record wraps a server to record its diagnostics.
func (d *diagnostics) record(server tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	r := recorder{server, d}
	lists, hasLists := server.(tfprotov6.ListResourceServer)
	actions, hasActions := server.(tfprotov6.ActionServer)
	switch {
	case hasLists && hasActions:
		return struct {
			recorder
			tfprotov6.ListResourceServer
			tfprotov6.ActionServer
		}{r, lists, actions}
	case hasLists:
		return struct {
			recorder
			tfprotov6.ListResourceServer
		}{r, lists}
	case hasActions:
		return struct {
			recorder
			tfprotov6.ActionServer
		}{r, actions}
	}
	return r
}

// recorder records the diagnostics of the calls whose results a user sees.
type recorder struct {
	tfprotov6.ProviderServer
	said *diagnostics
}

func (r recorder) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	resp, err := r.ProviderServer.ValidateProviderConfig(ctx, req)
	if resp != nil {
		r.said.add(resp.Diagnostics)
	}
	return resp, err
}

func (r recorder) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	resp, err := r.ProviderServer.ConfigureProvider(ctx, req)
	if resp != nil {
		r.said.add(resp.Diagnostics)
	}
	return resp, err
}

func (r recorder) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	resp, err := r.ProviderServer.ValidateResourceConfig(ctx, req)
	if resp != nil {
		r.said.add(resp.Diagnostics)
	}
	return resp, err
}

func (r recorder) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := r.ProviderServer.ReadResource(ctx, req)
	if resp != nil {
		r.said.add(resp.Diagnostics)
	}
	return resp, err
}

func (r recorder) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := r.ProviderServer.PlanResourceChange(ctx, req)
	if resp != nil {
		r.said.add(resp.Diagnostics)
	}
	return resp, err
}

func (r recorder) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := r.ProviderServer.ApplyResourceChange(ctx, req)
	if resp != nil {
		r.said.add(resp.Diagnostics)
	}
	return resp, err
}

func (r recorder) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	resp, err := r.ProviderServer.ImportResourceState(ctx, req)
	if resp != nil {
		r.said.add(resp.Diagnostics)
	}
	return resp, err
}

func (r recorder) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	resp, err := r.ProviderServer.MoveResourceState(ctx, req)
	if resp != nil {
		r.said.add(resp.Diagnostics)
	}
	return resp, err
}

func (r recorder) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, err := r.ProviderServer.ReadDataSource(ctx, req)
	if resp != nil {
		r.said.add(resp.Diagnostics)
	}
	return resp, err
}

func (r recorder) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	resp, err := r.ProviderServer.OpenEphemeralResource(ctx, req)
	if resp != nil {
		r.said.add(resp.Diagnostics)
	}
	return resp, err
}
