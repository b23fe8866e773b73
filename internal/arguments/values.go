// Package arguments is what the arguments of several types have in common: what
// null, unknown and empty mean, and what a bucket, a key and a region may be
// (floor 3).
package arguments

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Report takes what is wrong with an argument.
type Report func(attribute, summary, format string, args ...any)

// Into reports to diags, each error at its attribute.
func Into(diags *diag.Diagnostics) Report {
	return func(attribute, summary, format string, args ...any) {
		diags.AddAttributeError(path.Root(attribute), summary, fmt.Sprintf(format, args...))
	}
}

// Known reports a value that is neither null nor unknown.
func Known(s types.String) bool { return !s.IsNull() && !s.IsUnknown() }

// Optional is null for the empty string: COS leaves out what is not there.
func Optional(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// FirstOf returns the first value that is not null.
func FirstOf(values ...types.String) types.String {
	for _, v := range values {
		if !v.IsNull() {
			return v
		}
	}
	return types.StringNull()
}

// Map makes a map of strings.
func Map(m map[string]string) types.Map {
	values := make(map[string]attr.Value, len(m))
	for name, value := range m {
		values[name] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, values)
}

// Strings returns the known elements of a map of strings.
func Strings(m types.Map) map[string]string {
	values := make(map[string]string, len(m.Elements()))
	for name, value := range m.Elements() {
		if s, ok := value.(types.String); ok && Known(s) {
			values[name] = s.ValueString()
		}
	}
	return values
}

// Sentence begins a text with a capital letter.
func Sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// HeaderValue refuses a value of a header that is not printable ASCII, or that
// no header keeps.
func HeaderValue(invalid Report, attribute, value string) {
	Header(invalid, attribute, attribute, value)
	if at := NotASCII(value); at >= 0 && !strings.ContainsFunc(value, isControl) {
		invalid(attribute, "Invalid Header", "%s has a character at byte %d that is not printable ASCII.", attribute, at)
	}
}

// Header refuses what would not come back from COS as it was sent, whatever is
// stored there already. The subject is what the sentences are about.
func Header(invalid Report, attribute, subject, value string) {
	switch {
	case value == "":
		invalid(attribute, "Empty Header", "%s is empty. Omit it instead.", subject)
	case strings.TrimSpace(value) != value:
		invalid(attribute, "Invalid Header", "%s begins or ends with white space, which a header does not preserve.", subject)
	}
	if at := strings.IndexFunc(value, isControl); at >= 0 {
		invalid(attribute, "Invalid Header", "%s has a control character at byte %d.", subject, at)
	}
}

// isControl reports what no header of HTTP may have.
func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// NotASCII is where a value leaves printable ASCII; -1 if it does not.
func NotASCII(value string) int {
	return strings.IndexFunc(value, func(r rune) bool { return r < ' ' || r > '~' })
}
