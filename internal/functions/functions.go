// Package functions implements the provider's functions. They are pure: they send
// no requests, read no clock, and read no file except the one passed to
// filecrc64.
//
// They need no code for null and unknown arguments. No parameter allows either,
// so the CLI rejects a null and treats the result of an unknown as unknown.
package functions

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// All returns the functions.
func All() []func() function.Function {
	return []func() function.Function{
		newCRC64,
		newDeriveCustomerKey,
		newFileCRC64,
		newObjectURL,
		newParseObjectURL,
		newSSEContext,
		newSSECustomerKey,
		newSSECustomerKeyMD5,
	}
}

// invalid returns the error for an argument, counted from 0. The text must not
// quote an argument that may be a secret. It ends without a full stop, because
// the CLI appends one.
func invalid(argument int64, text string) *function.FuncError {
	text = strings.TrimSuffix(text, ".")
	if text != "" {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	return function.NewArgumentFuncError(argument, text)
}
