package cosclient

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestLocationValidate(t *testing.T) {
	t.Parallel()
	good := map[string]Location{
		"plain":             testObject,
		"longest key":       {"ap-guangzhou", "a-1", strings.Repeat("é", 425)},
		"slashes":           {"ap-guangzhou", "a-1", "a//b///c/"},
		"dots in names":     {"ap-guangzhou", "a-1", ".a/..b/c./d../.../e."},
		"leading slashes":   {"ap-guangzhou", "a-1", "//k"},
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
		"dot slash":           {"ap-guangzhou", "a-1", "./"},
		"dot dot slash":       {"ap-guangzhou", "a-1", "../"},
		"up and down":         {"ap-guangzhou", "a-1", "a/../"},
		"up at the end":       {"ap-guangzhou", "a-1", "a/./.."},
		"dot at the end":      {"ap-guangzhou", "a-1", "a/b/."},
		"dot inside":          {"ap-guangzhou", "a-1", "a/./b"},
		"dot dot inside":      {"ap-guangzhou", "a-1", "a/../b"},
		"slash, dot":          {"ap-guangzhou", "a-1", "/."},
		"slashes, dots":       {"ap-guangzhou", "a-1", "//../k"},
		"a slash":             {"ap-guangzhou", "a-1", "/"},
		"slashes alone":       {"ap-guangzhou", "a-1", "///"},
		"too long":            {"ap-guangzhou", "a-1", strings.Repeat("é", 425) + "x"},
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
	for _, key := range []string{"", ".", "..", "./", "a/../", "a/./..", "a/../b", "/", "//", "a\nb"} {
		l := testObject
		l.Key = key
		_, head := c.Head(t.Context(), l, HeadInput{})
		_, put := c.Put(t.Context(), l, PutInput{Body: text("x")})
		_, del := c.Delete(t.Context(), l, DeleteInput{})
		_, cp := c.Copy(t.Context(), l, CopyInput{Source: testObject})
		_, from := c.Copy(t.Context(), testObject, CopyInput{Source: l})
		_, acl := c.ACL(t.Context(), l)
		putACL := c.PutACL(t.Context(), l, "private")
		_, tags := c.Tags(t.Context(), l, "")
		putTags := c.PutTags(t.Context(), l, "", nil)
		_, _, get := c.GetRange(t.Context(), l, HeadInput{}, 0, 1)
		_, begin := c.InitiateMultipart(t.Context(), l, UploadInput{})
		abort := c.AbortMultipart(t.Context(), Upload{Location: l, ID: "U"})
		_, presigned := c.Presign(t.Context(), l, PresignInput{Method: "GET", Life: time.Minute})
		for _, err := range []error{head, put, del, cp, from, acl, putACL, tags, putTags, get, begin, abort, presigned} {
			if !errors.Is(err, ErrInvalidLocation) {
				t.Errorf("key %q: error %v, want ErrInvalidLocation", key, err)
			}
		}
	}
	if n := len(s.seen()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}
