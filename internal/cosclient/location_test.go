package cosclient

import (
	"errors"
	"strings"
	"testing"
)

func TestLocationValidate(t *testing.T) {
	t.Parallel()
	good := map[string]Location{
		"plain":             testObject,
		"longest key":       {"ap-guangzhou", "a-1", strings.Repeat("é", 425)},
		"dots and slashes":  {"ap-guangzhou", "a-1", "a//b/./../c/"},
		"three dots":        {"ap-guangzhou", "a-1", "..."},
		"digits and dashes": {"ap-beijing-1", "0-a--b-1250000000", "k"},
		"no-break space":    {"ap-guangzhou", "a-1", "a\u00a0b"},
	}
	for name, l := range good {
		t.Run(name, func(t *testing.T) {
			if err := l.Validate(); err != nil {
				t.Error(err)
			}
		})
	}
	bad := map[string]Location{
		"no region":           {"", "a-1", "k"},
		"region with a dot":   {"ap.guangzhou", "a-1", "k"},
		"region upper case":   {"AP-guangzhou", "a-1", "k"},
		"no bucket":           {"ap-guangzhou", "", "k"},
		"no APPID":            {"ap-guangzhou", "bucket", "k"},
		"empty APPID":         {"ap-guangzhou", "bucket-", "k"},
		"APPID is a word":     {"ap-guangzhou", "bucket-name", "k"},
		"only an APPID":       {"ap-guangzhou", "-1", "k"},
		"leading dash":        {"ap-guangzhou", "-a-1", "k"},
		"bucket upper case":   {"ap-guangzhou", "Bucket-1", "k"},
		"bucket with a slash": {"ap-guangzhou", "a/b-1", "k"},
		"bucket with a line":  {"ap-guangzhou", "a-1\n", "k"},
		"no key":              {"ap-guangzhou", "a-1", ""},
		"dot":                 {"ap-guangzhou", "a-1", "."},
		"dot dot":             {"ap-guangzhou", "a-1", ".."},
		"too long":            {"ap-guangzhou", "a-1", strings.Repeat("é", 425) + "x"},
		"leading slash":       {"ap-guangzhou", "a-1", "/k"},
		"leading backslash":   {"ap-guangzhou", "a-1", `\k`},
		"line feed":           {"ap-guangzhou", "a-1", "a\nb"},
		"escape":              {"ap-guangzhou", "a-1", "a\x1bb"},
		"delete":              {"ap-guangzhou", "a-1", "a\x7fb"},
		"C1 control":          {"ap-guangzhou", "a-1", "a\u0085b"},
		"not UTF-8":           {"ap-guangzhou", "a-1", "a\xffb"},
	}
	for name, l := range bad {
		t.Run(name, func(t *testing.T) {
			if err := l.Validate(); !errors.Is(err, ErrInvalidLocation) {
				t.Errorf("error %v, want ErrInvalidLocation", err)
			}
		})
	}
}

func TestARequestOnABadKeyIsNotSent(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(200, ""))
	c := s.client(t)
	for _, key := range []string{"", ".", "..", "/k", "a\nb"} {
		l := testObject
		l.Key = key
		_, head := c.Head(t.Context(), l, HeadInput{})
		_, put := c.Put(t.Context(), l, PutInput{Body: text("x")})
		_, del := c.Delete(t.Context(), l, DeleteInput{})
		_, cp := c.Copy(t.Context(), l, CopyInput{Source: testObject})
		_, from := c.Copy(t.Context(), testObject, CopyInput{Source: l})
		_, acl := c.ACL(t.Context(), l)
		for _, err := range []error{head, put, del, cp, from, acl} {
			if !errors.Is(err, ErrInvalidLocation) {
				t.Errorf("key %q: error %v, want ErrInvalidLocation", key, err)
			}
		}
	}
	if n := len(s.seen()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}
