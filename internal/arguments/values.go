// Package arguments contains what the arguments of several types have in common:
// the handling of null, unknown and empty values, and the validation of buckets,
// keys and regions. It belongs to layer 3.
package arguments

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Report reports a problem with an argument.
type Report func(attribute, summary, format string, args ...any)

// Into returns a Report that adds attribute errors to diags.
func Into(diags *diag.Diagnostics) Report {
	return func(attribute, summary, format string, args ...any) {
		diags.AddAttributeError(path.Root(attribute), summary, fmt.Sprintf(format, args...))
	}
}

// Known reports whether s is neither null nor unknown.
func Known(s types.String) bool { return !s.IsNull() && !s.IsUnknown() }

// Optional returns null for the empty string, because COS omits what is not set.
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

// Map converts m to a map value.
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

// Sentence capitalizes the first letter of text.
func Sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// HeaderValue rejects header values that are not printable ASCII or that Header
// rejects.
func HeaderValue(invalid Report, attribute, value string) {
	Header(invalid, attribute, attribute, value)
	if at := NotASCII(value); at >= 0 && !strings.ContainsFunc(value, isControl) {
		invalid(attribute, "Invalid Header", "%s has a character at byte %d that is not printable ASCII.", attribute, at)
	}
}

// Header rejects values that COS would not return as they were sent, regardless
// of what is stored. subject is the subject of the messages.
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

// isControl reports whether HTTP headers must not contain r.
func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// NotASCII returns the index of the first character that is not printable ASCII,
// or -1.
func NotASCII(value string) int {
	return strings.IndexFunc(value, func(r rune) bool { return r < ' ' || r > '~' })
}
