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

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

const maxMetadataBytes = 2048 // COS API documentation, "PUT Object"

var (
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
	m.address().Validate(invalid)
	m.validateExclusive(invalid)
	m.validateBody(invalid)
	m.encryption().Validate(invalid)
	m.validateHeaders(invalid)
	m.validateBeside(invalid)
	m.validateCopySource(invalid)
	return diags
}

func (m model) validateBody(invalid arguments.Report) {
	declared := m.bodiesSet()
	if len(declared) > 1 {
		return // validateExclusive says so
	}
	if arguments.Known(m.ContentWO) && m.ContentWOVersion.IsNull() {
		invalid("content_wo", "Write-Only Body Without a Version", "content_wo needs content_wo_version: nothing else can tell that the body is to be written again.")
	}
	if arguments.Known(m.SourceHash) && m.Source.IsNull() {
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
		invalid(declared[0], "Invalid Body", "%s.", arguments.Sentence(text))
	}
}

func (m model) validateHeaders(invalid arguments.Report) {
	for _, h := range headers {
		value := *h.value(&m)
		if !arguments.Known(value) {
			continue
		}
		if h.check != nil {
			h.check(invalid, h.name, value.ValueString())
		} else {
			arguments.HeaderValue(invalid, h.name, value.ValueString())
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
		arguments.HeaderValue(func(_, summary, format string, args ...any) {
			invalid("metadata", summary, "%s", strings.Replace(fmt.Sprintf(format, args...), "metadata", fmt.Sprintf("The value of %q", name), 1))
		}, "metadata", value.ValueString())
		size += len(name) + len(value.ValueString())
	}
	if size > maxMetadataBytes {
		invalid("metadata", "Metadata Too Large", "The metadata has %d bytes, names included; COS allows %d.", size, maxMetadataBytes)
	}
}

func checkHTTPDate(invalid arguments.Report, name, value string) {
	arguments.HeaderValue(invalid, name, value)
	if _, err := http.ParseTime(value); err != nil {
		invalid(name, "Invalid Date", "%q is not an HTTP date such as \"Wed, 21 Oct 2026 07:28:00 GMT\".", value)
	}
}

func checkStorageClass(invalid arguments.Report, name, value string) {
	if !storageClassPattern.MatchString(value) {
		invalid(name, "Invalid Storage Class", "%q is not a storage class such as STANDARD or STANDARD_IA.", value)
	}
}
