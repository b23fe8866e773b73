package sse_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// An accepted context is a JSON object of strings for other parsers too, and
// keeps its value when it is encoded and parsed again.
func FuzzParseContext(f *testing.F) {
	for _, text := range []string{`{"a":"b"}`, `{}`, `{"a":"b","a":"c"}`, `{"a":1}`, ` {"\u0061" : "\ud800"} `, `{"a":"b"}{}`, `[]`, `{"a"`, `{"a":"b",}`, "{\"\xff\":\"\"}"} {
		f.Add(base64.StdEncoding.EncodeToString([]byte(text)))
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, in string) {
		context, err := sse.ParseContext(in)
		if err != nil {
			return
		}
		decoded, err := base64.StdEncoding.DecodeString(context.Base64())
		var values map[string]string
		if err != nil || json.Unmarshal(decoded, &values) != nil {
			t.Fatalf("%q became %q: %v", in, context.Base64(), err)
		}
		again, err := sse.ParseContext(context.Base64())
		if err != nil || !again.Equal(context) || !again.Equal(sse.NewContext(values)) {
			t.Errorf("%q means something else once it has travelled: %v", in, err)
		}
	})
}
