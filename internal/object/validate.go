package object

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const maxMetadataBytes = 2048 // COS API documentation, "PUT Object"

var (
	bucketPattern       = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?-[0-9]+$`)
	metadataNamePattern = regexp.MustCompile(`^[a-z0-9-]+$`)
	storageClassPattern = regexp.MustCompile(`^[A-Z][A-Z_]*$`)
)

// ValidateConfig reports what is wrong with the arguments alone. Unknown
// arguments are checked when they are known. It does not know the provider's
// configuration: model.encryption checks what needs that.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
}

func (m model) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	invalid := func(attribute, summary, format string, args ...any) {
		diags.AddAttributeError(path.Root(attribute), summary, fmt.Sprintf(format, args...))
	}
	if known(m.Bucket) && !bucketPattern.MatchString(m.Bucket.ValueString()) {
		invalid("bucket", "Invalid Bucket", "%q is not a full bucket name: it is name-appid, such as examplebucket-1250000000, in lower-case letters, digits and hyphens.", m.Bucket.ValueString())
	}
	if known(m.Key) {
		if err := cosclient.CheckKey(m.Key.ValueString()); err != nil {
			invalid("key", "Invalid Object Key", "%s.", err)
		}
	}
	if known(m.Region) && !cosclient.IsRegion(m.Region.ValueString()) {
		invalid("region", "Invalid Region", "%q is not the name of a region such as ap-guangzhou.", m.Region.ValueString())
	}
	m.validateExclusive(invalid)
	m.validateBody(invalid)
	m.validateEncryption(invalid)
	m.validateHeaders(invalid)
	m.validateBeside(invalid)
	m.validateCopySource(invalid)
	return diags
}

type report func(attribute, summary, format string, args ...any)

func (m model) validateBody(invalid report) {
	declared := m.bodiesSet()
	if len(declared) > 1 {
		return // validateExclusive says so
	}
	if known(m.ContentWO) && m.ContentWOVersion.IsNull() {
		invalid("content_wo", "Write-Only Body Without a Version", "content_wo needs content_wo_version: nothing else can tell that the body is to be written again.")
	}
	if known(m.SourceHash) && m.Source.IsNull() {
		invalid("source_hash", "Hash Without a Source", "source_hash belongs to source, which is not set.")
	}
	m.validateSource(invalid)
	if len(declared) == 0 || declared[0] == string(bodyCopy) || declared[0] == string(bodySource) {
		return
	}
	if _, err := m.openBody(bodyKind(declared[0])); err != nil {
		text := err.Error()
		if errors.Is(err, content.ErrTooLarge) {
			text += ". Put it into a file and use source, which is streamed"
		}
		invalid(declared[0], "Invalid Body", "%s.", sentence(text))
	}
}

func (m model) validateEncryption(invalid report) {
	if known(m.ServerSideEncryption) {
		if _, err := sse.ParseMode(m.ServerSideEncryption.ValueString()); err != nil {
			invalid("server_side_encryption", "Invalid Encryption Mode", "%s. For a customer key (SSE-C) leave it out and set sse_customer_key_name or sse_customer_key.", err)
			return
		}
	}
	if known(m.SSEKMSKeyID) {
		checkHeaderValue(invalid, "sse_kms_key_id", m.SSEKMSKeyID.ValueString())
	}
	if known(m.SSEContext) {
		if _, err := sse.ParseContext(m.SSEContext.ValueString()); err != nil {
			invalid("sse_context", "Invalid Encryption Context", "%s.", sentence(err.Error()))
		}
	}
	for name, key := range map[string]types.String{"sse_customer_key": m.SSECustomerKey, "sse_customer_key_wo": m.SSECustomerKeyWO} {
		if !known(key) {
			continue
		}
		if _, err := sse.ParseCustomerKey(key.ValueString()); err != nil {
			invalid(name, "Invalid Customer Key", "%s.", sentence(err.Error()))
		}
	}
	if known(m.SSECustomerKeyName) && m.SSECustomerKeyName.ValueString() == "" {
		invalid("sse_customer_key_name", "Invalid Customer Key Name", "The name is empty.")
	}
}

func (m model) validateHeaders(invalid report) {
	for _, h := range headers {
		value := *h.value(&m)
		if !known(value) {
			continue
		}
		if h.check != nil {
			h.check(invalid, h.name, value.ValueString())
		} else {
			checkHeaderValue(invalid, h.name, value.ValueString())
		}
	}
	size := 0
	elements := m.Metadata.Elements()
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		if !metadataNamePattern.MatchString(name) {
			invalid("metadata", "Invalid Metadata Name", "%q is not a metadata name: use lower-case letters, digits and hyphens. COS allows no underscore and lowers upper case.", name)
		}
		value, ok := elements[name].(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if value.IsNull() {
			invalid("metadata", "Invalid Metadata Value", "The value of %q is null: leave the name out.", name)
			continue
		}
		checkHeaderValue(func(_, summary, format string, args ...any) {
			invalid("metadata", summary, "%s", strings.Replace(fmt.Sprintf(format, args...), "metadata", fmt.Sprintf("The value of %q", name), 1))
		}, "metadata", value.ValueString())
		size += len(name) + len(value.ValueString())
	}
	if size > maxMetadataBytes {
		invalid("metadata", "Metadata Too Large", "The metadata has %d bytes, names included; COS allows %d.", size, maxMetadataBytes)
	}
}

func checkHTTPDate(invalid report, name, value string) {
	checkHeaderValue(invalid, name, value)
	if _, err := http.ParseTime(value); err != nil {
		invalid(name, "Invalid Date", "%q is not an HTTP date such as \"Wed, 21 Oct 2026 07:28:00 GMT\".", value)
	}
}

func checkStorageClass(invalid report, name, value string) {
	if !storageClassPattern.MatchString(value) {
		invalid(name, "Invalid Storage Class", "%q is not a storage class such as STANDARD or STANDARD_IA.", value)
	}
}

// checkHeaderValue refuses what would not come back from COS as it was sent.
func checkHeaderValue(invalid report, attribute, value string) {
	switch {
	case value == "":
		invalid(attribute, "Empty Header", "%s is empty: leave it out instead.", attribute)
	case strings.TrimSpace(value) != value:
		invalid(attribute, "Invalid Header", "%s begins or ends with white space, which a header does not keep.", attribute)
	}
	for i := range len(value) {
		if value[i] < ' ' || value[i] > '~' {
			invalid(attribute, "Invalid Header", "%s has a character at byte %d that is not printable ASCII.", attribute, i)
			return
		}
	}
}

// sentence begins a text with a capital letter.
func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
