package object

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// wantedTags returns all managed tags: the object's own, and the provider's
// default_tags for other keys. It is null if neither is set. It is unknown if any
// element is unknown, because that element may turn out to be null.
//
// tags_all is set in a configuration only if ignore_changes contains it, in which
// case the recorded tags are kept.
func (m model) wantedTags(t providerdata.Tags) types.Map {
	switch {
	case !m.TagsAll.IsNull():
		return m.TagsAll
	case m.Tags.IsNull() && t.Default.IsNull():
		return types.MapNull(types.StringType)
	case !allKnown(m.Tags) || !allKnown(t.Default):
		return types.MapUnknown(types.StringType)
	}
	all := arguments.Strings(t.Default)
	maps.Copy(all, arguments.Strings(m.Tags))
	return arguments.Map(all)
}

// managedTags returns all tags that the state manages, null if it manages none.
// States of older versions do not have tags_all.
func (m model) managedTags() types.Map {
	if m.TagsAll.IsNull() {
		return m.Tags
	}
	return m.TagsAll
}

// tags returns the managed tags, nil if tags are not managed.
func (m model) tags() map[string]string {
	managed := m.managedTags()
	if managed.IsNull() {
		return nil
	}
	return arguments.Strings(managed)
}

// changesTags reports whether the stored tags change. It skips ignored tags, which
// the state may contain from before they were ignored.
func (m model) changesTags(prior model, t providerdata.Tags) bool {
	if m.TagsAll.IsNull() {
		return false
	}
	was := prior.tags()
	maps.DeleteFunc(was, func(key, _ string) bool { return t.Ignores(key) })
	return was == nil || !allKnown(m.TagsAll) || !maps.Equal(arguments.Strings(m.TagsAll), was)
}

// resolveTags resolves tags that the plan left unknown.
func (m *model) resolveTags(t providerdata.Tags) (diags diag.Diagnostics) {
	if allKnown(m.TagsAll) {
		return nil
	}
	m.TagsAll = types.MapNull(types.StringType)
	if m.TagsAll = m.wantedTags(t); !allKnown(m.TagsAll) {
		diags.AddAttributeError(path.Root("tags_all"), "Tags Not Known", "The tags of the object are still unknown during the apply, so nothing was written. Check what default_tags in the provider block depends on.")
	}
	return diags
}

// warnTags warns that tags which are no longer managed stay on the object.
func (o *outline) warnTags(prior model) {
	was := prior.tags()
	if len(was) == 0 || !o.config.TagsAll.IsNull() {
		return
	}
	if !prior.Tags.IsNull() {
		o.diags.AddAttributeWarning(path.Root("tags"), "Tags Are Kept",
			fmt.Sprintf("tags is no longer declared for %s: the object keeps its tags, which are no longer managed. To remove them, set tags = {} first.", prior.location()))
		return
	}
	o.diags.Append(providerdata.Once(diag.NewAttributeWarningDiagnostic(path.Root("tags_all"), "Default Tags Are Kept",
		fmt.Sprintf("default_tags is no longer set in the provider block, and %s declares no tags: the object keeps those that it has (%s), which are no longer managed. "+
			"So does every other object without tags of its own; only the first one is reported. To remove these tags, set default_tags = {}, apply, and then remove the argument.",
			prior.location(), strings.Join(slices.Sorted(maps.Keys(was)), ", "))), "default tags kept"))
}

// checkNewTags checks the tags that the object does not have yet.
func (m model) checkNewTags(was map[string]string, t providerdata.Tags, invalid arguments.Report) {
	m.countTags(was, t, invalid)
	values := arguments.Strings(m.Tags)
	for _, name := range slices.Sorted(maps.Keys(m.Tags.Elements())) {
		value, ok := values[name]
		before, had := was[name]
		switch {
		case t.Ignores(name):
			invalid("tags", "Tag Is Ignored", "The tag %q is declared here, and ignore_tags in the provider block leaves it to others. Remove it from one of the two.", name)
		case had && (!ok || value == before):
		case !had && !arguments.IsTagKey(name):
			invalid("tags", "Invalid Tag", "%q is not a valid tag key: a key has 1 to %d %s. %s", name, arguments.MaxTagKey, arguments.TagCharacters, alreadyThere)
		case ok && !arguments.IsTagValue(value):
			invalid("tags", "Invalid Tag", "The value of the tag %q is not valid: a value has 1 to %d %s. To omit the tag, set it to null. %s", name, arguments.MaxTagValue, arguments.TagCharacters, alreadyThere)
		}
	}
}

