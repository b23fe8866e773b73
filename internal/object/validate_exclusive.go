package object

import (
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

// validateExclusive rejects arguments that exclude each other. It validates the
// configuration as written, and again during the plan, after the CLI has applied
// ignore_changes. Unknown arguments are skipped, because they may turn out to be
// null.
func (m model) validateExclusive(invalid arguments.Report) {
	if set := m.bodiesSet(); len(set) > 1 {
		invalid(set[1], "More Than One Body", "An object has only one body, but these arguments are set: %s.", strings.Join(set, " and "))
	}
	if arguments.Known(m.Text) && arguments.Known(m.SSECustomerKey) {
		invalid("text", "Text Beside a Key in the State", "text is shown in the plan and stored in the state as it is, and sse_customer_key is stored there too. "+
			"Whoever may read the state needs neither: use content for a body that is not to be shown, and sse_customer_key_name or sse_customer_key_wo for the key.")
	}
	m.encryption().ValidateExclusive(invalid)
}

// bodiesSet returns the names of the known arguments that declare a body.
func (m model) bodiesSet() []string {
	var set []string
	for _, argument := range bodyArguments {
		if arguments.Known(argument.value(&m)) {
			set = append(set, string(argument.kind))
		}
	}
	if !m.CopySource.IsNull() && !m.CopySource.IsUnknown() {
		set = append(set, string(bodyCopy))
	}
	return set
}
