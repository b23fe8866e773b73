package object

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// headerNamePattern matches the names of HTTP headers in lower case.
var headerNamePattern = regexp.MustCompile("^[-!#$%&'*+.^_`|~0-9a-z]+$")

// ValidateConfig validates the arguments with one pure function, so that the fast
// path can call it too; it could not run validators of attributes. Unknown
// arguments are validated once they are known. wantedEncryption checks what depends
// on the configuration of the provider.
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
	invalid := arguments.Into(&diags)
	m.address().Validate(invalid)
	m.validateExclusive(invalid)
	m.validateBody(invalid)
	m.encryption().Validate(invalid)
	m.validateHeaders(invalid)
	m.validateTagsAndACL(invalid)
	arguments.ValidateRetainUntil(invalid, m.RetainUntil)
	m.validateCopySource(invalid)
	diags.Append(m.warnMetadata()...)
	return diags
}

func (m model) validateBody(invalid arguments.Report) {
	declared := m.bodiesSet()
	if len(declared) > 1 {
		return // validateExclusive reports this
	}
	if arguments.Known(m.ContentWO) && m.ContentWOVersion.IsNull() {
		invalid("content_wo", "Write-Only Body Without a Version", "content_wo needs content_wo_version, which triggers another upload of the body when it changes.")
	}
	if arguments.Known(m.SourceHash) && m.Source.IsNull() {
		invalid("source_hash", "Hash Without a Source", "source_hash is only valid with source, which is not set.")
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

// validateHeaders rejects values that no object can have. Values that an object may
// have, but that must not be newly set, are checked during the plan, which knows
// what the object already has.
func (m model) validateHeaders(invalid arguments.Report) {
	for _, h := range headers {
		if value := *h.value(&m); arguments.Known(value) {
			arguments.Header(invalid, h.name, h.name, value.ValueString())
		}
	}
	values := arguments.Strings(m.Metadata)
	for _, name := range slices.Sorted(maps.Keys(m.Metadata.Elements())) {
		switch {
		case strings.HasPrefix(strings.ToLower(name), metadataPrefix):
			invalid("metadata", "Invalid Metadata Name", "%q begins with %s, a prefix that is added to every name: it would be stored as %s%s. Write it as %q.",
				name, metadataPrefix, metadataPrefix, strings.ToLower(name), strings.ToLower(name)[len(metadataPrefix):])
		case !headerNamePattern.MatchString(name):
			invalid("metadata", "Invalid Metadata Name", invalidMetadataName, name)
		}
		if value, ok := values[name]; ok {
			arguments.Header(invalid, "metadata", fmt.Sprintf("The value of %q", name), value)
		}
	}
}

// metadataPrefix is the prefix of the headers that contain metadata.
const metadataPrefix = "x-cos-meta-"

const invalidMetadataName = "%q is not a metadata name: use lower-case letters, digits and hyphens. COS allows no underscore and lowers upper case."

// warnMetadata warns of metadata with the name of an argument. It is stored in
// addition to that argument's header and does not change it.
func (m model) warnMetadata() diag.Diagnostics {
	var diags diag.Diagnostics
	names := []string{"acl", "tags"}
	for _, h := range headers {
		names = append(names, h.name)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Metadata.Elements())) {
		argument := strings.ReplaceAll(strings.TrimPrefix(strings.ToLower(name), "x-cos-"), "-", "_")
		if slices.Contains(names, argument) {
			diags.AddAttributeWarning(path.Root("metadata"), "Metadata Has the Name of an Argument",
				fmt.Sprintf("%q in metadata is stored as the header %s%s, and has no effect on what the argument %s sets. Use %s to set that header.", name, metadataPrefix, name, argument, argument))
		}
	}
	return diags
}
