package bucketencryption

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Create adopts an identical default and refuses to replace a different one,
// which may be in use.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(r.ready(&m, unableToCreate)...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer r.data.Lock(m.claim())()
	found, err := r.data.Client.BucketEncryption(ctx, m.Region.ValueString(), m.Bucket.ValueString())
	switch {
	case errors.Is(err, cosclient.ErrNoBucketEncryption):
		if found, err = r.put(ctx, m, found); err != nil {
			resp.Diagnostics.Append(r.failed(ctx, m, unableToCreate, fmt.Sprintf("The default encryption of the bucket %s could not be set.", m.Bucket.ValueString()), err))
			return
		}
	case err != nil:
		resp.Diagnostics.Append(r.failed(ctx, m, unableToCreate, fmt.Sprintf("Whether the bucket %s already has a default encryption could not be determined, and nothing was changed.", m.Bucket.ValueString()), err))
		return
	case !found.Matches(m.mode(), m.key()):
		resp.Diagnostics.AddError("Bucket Has Another Default Encryption",
			fmt.Sprintf("The bucket %s in %s already has a default encryption, %s, which differs from the configuration. Nothing was changed.\n\n"+
				"To manage it here, import it and apply again:\n\n  terraform import cos_bucket_encryption.<name> %s",
				m.Bucket.ValueString(), m.Region.ValueString(), found.Observed(), m.importID()))
		return
	}
	r.data.Claims.Wrote(m.claim(), created)
	m.record(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
}

// created is the token with which Create marks the resource for a Delete in the
// same run.
const created = "created"

func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(r.ready(&m, unableToUpdate)...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer r.data.Lock(m.claim())()
	found, err := r.data.Client.BucketEncryption(ctx, m.Region.ValueString(), m.Bucket.ValueString())
	if err == nil || errors.Is(err, cosclient.ErrNoBucketEncryption) {
		found, err = r.put(ctx, m, found)
	}
	if err != nil {
		resp.Diagnostics.Append(r.failed(ctx, m, unableToUpdate, fmt.Sprintf("The default encryption of the bucket %s could not be changed.", m.Bucket.ValueString()), err))
		return
	}
	m.record(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
}

// put replaces the encryption that was found with the declared one, and waits
// until the change is visible.
func (r *Resource) put(ctx context.Context, m model, found cosclient.BucketEncryption) (cosclient.BucketEncryption, error) {
	if err := r.data.Client.PutBucketEncryption(ctx, m.Region.ValueString(), m.Bucket.ValueString(), found.With(m.mode(), m.key())); err != nil {
		return found, err
	}
	return r.waitFor(ctx, m, m.mode(), m.key())
}

// ready checks the arguments that were unknown during plan.
func (r *Resource) ready(m *model, summary string) diag.Diagnostics {
	var diags diag.Diagnostics
	if !r.data.Ready(summary, &diags) {
		return diags
	}
	if m.Region.IsUnknown() {
		m.Region, diags = defaultRegion(nil, m.Bucket, r.data)
	}
	diags.Append(m.validate()...)
	declared := *m // arguments that are still unknown are not declared
	if declared.SSEKMSKeyID.IsUnknown() {
		declared.SSEKMSKeyID = types.StringNull()
	}
	diags.Append(declared.allowed(r.data.Policy)...)
	return diags
}

// failed returns the diagnostic for a failed request. Problems with a KMS key are
// reported at its argument.
func (r *Resource) failed(ctx context.Context, m model, summary, sentence string, err error) diag.Diagnostic {
	if errors.Is(err, errNotShown) {
		if r.data.Inspector().Accelerated(ctx, m.Region.ValueString(), m.Bucket.ValueString()) {
			return tfdiag.Error(summary, sentence, fmt.Errorf("%w (%w)", cosclient.ErrMetadataAcceleration, err))
		}
		return diag.NewErrorDiagnostic(summary, sentence+"\n\nCause: "+err.Error()+".\n\nSomebody else may have changed it at the same time; tencentcloud_cos_bucket removes a default that it does not declare, unless its lifecycle ignores encryption_algorithm and kms_id. Run again.")
	}
	d := refused(ctx, r.data, m, summary, sentence, err)
	if errors.Is(err, cosclient.ErrKMSKeyNotExist) || errors.Is(err, cosclient.ErrKMSKeyDisabled) {
		return diag.WithPath(path.Root("sse_kms_key_id"), d)
	}
	return d
}

// refused returns the diagnostic for a refused request, and explains it if the
// bucket is of a kind that has no default encryption.
func refused(ctx context.Context, data *providerdata.Data, m model, summary, sentence string, err error) diag.Diagnostic {
	return tfdiag.Error(summary, sentence, data.Inspector().ExplainRefusal(ctx, m.Region.ValueString(), m.Bucket.ValueString(), err))
}
