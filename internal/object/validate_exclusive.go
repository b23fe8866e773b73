package object

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

// validateExclusive checks what excludes each other. It runs on the
// configuration as it is written, and at plan once more on what the CLI has
// made of it by ignore_changes. What is unknown may turn out to be null.
func (m model) validateExclusive(invalid arguments.Report) {
	if set := m.bodiesSet(); len(set) > 1 {
		invalid(set[1], "More Than One Body", "An object has one body, and %s are set together.", strings.Join(set, " and "))
	}
	m.encryption().ValidateExclusive(invalid)
}

// bodiesSet names the arguments that declare a body, as far as they are known.
func (m model) bodiesSet() []string {
	var set []string
	for _, body := range []struct {
		kind  bodyKind
		value types.String
	}{{bodySource, m.Source}, {bodyContent, m.Content}, {bodyBase64, m.ContentBase64}, {bodyWriteOnly, m.ContentWO}} {
		if arguments.Known(body.value) {
			set = append(set, string(body.kind))
		}
	}
	if !m.CopySource.IsNull() && !m.CopySource.IsUnknown() {
		set = append(set, string(bodyCopy))
	}
	return set
}
