package sse

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
)

// Context is an SSE-KMS encryption context: a base64-encoded JSON object of
// strings. COS accepts it with a write and never returns it. The zero value means
// that there is no context.
type Context struct {
	text   string // the declared JSON text in padded base64
	values map[string]string
}

// ParseContext parses a base64-encoded JSON object of strings, with or without
// padding. Duplicate keys are an error, because JSON parsers disagree on which
// value counts.
func ParseContext(s string) (Context, error) {
	if strings.HasPrefix(strings.TrimSpace(s), "{") {
		return Context{}, errors.New("an encryption context is the base64 of a JSON object of strings, and this value is the JSON itself: use provider::cos::sse_context with a map of the names and values, or base64encode")
	}
	decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil {
		return Context{}, errors.New("an encryption context is the base64 (standard alphabet) of a JSON object; this value is not base64")
	}
	values, err := parseStrings(decoded)
	if err != nil {
		return Context{}, fmt.Errorf("an encryption context is the base64 of a JSON object of strings: %w", err)
	}
	return Context{text: base64.StdEncoding.EncodeToString(decoded), values: values}, nil
}

// NewContext returns the context for a map, with its keys sorted.
func NewContext(values map[string]string) Context {
	text, err := json.Marshal(values) // sorts the keys
	if err != nil || values == nil {
		text, values = []byte("{}"), map[string]string{}
	}
	return Context{text: base64.StdEncoding.EncodeToString(text), values: maps.Clone(values)}
}

func parseStrings(text []byte) (map[string]string, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	tok, err := dec.Token()
	if err != nil {
		return nil, errors.New("the decoded text is not JSON")
	}
	if tok != json.Delim('{') {
		return nil, errors.New("the decoded JSON is not an object")
	}
	values := map[string]string{}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return nil, errors.New("the decoded text is not JSON")
		}
		key := tok.(string) // the decoder returns only strings in the position of a key
		if _, ok := values[key]; ok {
			return nil, fmt.Errorf("the key %q stands there twice", key)
		}
		tok, err = dec.Token()
		if err != nil {
			return nil, errors.New("the decoded text is not JSON")
		}
		value, ok := tok.(string)
		if !ok {
			return nil, fmt.Errorf("the value of %q is not a string", key)
		}
		values[key] = value
	}
	if _, err := dec.Token(); err != nil {
		return nil, errors.New("the decoded text is not JSON")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON object")
	}
	return values, nil
}

// IsZero reports whether there is no context. An empty object is a context.
func (c Context) IsZero() bool { return c.values == nil }

// Base64 returns the context in the form of its header.
func (c Context) Base64() string { return c.text }

// Equal compares the values. Key order, white space and escapes do not matter.
func (c Context) Equal(other Context) bool {
	return c.IsZero() == other.IsZero() && maps.Equal(c.values, other.values)
}
