package arguments

import (
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
)

// errRetainUntil follows the quoted value and "is" in error messages.
var errRetainUntil = errors.New("not a UTC time in RFC 3339 with whole seconds, such as 2030-12-31T00:00:00Z. timeadd(plantimestamp(), \"8760h\") is one, but changes with every plan")

// RetainUntil parses the end of a retention. COS stores whole seconds, and the
// format leaves only one spelling for each time.
func RetainUntil(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || !strings.HasSuffix(text, "Z") || strings.Contains(text, ".") {
		return time.Time{}, errRetainUntil
	}
	return t, nil
}

// ValidateRetainUntil checks the format of retain_until. Whether the time has
// passed is checked during plan, and only for a new value.
func ValidateRetainUntil(invalid Report, value types.String) {
	if !Known(value) {
		return
	}
	if _, err := RetainUntil(value.ValueString()); err != nil {
		invalid("retain_until", "Invalid Time", "%q is %v.", value.ValueString(), err)
	}
}

// NewRetainUntil reports a retain_until that is over, unless it is the one that
// was declared before. COS would refuse it.
func NewRetainUntil(invalid Report, value, was types.String, now time.Time) {
	if !Known(value) || value.Equal(was) {
		return
	}
	if until, err := RetainUntil(value.ValueString()); err == nil && !until.IsZero() && !now.Before(until) {
		invalid("retain_until", "Retention Is Over", "retain_until is %s, which is in the past. Set a time in the future, or omit retain_until.%s", value.ValueString(), claims.DestroyAnyway)
	}
}
