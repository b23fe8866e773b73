package arguments

import (
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// errRetainUntil is why a text is no end of a retention, as what follows "is".
var errRetainUntil = errors.New("not a UTC time in RFC 3339 with whole seconds, such as 2030-12-31T00:00:00Z. timeadd(plantimestamp(), \"8760h\") is one, but changes with every plan")

// RetainUntil reads the end of a retention. COS keeps whole seconds, and the
// form leaves no second spelling of a time.
func RetainUntil(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || !strings.HasSuffix(text, "Z") || strings.Contains(text, ".") {
		return time.Time{}, errRetainUntil
	}
	return t, nil
}

// ValidateRetainUntil judges the form of retain_until. Whether it is over is
// judged at plan, and only of a new value.
func ValidateRetainUntil(invalid Report, value types.String) {
	if !Known(value) {
		return
	}
	if _, err := RetainUntil(value.ValueString()); err != nil {
		invalid("retain_until", "Invalid Time", "%q is %v.", value.ValueString(), err)
	}
}
