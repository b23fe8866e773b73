package presign

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

var methods = []string{http.MethodGet, http.MethodHead, http.MethodPut}

// ValidateConfig checks the arguments on their own. Unknown arguments are checked
// once they are known.
func (p *URL) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
}

func (m model) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	invalid := arguments.Into(&diags)
	m.address().Validate(invalid)
	m.encryption().ValidateExclusive(invalid)
	m.encryption().Validate(invalid)
	if _, err := m.life(); err != nil {
		invalid("expires_in", "Invalid Duration", "%s.", arguments.Sentence(err.Error()))
	}
	if m.Method.IsUnknown() {
		return diags
	}
	method := m.method()
	switch {
	case !slices.Contains(methods, method):
		invalid("method", "Invalid Method", "%q is not one of %s.", method, strings.Join(methods, ", "))
	case method == http.MethodPut:
		m.validateWrite(invalid)
	case arguments.Known(m.ServerSideEncryption):
		invalid("server_side_encryption", "Encryption of a Read", "COS refuses server_side_encryption with a %s: it decrypts SSE-COS and SSE-KMS by itself. Leave it out.", method)
	}
	return diags
}

// validateWrite ensures that the URL determines the encryption of the upload,
// because it cannot be chosen later.
func (m model) validateWrite(invalid arguments.Report) {
	if arguments.Known(m.VersionID) {
		invalid("version_id", "Version of a Write", "A PUT makes a new version and cannot name one: leave version_id out.")
	}
	mode, err := sse.ParseMode(m.ServerSideEncryption.ValueString())
	switch {
	case arguments.Known(m.ServerSideEncryption) && err == nil && mode != sse.ModeKMS:
		invalid("server_side_encryption", "SSE-COS by Presigned URL", "COS does not offer SSE-COS (%s) for objects that are uploaded by a presigned URL: use SSE-KMS (server_side_encryption = \"cos/kms\"), or a customer key with sse_customer_key_name or sse_customer_key.", m.ServerSideEncryption.ValueString())
	case m.ServerSideEncryption.IsNull() && m.SSECustomerKey.IsNull() && m.SSECustomerKeyName.IsNull():
		invalid("method", "Upload Without Encryption", "An upload with a presigned URL is encrypted only if the URL requires it: set server_side_encryption = \"cos/kms\", or a customer key with sse_customer_key_name or sse_customer_key. COS does not offer SSE-COS with presigned URLs.")
	}
}

// life returns the validity of the URL. It is the default while expires_in is
// unknown.
func (m model) life() (time.Duration, error) {
	if !arguments.Known(m.ExpiresIn) {
		return defaultLife, nil
	}
	text := m.ExpiresIn.ValueString()
	d, err := time.ParseDuration(text)
	if seconds, numErr := strconv.ParseUint(text, 10, 31); numErr == nil {
		d, err = time.Duration(seconds)*time.Second, nil
	}
	if err != nil || d < time.Second || d > cosclient.MaxPresignedLife {
		return 0, fmt.Errorf("%q is not a duration between 1s and 168h (7 days), such as 15m or 1h30m", text)
	}
	return d, nil
}
