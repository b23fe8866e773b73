// Package functions holds the provider's functions. They are pure: no request,
// no clock, and no file but the one that filecrc64 names.
//
// Null and unknown arguments need no code here: no parameter allows either, so
// that the CLI refuses a null and takes the result of an unknown for unknown.
package functions

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// All lists the functions.
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

// invalid is the error of an argument, counted from 0. The text must not quote
// an argument that may be a secret. It ends without a full stop: the CLI adds
// one.
func invalid(argument int64, text string) *function.FuncError {
	text = strings.TrimSuffix(text, ".")
	if text != "" {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	return function.NewArgumentFuncError(argument, text)
}
