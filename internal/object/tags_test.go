package object

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

type texts = map[string]string

var noTags, unknownTags = types.MapNull(types.StringType), types.MapUnknown(types.StringType)

func tagsWith(key string, value attr.Value) types.Map {
	return types.MapValueMust(types.StringType, map[string]attr.Value{key: value})
}

// The managed tags combine tags and default_tags and are unknown if any part is.
// Tags named in ignore_changes stay as recorded.
func TestWantedTags(t *testing.T) {
	t.Parallel()
	a, b := arguments.Map(texts{"a": "1"}), arguments.Map(texts{"b": "2"})
	for name, tc := range map[string]struct{ defaults, own, kept, want types.Map }{
		"neither":                   {noTags, noTags, noTags, noTags},
		"own":                       {noTags, a, noTags, a},
		"defaults":                  {b, noTags, noTags, b},
		"empty defaults":            {arguments.Map(nil), noTags, noTags, arguments.Map(nil)},
		"both":                      {b, a, noTags, arguments.Map(texts{"a": "1", "b": "2"})},
		"the object wins":           {arguments.Map(texts{"a": "0"}), a, noTags, a},
		"the same":                  {a, a, noTags, a},
		"null has no say":           {a, tagsWith("a", types.StringNull()), noTags, a},
		"a null default":            {tagsWith("a", types.StringNull()), b, noTags, b},
		"unknown defaults":          {unknownTags, a, noTags, unknownTags},
		"an unknown default":        {tagsWith("a", types.StringUnknown()), b, noTags, unknownTags},
		"unknown tags":              {a, unknownTags, noTags, unknownTags},
		"an unknown tag":            {noTags, tagsWith("a", types.StringUnknown()), noTags, unknownTags},
		"ignore_changes names them": {b, a, arguments.Map(texts{"old": "1"}), arguments.Map(texts{"old": "1"})},
	} {
		m := declared()
		m.Tags, m.TagsAll = tc.own, tc.kept
		if got := m.wantedTags(providerdata.Tags{Default: tc.defaults}); !got.Equal(tc.want) {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

// Tags found by a refresh belong to the object, to the provider block, or to
// others.
func TestRecordTags(t *testing.T) {
	t.Parallel()
	there := texts{"own": "1", "default": "1", "foreign": "1", "cost": "1"}
	all := texts{"own": "1", "default": "1", "foreign": "1"}
	ignore := providerdata.Tags{Default: noTags, Keys: []string{"cost"}}
	defaults := providerdata.Tags{Default: arguments.Map(texts{"default": "1"}), Keys: ignore.Keys}
	for name, tc := range map[string]struct {
		tags     providerdata.Tags
		own, all types.Map
		wantOwn  types.Map
	}{
		"by default":                    {defaults, noTags, noTags, noTags},
		"own":                           {defaults, arguments.Map(texts{"own": "0"}), noTags, arguments.Map(texts{"own": "1", "foreign": "1"})},
		"own, and by default":           {defaults, arguments.Map(texts{"own": "0", "default": "0"}), noTags, arguments.Map(all)},
		"a default that is set no more": {ignore, arguments.Map(texts{"own": "0"}), arguments.Map(texts{"own": "0", "default": "1"}), arguments.Map(texts{"own": "1", "foreign": "1"})},
		"a default that is not known":   {providerdata.Tags{Default: unknownTags, Keys: ignore.Keys}, arguments.Map(texts{"own": "0"}), arguments.Map(texts{"own": "0", "default": "1"}), arguments.Map(texts{"own": "1", "foreign": "1"})},
		"a null element":                {defaults, tagsWith("default", types.StringNull()), noTags, arguments.Map(texts{"own": "1", "foreign": "1"})},
		"without defaults":              {ignore, arguments.Map(texts{"own": "0"}), arguments.Map(texts{"own": "0"}), arguments.Map(all)},
	} {
		m := declared()
		m.Tags, m.TagsAll = tc.own, tc.all
		m.recordTags(there, tc.tags)
		if !m.Tags.Equal(tc.wantOwn) || !m.TagsAll.Equal(arguments.Map(all)) {
			t.Errorf("%s: tags %v, want %v; tags_all %v", name, m.Tags, tc.wantOwn, m.TagsAll)
		}
	}
	// The state keeps the spelling of equivalent tags.
	m := declared()
	m.Tags, m.TagsAll = tagsWith("null", types.StringNull()), noTags
	m.recordTags(texts{}, ignore)
	if !m.Tags.Equal(tagsWith("null", types.StringNull())) {
		t.Errorf("null elements are gone: %v", m.Tags)
	}
}

// A state from an older version without tags_all, or with tags that have since been
// ignored, sends nothing.
func TestChangesTags(t *testing.T) {
	t.Parallel()
	a := arguments.Map(texts{"a": "1"})
	ignore := providerdata.Tags{Keys: []string{"cost"}}
	for name, tc := range map[string]struct {
		want, own, all types.Map
		changes        bool
	}{
		"not managed":     {noTags, noTags, a, false},
		"the same":        {a, a, a, false},
		"an older state":  {a, a, noTags, false},
		"ignored since":   {a, noTags, arguments.Map(texts{"a": "1", "cost": "2"}), false},
		"another":         {a, noTags, arguments.Map(texts{"a": "2"}), true},
		"not known":       {unknownTags, a, a, true},
		"not managed yet": {a, noTags, noTags, true},
		"none, not read":  {arguments.Map(nil), noTags, noTags, true},
	} {
		config, prior := declared(), declared()
		config.TagsAll, prior.Tags, prior.TagsAll = tc.want, tc.own, tc.all
		if got := config.changesTags(prior, ignore); got != tc.changes {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// default_tags count towards the limit, and tags in ignore_tags cannot be declared.
func TestCheckNewTags(t *testing.T) {
	t.Parallel()
	nine := texts{}
	for i := range 9 {
		nine[fmt.Sprint("default", i)] = "1"
	}
	defaults := providerdata.Tags{Default: arguments.Map(nine), Keys: []string{"cost"}, Prefixes: []string{"scan:"}}
	unknown := types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringUnknown(), "b": types.StringUnknown()})
	for name, tc := range map[string]struct {
		own  types.Map
		was  texts
		want []string
	}{
		"one more":                 {arguments.Map(texts{"a": "1"}), nil, nil},
		"two more":                 {arguments.Map(texts{"a": "1", "b": "1"}), nil, []string{"tags: Too Many Tags"}},
		"two more, not known":      {unknown, nil, []string{"tags: Too Many Tags"}},
		"two, of which one is its": {arguments.Map(texts{"a": "1", "default0": "2"}), nil, nil},
		"an ignored key":           {arguments.Map(texts{"cost": "1"}), texts{"cost": "1"}, []string{"tags: Tag Is Ignored"}},
		"an ignored prefix":        {arguments.Map(texts{"scan:x": "1"}), nil, []string{"tags: Tag Is Ignored"}},
		"an empty value":           {arguments.Map(texts{"a": ""}), nil, []string{"tags: Invalid Tag"}},
		"an empty value of old":    {arguments.Map(texts{"a": ""}), texts{"a": ""}, nil},
	} {
		m := declared()
		m.Tags = tc.own
		var diags diag.Diagnostics
		m.checkNewTags(tc.was, defaults, arguments.Into(&diags))
		if diff := cmp.Diff(tc.want, findings(diags)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
