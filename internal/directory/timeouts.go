package directory

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// timeoutsAttribute returns the attribute that limits the duration of operations.
func timeoutsAttribute(ctx context.Context) schema.Attribute {
	all, _ := timeouts.AttributesAll(ctx).(schema.SingleNestedAttribute) // the library's attribute has this type
	all.MarkdownDescription = "How long each operation may take, as a number with a unit: `30s`, `45m`, `2h`. Without a timeout it takes as long as it takes. What was stored before a timeout is in the state."
	for name, text := range map[string]string{
		"create": "Timeout of the first upload.",
		"read":   "Timeout of a refresh.",
		"update": "Timeout of an update.",
		"delete": "Timeout of a destroy.",
	} {
		one, _ := all.Attributes[name].(schema.StringAttribute)
		one.Description, one.MarkdownDescription = "", text
		all.Attributes[name] = one
	}
	return all
}

// expired is the error of an expired timeout.
type expired struct {
	operation string
	after     time.Duration
}

// Error implements error.
func (e *expired) Error() string {
	return fmt.Sprintf("the timeout of %v that timeouts.%s sets is over", e.after, e.operation)
}

// within applies the declared timeout of an operation, if there is one, to the
// context. The context's cause is then an *expired.
func within(ctx context.Context, declared timeouts.Value, operation string, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	if declared.IsNull() || declared.IsUnknown() {
		return ctx, func() {}
	}
	of := map[string]func(context.Context, time.Duration) (time.Duration, diag.Diagnostics){
		"create": declared.Create, "read": declared.Read, "update": declared.Update, "delete": declared.Delete,
	}[operation]
	after, parsed := of(ctx, 0)
	for _, d := range parsed {
		diags.Append(diag.WithPath(path.Root("timeouts").AtName(operation), d))
	}
	if after <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, after, &expired{operation, after})
}
