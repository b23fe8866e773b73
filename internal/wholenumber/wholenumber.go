// Package wholenumber reads whole numbers from arguments. Their schema type is a
// number, because the framework's integer types report 1.5 and 2^80 as a bug in
// the provider. It belongs to layer 3.
package wholenumber

import (
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Range is the valid range of an argument, inclusive.
type Range struct{ Least, Most int64 }

// Check returns what is wrong with an argument: a sentence without its full stop,
// or "" if the value is in the range, null or unknown. what describes what the
// argument counts, as in "a number of parts".
func (r Range) Check(name, what string, n types.Number) string {
	if n.IsNull() || n.IsUnknown() {
		return ""
	}
	switch v, ok := exact(n); {
	case ok && r.Least <= v && v <= r.Most:
		return ""
	case !n.ValueBigFloat().IsInt():
		return fmt.Sprintf("%s is %s, a whole one from %d to %d", name, what, r.Least, r.Most)
	}
	return fmt.Sprintf("%s is %s from %d to %d", name, what, r.Least, r.Most)
}

// Of returns the value of a validated argument, or 0 if it is null or unknown.
func Of(n types.Number) int64 {
	v, _ := exact(n)
	return v
}

func exact(n types.Number) (v int64, ok bool) {
	f := n.ValueBigFloat()
	if f == nil {
		return 0, false
	}
	v, accuracy := f.Int64()
	return v, accuracy == big.Exact
}
