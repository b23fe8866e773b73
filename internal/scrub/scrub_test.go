package scrub

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"strings"
	"testing"
)

const canary = "Canary+secret/of?THIS~request=1"

// forms are ways in which a server may write a secret.
var forms = map[string]func(string) string{
	"raw":                  func(s string) string { return s },
	"upper case":           strings.ToUpper,
	"query escaped":        url.QueryEscape,
	"path escaped":         url.PathEscape,
	"lower case escapes":   func(s string) string { return strings.ToLower(url.QueryEscape(s)) },
	"base64":               func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 in the middle": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("ab" + s))[1:] },
	"base64 in lines": func(s string) string {
		b := base64.StdEncoding.EncodeToString([]byte(s))
		return b[:9] + "\r\n" + b[9:]
	},
	"base64url":               func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s + "\xff\xfe")) },
	"hex":                     func(s string) string { return hex.EncodeToString([]byte(s)) },
	"upper case hex, shifted": func(s string) string { return "F" + strings.ToUpper(hex.EncodeToString([]byte(s))) },
	"quoted by Go":            func(s string) string { return fmt.Sprintf("%q", s+"\x00\"") },
	"escaped for HTML":        html.EscapeString,
	"numeric entities": func(s string) string {
		var b strings.Builder
		for _, c := range s {
			fmt.Fprintf(&b, "&#x%x;", c)
		}
		return b.String()
	},
	"JSON":              func(s string) string { return `"` + strings.ReplaceAll(s, "/", `\/`) + `"` },
	"broken into lines": func(s string) string { return s[:7] + "\n  " + s[7:] },
	"base64, escaped":   func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s + "??>"))) },
}

func TestSecretsInEveryForm(t *testing.T) {
	t.Parallel()
	raw := "\xff\x00\x9fbinary key of 32 bytes \xe4\xf6\xfc!"
	for name, form := range forms {
		for _, secret := range []string{canary, canary[5:25], "twelve bytes", raw} {
			if name == "numeric entities" && secret == raw {
				continue // has no such form
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := New([]string{canary, raw, "twelve bytes"}, nil)
				text := s.Text("before: "+form(secret)+" :after", 1000)
				if !strings.HasPrefix(text, "before: ") || !strings.HasSuffix(text, " :after") || !strings.Contains(text, Redacted) {
					t.Errorf("of %q: %q", form(secret), text)
				}
				// A piece of up to seven bytes may be left at either end.
				if left := strings.NewReplacer("before: ", "", " :after", "", Redacted, "").Replace(text); len(left) > 24 {
					t.Errorf("of %q is left: %q", form(secret), left)
				}
				if len(secret) > 16 && !s.In("v-"+form(secret)) {
					t.Errorf("%q is taken for a value", form(secret))
				}
			})
		}
	}
}

