package directory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

const (
	deletePolicy  = "delete"
	abandonPolicy = "abandon"
)

func quote(s string) string { return strconv.Quote(s) }

// ValidateConfig reports errors in the arguments.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate(ctx)...)
}

func (m model) validate(ctx context.Context) diag.Diagnostics {
	_, diags := m.layout(ctx)
	invalid := arguments.Into(&diags)
	arguments.Address{Bucket: m.Bucket, Key: types.StringNull(), Region: m.Region}.Validate(invalid)
	m.validatePrefix(&diags)
	if arguments.Known(m.Source) && m.Source.ValueString() == "" {
		invalid("source", "Invalid Source", "The path is empty. For the folder of the module use path.module.")
	}
	m.encryption().Validate(invalid)
	m.encryption().ValidateExclusive(invalid)
	if arguments.Known(m.StorageClass) {
		arguments.StorageClass(invalid, "storage_class", m.StorageClass.ValueString())
	}
	m.validateMetadata(invalid)
	arguments.ValidateRetainUntil(invalid, m.RetainUntil)
	m.validateRules(ctx, &diags)
	for _, one := range []struct {
		name  string
		value types.String
		of    []string
	}{
		{"existing", m.Existing, []string{string(existingError), string(existingAdopt), string(existingOverwrite)}},
		{"removed_files", m.RemovedFiles, []string{string(removeDelete), string(removeNext), string(removeKeep)}},
		{"deletion_policy", m.DeletionPolicy, []string{deletePolicy, abandonPolicy}},
	} {
		if arguments.Known(one.value) && !slices.Contains(one.of, one.value.ValueString()) {
			invalid(one.name, "Invalid Value", "%q is not one of %s.", one.value.ValueString(), strings.Join(one.of, ", "))
		}
	}
	return diags
}

// validatePrefix checks the common prefix of all keys.
func (m model) validatePrefix(diags *diag.Diagnostics) {
	prefix := m.Prefix.ValueString()
	if prefix == "" {
		return
	}
	if err := cosclient.CheckKey(prefix + "x"); err != nil {
		diags.AddAttributeError(path.Root("prefix"), "Invalid Prefix", arguments.Sentence(err.Error())+".")
	} else if !strings.HasSuffix(prefix, "/") {
		diags.AddAttributeWarning(path.Root("prefix"), "Prefix Without a Slash",
			fmt.Sprintf("The prefix is taken verbatim: index.html would be stored as %q. If the files are to be in a folder, write %q.", prefix+"index.html", prefix+"/"))
	}
}

func (m model) validateMetadata(invalid arguments.Report) {
	size := 0
	elements := m.Metadata.Elements()
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		if !arguments.IsMetadataName(name) {
			invalid("metadata", "Invalid Metadata Name", "%q is not a metadata name: use lower-case letters, digits and hyphens.", name)
		}
		value, ok := elements[name].(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if value.IsNull() {
			invalid("metadata", "Invalid Metadata Value", "The value of %q is null: leave the name out.", name)
			continue
		}
		arguments.HeaderValue(invalid, "metadata", value.ValueString())
		size += len(name) + len(value.ValueString())
	}
	if size > arguments.MaxMetadata {
		invalid("metadata", "Metadata Too Large", "The metadata has %d bytes, names included; COS allows %d.", size, arguments.MaxMetadata)
	}
}

func (m model) validateRules(ctx context.Context, diags *diag.Diagnostics) {
	if m.Rules.IsNull() || m.Rules.IsUnknown() {
		return
	}
	var rs []ruleModel
	diags.Append(m.Rules.ElementsAs(ctx, &rs, false)...)
	for i, r := range rs {
		at := path.Root("rules").AtListIndex(i)
		sets := false
		for h, value := range r.values() {
			sets = sets || !value.IsNull()
			if !arguments.Known(value) || value.ValueString() == "" {
				continue
			}
			arguments.HeaderValue(func(name, summary, format string, args ...any) {
				diags.AddAttributeError(at.AtName(name), summary, fmt.Sprintf(format, args...))
			}, headerNames[h], value.ValueString())
		}
		if !sets {
			diags.AddAttributeError(at, "Rule Without a Header", "The rule sets no header. To take one back that an earlier rule sets, set it to \"\".")
		}
	}
}
