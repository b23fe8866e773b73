package directory

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/tree"
)

// keptPrivate is a private state as the CLI keeps it.
type keptPrivate map[string][]byte

func (p keptPrivate) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return p[key], nil
}

func (p keptPrivate) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	if value == nil {
		delete(p, key)
		return nil
	}
	p[key] = value
	return nil
}

// Any bytes are read, and what is written back is read as the same.
func FuzzPrivateState(f *testing.F) {
	whole := keptPrivate{}
	if diags := (privateState{Record: someRecord(), Instance: "token", Successor: "s"}).note(f.Context(), whole); diags.HasError() {
		f.Fatal(diags)
	}
	seed, err := json.Marshal(whole)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	for _, key := range []string{privateRecord, privateSeen, privateImposed, privateInstance, privateSuccessor} {
		for _, value := range []string{"null", `{"a":{"length":-1}}`, "[]", `""`} {
			one, err := json.Marshal(keptPrivate{key: []byte(value)})
			if err != nil {
				f.Fatal(err)
			}
			f.Add(one)
		}
	}
	f.Fuzz(func(t *testing.T, stored []byte) {
		var in keptPrivate
		if json.Unmarshal(stored, &in) != nil {
			return
		}
		p, diags := recall(t.Context(), in)
		if diags.HasError() {
			t.Fatal(diags)
		}
		for _, home := range p.Record.Places {
			p.Record.of(home)
		}
		written, twice := keptPrivate{}, keptPrivate{}
		if diags := p.note(t.Context(), written); diags.HasError() {
			t.Fatal(diags)
		}
		again, _ := recall(t.Context(), written)
		if diags := again.note(t.Context(), twice); diags.HasError() {
			t.Fatal(diags)
		}
		if diff := cmp.Diff(written, twice); diff != "" {
			t.Errorf("%s is read, written and read as something else: %s", stored, diff)
		}
	})
}

// A value of a state is read as what shows the same, and what a server said
// stays short and cannot command a terminal.
func FuzzValue(f *testing.F) {
	f.Add("123", "\x1b[2J")
	f.Add("123 (not encrypted, content_type = \"a)\")", strings.Repeat("腾", 50))
	f.Add(" (", "\xff")
	f.Fuzz(func(t *testing.T, text, said string) {
		v := parseValue(text)
		if again := parseValue(v.String()); again.String() != v.String() {
			t.Errorf("%q is read as %q, and that as %q", text, v, again)
		}
		v = value{crc64: "1"}
		v.deviate(said)
		if shown := v.String(); strings.ContainsAny(shown, "\x1b\n\r\x07") || len(shown) > maxDeviation+len("1 (…)")+2 {
			t.Errorf("%q is shown as %q", said, shown)
		}
	})
}

// Whatever rules and names there are, a file gets the headers of rules that
// match it, and one content type.
func FuzzRules(f *testing.F) {
	f.Add("**/*.js", "a/b.js", "text/javascript", "gzip")
	f.Add("{a,b}/", "a/x.html.gz", "", "br")
	f.Add("[", "\xff", "text/html; charset=utf-8", "")
	f.Fuzz(func(t *testing.T, pattern, name, media, encoding string) {
		p, err := tree.ParsePattern(pattern)
		if err != nil || len(pattern) > 100 || len(name) > 200 {
			return
		}
		rs := rules{{match: p, set: [headerCount]*string{contentType: &media, contentEncoding: &encoding}}}
		matched := make([]bool, 1)
		h := rs.give(name, matched)
		if matched[0] != p.Match(name) || (h != headers{}) != (matched[0] && media+encoding != "") {
			t.Errorf("%q on %q: %t, %s", pattern, name, matched[0], h)
		}
		if guessed := guess(name, h); guessed == "" {
			t.Errorf("%q has no type", name)
		}
		waveOf(name, h[contentType], []tree.Pattern{p})
	})
}