func TestTextsWithoutSecretsStay(t *testing.T) {
	t.Parallel()
	s := New([]string{canary, "abc", "pass", ""}, []string{"a whole phrase"})
	for text, want := range map[string]string{
		"":               "",
		"Access Denied.": "Access Denied.",
		"100%, a+b, \\n, &amp; and d\xc3\xa9j\xc3\xa0": "100%, a+b, \\n, &amp; and d\xc3\xa9j\xc3\xa0",
		"bytes \xff that are no text":                  "bytes  that are no text",
		"a\x1b[2J\u009bterminal":                       "a[2Jterminal",
		"abc is too short to be a secret":              "abc is too short to be a secret",
		"the pass is short":                            "the (redacted) is short",
		"secret/of":                                    "(redacted)",
		"ret/of":                                       "ret/of",
		"half of a whole":                              "half of a whole",
		"here is A Whole Phrase.":                      "here is (redacted).",
		"1234567890":                                   "12345…",
	} {
		limit := 100
		if strings.HasPrefix(text, "123") {
			limit = 5
		}
		if got := s.Text(text, limit); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	var none *Secrets
	if got := none.Text("text\n", 10); got != "text" || none.In("text") || none.InDocument([]byte("text")) {
		t.Errorf("without secrets: %q", got)
	}
	if got := s.Text(strings.Repeat("x", 1<<20), 10); got != "xxxxxxxxxx…" {
		t.Errorf("a long text: %q", got)
	}
}

// A value that a server makes meets a secret by chance in a few digits.
func TestValues(t *testing.T) {
	t.Parallel()
	s := New([]string{"0123456789abcdef0123456789abcdef01234567", "short+one"}, nil)
	for value, want := range map[string]bool{
		"":                                 false,
		"5d41402abc4b2a76b9719d911017c592": false,
		"gg0123456789agg":                  false, // eleven
		"gg0123456789abgg":                 true,  // twelve
		"a short+one":                      true,
		"short+":                           false,
	} {
		if got := s.In(value); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	s := New([]string{canary}, nil)
	padding := strings.Repeat("<Key>a%20key&amp;more</Key>", 1000)
	for name, tc := range map[string]struct {
		document string
		want     bool
	}{
		"short":        {"<a>" + canary + "</a>", true},
		"short, hex":   {"<a>" + hex.EncodeToString([]byte(canary)) + "</a>", true},
		"long":         {padding + canary + padding, true},
		"long, URL":    {padding + url.QueryEscape(canary) + padding, true},
		"long, XML":    {padding + strings.ReplaceAll(canary, "/", "&#x2F;") + padding, true},
		"long without": {padding, false},
		"empty":        {"", false},
	} {
		if got := s.InDocument([]byte(tc.document)); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func body(text string) Body {
	return Body{Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, Size: int64(len(text))}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100_000)
	for name, tc := range map[string]struct {
		body, text string
		want       Overlap
	}{
		"nothing in common":     {canary, "Access Denied.", Overlap{}},
		"seven bytes":           {canary, "x" + canary[:7] + "y", Overlap{}},
		"eight bytes":           {canary, "x" + canary[:8] + "y", Overlap{Run: 8}},
		"the body in the text":  {canary, "x" + canary + "y", Overlap{Run: 31, Body: true}},
		"the text in the body":  {canary, canary[3:15], Overlap{Run: 12, Whole: true}},
		"in hex":                {canary, "x " + hex.EncodeToString([]byte(canary[:10])), Overlap{Run: 10}},
		"all of it in base64":   {canary, base64.StdEncoding.EncodeToString([]byte(canary[2:12])), Overlap{Run: 10, Whole: true}},
		"a short body":          {"pin1", "the pin1.", Overlap{Run: 4, Body: true}},
		"a text that is it":     {"pin1", " PIN1", Overlap{Run: 4, Whole: true, Body: true}},
		"a body of three bytes": {"pin", "the pin", Overlap{}},
		"at the end of a large": {long + canary, "quoted: " + canary[5:], Overlap{Run: 26}},
		"over a read's end":     {strings.Repeat("x", 64<<10-5) + canary, "quoted: " + canary, Overlap{Run: 31}},
		"an empty body":         {"", "text", Overlap{}},
	} {
		got, err := body(tc.body).Compare("", tc.text, "no more of it")
		if err != nil || got[1] != tc.want || got[0] != (Overlap{}) || got[2] != (Overlap{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	broken := errors.New("gone")
	for name, b := range map[string]Body{
		"opening": {Open: func() (io.ReadCloser, error) { return nil, broken }},
		"reading": {Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader("a"), errorReader{broken})), nil
		}},
	} {
		if _, err := b.Compare("text"); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

func FuzzText(f *testing.F) {
	f.Add("a%2", "secret", 5)
	f.Add(`\u00`, "\x00", 0)
	f.Add("&#x;&", "&&&&&&&&", 3)
	f.Fuzz(func(t *testing.T, text, secret string, limit int) {
		s := New([]string{secret}, []string{secret})
		out := s.Text(text+secret+text, max(limit, 0)%100)
		s.In(text)
		s.InDocument(bytes.Repeat([]byte(text), 100))
		if _, err := body(secret).Compare(text, secret); err != nil {
			t.Fatal(err)
		}
		if len(fold([]byte(secret))) >= window && !strings.Contains(Redacted, secret) && len(text)+len(secret) < maxText && strings.Contains(out, secret) {
			t.Errorf("%q shows %q", out, secret)
		}
	})
}

func BenchmarkHeaders(b *testing.B) {
	s := New([]string{canary, strings.Repeat(canary, 10)}, nil)
	for b.Loop() {
		for range 12 {
			s.In("NjkyODk0YjFfYTY4NGZhMDlfMjQ0ZF8yMzQ1Njc4")
		}
	}
}

func BenchmarkBody(b *testing.B) {
	large := body(strings.Repeat(canary, 1<<18))
	b.SetBytes(large.Size)
	for b.Loop() {
		if _, err := large.Compare("The specified key does not exist.", "NjkyODk0YjFfYTY4NGZhMDlfMjQ0ZF8yMzQ1Njc4"); err != nil {
			b.Fatal(err)
		}
	}
}