// countTags rejects more tags than COS allows. An unknown value counts as not null.
func (m model) countTags(was map[string]string, t providerdata.Tags, invalid arguments.Report) {
	all := map[string]attr.Value{}
	add := func(tags types.Map) {
		for name, value := range tags.Elements() {
			if !value.IsNull() {
				all[name] = value
			}
		}
	}
	add(t.Default)
	defaults := len(all)
	add(m.Tags)
	if len(all) <= arguments.MaxTags || allKnown(m.Tags) && allKnown(t.Default) && maps.Equal(arguments.Strings(m.wantedTags(t)), was) {
		return
	}
	if defaults == 0 {
		invalid("tags", "Too Many Tags", "%d tags are set; COS allows %d.", len(all), arguments.MaxTags)
		return
	}
	invalid("tags", "Too Many Tags", "%d tags are set, together with the %d of default_tags in the provider block; COS allows %d for each object.", len(all), defaults, arguments.MaxTags)
}

// checkUnreadTags checks tags that are declared for the first time. The refresh has
// not read the object's tags, to save a request. They are read here only if a
// declared tag would be rejected.
func (r *Resource) checkUnreadTags(ctx context.Context, s situation) diag.Diagnostics {
	judge := func(was map[string]string) (diags diag.Diagnostics) {
		s.config.checkNewTags(was, s.data.Tags, arguments.Into(&diags))
		return diags
	}
	if s.prior == nil || !s.prior.managedTags().IsNull() {
		return nil
	}
	diags := judge(nil)
	if !diags.HasError() || r.data.Client == nil || s.prior.Region.IsNull() {
		return diags
	}
	there := s.tags
	if there == nil {
		var err error
		if there, err = r.data.Client.Tags(ctx, s.prior.location(), ""); err != nil {
			return diags
		}
	}
	return judge(there)
}

// unknownTagging is the number of tags if no HEAD returned it.
const unknownTagging = -1

// readTags reads the tags if they are managed. tagging is the number of tags from
// the HEAD. If it is 0, the request is not necessary.
func (r *Resource) readTags(ctx context.Context, state *model, tagging int) diag.Diagnostic {
	t := r.data.Tags
	if state.Tags.IsNull() && t.Default.IsNull() || t.IgnoreUnknown {
		return nil
	}
	tags := map[string]string{}
	// An unknown number may mean that the caller may not read tags.
	if tagging != 0 || len(state.managedTags().Elements()) > 0 {
		var err error
		if tags, err = r.data.Client.Tags(ctx, state.location(), ""); err != nil {
			return tfdiag.Error(unableToRead, fmt.Sprintf("The tags of the object %s could not be read.", state.location()), err)
		}
	}
	state.recordTags(tags, t)
	return nil
}

// recordTags records the tags of an object in the state, without ignored tags. A
// tag that the provider block declares, or declared when the state was recorded, is
// not one of the object's own.
func (m *model) recordTags(there map[string]string, t providerdata.Tags) {
	all, own := map[string]string{}, map[string]string{}
	declared, recorded, defaults := m.Tags.Elements(), m.TagsAll.Elements(), t.Default.Elements()
	for key, text := range there {
		if t.Ignores(key) {
			continue
		}
		all[key] = text
		value, ours := declared[key]
		_, byDefault := defaults[key]
		_, before := recorded[key]
		if ours && !value.IsNull() || !byDefault && !before {
			own[key] = text
		}
	}
	if m.TagsAll.IsNull() || !maps.Equal(all, arguments.Strings(m.TagsAll)) {
		m.TagsAll = arguments.Map(all)
	}
	if !m.Tags.IsNull() && !maps.Equal(own, arguments.Strings(m.Tags)) {
		m.Tags = arguments.Map(own)
	}
}

// writeTags replaces the tags without writing the object. It reads them first if
// they may already be as declared, or if ignored tags must be preserved.
func (r *Resource) writeTags(ctx context.Context, state, prior model) diag.Diagnostic {
	loc, keep := state.location(), r.data.Tags.Keep()
	tags := state.tags()
	if first := prior.managedTags().IsNull(); first || keep != nil {
		there, err := r.data.Client.Tags(ctx, loc, "")
		switch {
		case err == nil:
			if tags, err = store.JoinTags(tags, there, keep); err != nil {
				return tfdiag.Error(unableToUpdate, fmt.Sprintf("The tags of the object %s were not changed.", loc), err)
			}
			if maps.Equal(tags, there) {
				return nil
			}
		case keep != nil:
			return tfdiag.Error(unableToUpdate, fmt.Sprintf("The tags of the object %s could not be read to preserve those that ignore_tags leaves to others, so they were not changed.", loc), err)
		}
	}
	if err := r.data.Client.PutTags(ctx, loc, "", tags); err != nil {
		return tfdiag.Error(unableToUpdate, fmt.Sprintf("The tags of the object %s could not be set.", loc), err)
	}
	return nil
}
