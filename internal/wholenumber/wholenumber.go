// Package wholenumber reads whole numbers from arguments (floor 3). Such an
// argument is a number in its schema: the framework's integers answer 1.5 and
// 2^80 with an error that calls itself a bug in the provider.
package wholenumber

import (
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Range is what an argument may be.
type Range struct{ Least, Most int64 }

// Check returns what is wrong with the value of an argument: a sentence without
// its full stop, and "" for a value that is in the range, null or unknown. what
// says what it counts, as in "a number of parts".
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

// Of returns the value of an argument that has been checked; 0 for null and
// unknown.
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
