package object

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// mustBeAbsent keeps a create from overwriting an existing object. Only a 404
// proves that there is none: a 400 or 403 may come from an SSE-C object.
func (r *Resource) mustBeAbsent(ctx context.Context, loc cosclient.Location) diag.Diagnostics {
	var diags diag.Diagnostics
	_, err := r.data.Client.Head(ctx, loc, cosclient.HeadInput{})
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
	case err == nil:
		diags.AddError(objectExists, r.exists(loc))
	default:
		err = r.data.Client.Explain(ctx, loc, cosclient.HeadInput{}, err)
		if errors.Is(err, cosclient.ErrCustomerKey) {
			diags.AddError(objectExists, r.exists(loc)+" It is encrypted with a customer key.")
			break
		}
		diags.Append(tfdiag.Error(unableToCreate, fmt.Sprintf("Could not determine whether an object already exists at %s, so nothing was written.", loc), err))
	}
	return diags
}

// exists returns the error text of a create that finds an existing object. If this
// run knows of another instance that manages the object, the text does not suggest
// an import: importing it and then removing one of the two instances would delete
// the object.
func (r *Resource) exists(loc cosclient.Location) string {
	at := address(loc)
	text := fmt.Sprintf("There is an object at %s already, and it was not overwritten. ", loc)
	if r.data.Claims.Known(at, r.data.Claims.Token(at)) {
		return text + "Another resource instance of this configuration has it, or is moving away from there: apply again once it has. Do not import it."
	}
	return text + importHint(loc)
}

// importHint explains how to manage the existing object that a create found.
func importHint(loc cosclient.Location) string {
	return fmt.Sprintf("Unless another resource of this configuration has it, import it to manage it:\n\n  terraform import ADDRESS '%s:%s/%s'\n\n"+
		"with ADDRESS as that of this resource, such as cos_encrypted_object.example. To replace it, set overwrite = true, "+
		"also if it is this resource's own and create_before_destroy replaces it on the same key, set here or in a resource that depends on this one.",
		loc.Region, loc.Bucket, strings.ReplaceAll(loc.Key, "'", `'\''`)) // quoted for a POSIX shell
}
