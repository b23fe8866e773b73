package credentials

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestValuePrintsRedacted(t *testing.T) {
	t.Parallel()
	v := Value{SecretID: "canary-id", SecretKey: "canary-key", SecurityToken: "canary-token"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		for name, x := range map[string]any{"value": v, "pointer": &v, "static": Static{v}, "field": struct{ V Value }{v}, "slice": []Value{v}, "map": map[string]Value{"k": v}} {
			got := fmt.Sprintf(verb, x)
			if strings.Contains(got, "canary") || strings.Contains(got, fmt.Sprintf("%x", "canary")) || strings.Contains(got, fmt.Sprintf("%X", "canary")) {
				t.Errorf("%s of a %s shows %s", verb, name, got)
			}
			if !strings.Contains(got, redacted) {
				t.Errorf("%s of a %s is %s", verb, name, got)
			}
		}
	}
	encoded, err := json.Marshal(struct{ V Value }{v})
	if err != nil || string(encoded) != `{"V":"(redacted)"}` {
		t.Errorf("JSON %s, %v", encoded, err)
	}
	text, err := v.MarshalText()
	if err != nil || string(text) != redacted {
		t.Errorf("text %s, %v", text, err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "v", v)
	if strings.Contains(log.String(), "canary") {
		t.Error(log.String())
	}
	if v.String() != redacted || v.GoString() != redacted {
		t.Error("String or GoString shows something")
	}
}

func TestStatic(t *testing.T) {
	t.Parallel()
	want := Value{SecretID: "i", SecretKey: "k", SecurityToken: "t"}
	if got, err := (Static{want}).Retrieve(t.Context()); err != nil || got != want {
		t.Errorf("another value, %v", err)
	}
}
