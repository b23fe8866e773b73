package arguments

import "github.com/hashicorp/terraform-plugin-framework/resource"

// ByID reports whether an import is by ID, and not by identity. With an empty ID,
// as from a variable of the shell that is not set, a CLI sends a null identity.
func ByID(req resource.ImportStateRequest) bool {
	return req.ID != "" || req.Identity == nil || req.Identity.Raw.IsNull()
}
