package object

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

// multiAZ is the prefix of the storage classes that span several availability
// zones. COS copies such an object only within its class. Source: COS
// documentation, "Multi-AZ Feature Overview".
const multiAZ = "MAZ_"

// leavesMultiAZClass reports whether a copy cannot make the planned change of
// class.
func (m model) leavesMultiAZClass(prior model) bool {
	return strings.HasPrefix(prior.StorageClass.ValueString(), multiAZ) && arguments.Known(m.StorageClass) && !m.StorageClass.Equal(prior.StorageClass)
}

// warnMultiAZ warns of a change of storage class that a copy cannot make. If no
// body is declared, the copy is tried anyway, because only one page of the
// documentation rules it out.
func (o *outline) warnMultiAZ(prior model) {
	if !o.config.leavesMultiAZClass(prior) || o.Body != bodyNone {
		return
	}
	if o.Fallback != bodyNone {
		o.diags.AddAttributeWarning(path.Root("storage_class"), "Multi-AZ Object Is Uploaded Again",
			fmt.Sprintf("The object %s is in the class %s, and COS copies an object in several availability zones only into its own class. Its body is uploaded again for the change to %s.",
				prior.location(), prior.StorageClass.ValueString(), o.config.StorageClass.ValueString()))
		return
	}
	o.diags.AddAttributeWarning(path.Root("storage_class"), "Storage Class May Not Change",
		fmt.Sprintf("The object %s is in the class %s, and COS copies an object in several availability zones only into its own class. No body is declared, so it cannot be uploaded again and the apply may fail. "+
			"Declare the body, or keep the class and change it by a lifecycle rule.", prior.location(), prior.StorageClass.ValueString()))
}

const multiAZRefused = "COS copies an object in several availability zones only into its own class, and no body is declared that could be uploaded again: declare one, or keep storage_class as it was"
