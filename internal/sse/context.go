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

// Context is an SSE-KMS encryption context: the base64 of a JSON object of
// strings. COS takes it with a write and never returns it. The zero value is
// "no context".
type Context struct {
	text   string // the declared JSON text, base64 with padding
	values map[string]string
}

// ParseContext reads the base64, padded or not, of a JSON object whose values
// are strings. A duplicate key is an error: which of the two counts would
// depend on the reader.
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

// NewContext makes the context of a map, with its keys in order.
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
		key := tok.(string) // the decoder yields nothing else where a key stands
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

// IsZero reports whether there is no context. The empty object is one.
func (c Context) IsZero() bool { return c.values == nil }

// Base64 returns the context as it travels in a header.
func (c Context) Base64() string { return c.text }

// Equal compares by meaning: order, spacing and escapes do not count.
func (c Context) Equal(other Context) bool {
	return c.IsZero() == other.IsZero() && maps.Equal(c.values, other.values)
}
