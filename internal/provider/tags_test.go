package provider

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestTags(t *testing.T) {
	t.Parallel()
	text := func(s string) attr.Value { return types.StringValue(s) }
	eleven := map[string]attr.Value{"null": types.StringNull()}
	for i := range 11 {
		eleven[fmt.Sprint(i)] = types.StringUnknown()
	}
	listType := types.ListType{ElemType: types.StringType}
	ignore := func(keys, prefixes []attr.Value) types.Object {
		return types.ObjectValueMust(map[string]attr.Type{"keys": listType, "key_prefixes": listType}, map[string]attr.Value{
			"keys": types.ListValueMust(types.StringType, keys), "key_prefixes": types.ListValueMust(types.StringType, prefixes),
		})
	}
	for name, tc := range map[string]struct {
		defaults map[string]attr.Value
		ignore   types.Object
		want     []string
		unknown  bool
	}{
		"fine":                 {map[string]attr.Value{"a b": text("c/d"), "n": types.StringNull(), "u": types.StringUnknown()}, ignore([]attr.Value{text("cost")}, []attr.Value{text("scan:")}), nil, false},
		"ignore not set":       {map[string]attr.Value{"a": text("b")}, types.ObjectNull(nil), nil, false},
		"ignore not known":     {map[string]attr.Value{"a": text("b")}, types.ObjectUnknown(nil), nil, true},
		"a key not known":      {nil, ignore([]attr.Value{types.StringUnknown()}, nil), nil, true},
		"eleven, of which one": {eleven, types.ObjectNull(nil), []string{"Too Many Default Tags"}, false},
		"an empty value":       {map[string]attr.Value{"a": text("")}, types.ObjectNull(nil), []string{"Invalid Default Tag"}, false},
		"an empty key":         {map[string]attr.Value{"": text("a")}, types.ObjectNull(nil), []string{"Invalid Default Tag"}, false},
		"a long key":           {map[string]attr.Value{strings.Repeat("k", 128): text("a")}, types.ObjectNull(nil), []string{"Invalid Default Tag"}, false},
		"an odd value":         {map[string]attr.Value{"a": text("<b>")}, types.ObjectNull(nil), []string{"Invalid Default Tag"}, false},
		"an ignored key":       {map[string]attr.Value{"cost": types.StringUnknown()}, ignore([]attr.Value{text("cost")}, nil), []string{"Default Tag Is Ignored"}, false},
		"an ignored prefix":    {map[string]attr.Value{"scan:x": text("a")}, ignore(nil, []attr.Value{text("scan:")}), []string{"Default Tag Is Ignored"}, false},
		"an empty prefix":      {nil, ignore(nil, []attr.Value{text("")}), []string{"Invalid Ignored Tag"}, false},
		"a null key":           {nil, ignore([]attr.Value{types.StringNull()}, nil), []string{"Invalid Ignored Tag"}, false},
	} {
		m := model{DefaultTags: types.MapValueMust(types.StringType, tc.defaults), IgnoreTags: tc.ignore}
		tags, diags := m.tags()
		var got []string
		for _, d := range diags {
			got = append(got, d.Summary())
		}
		if diff := cmp.Diff(tc.want, got); diff != "" || tags.IgnoreUnknown != tc.unknown {
			t.Errorf("%s: unknown %v\n%s", name, tags.IgnoreUnknown, diff)
		}
	}
}

// While tags are managed, an object that the listing proves unchanged costs one
// request for its tags, without a HEAD or a full read by the framework. Changed
// tags are detected the same way. Without default_tags, no tags are requested.
func TestFrontReadsTags(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	req := l.readable(t)
	requests := func() (tagging, heads int) {
		for _, r := range l.server.Requests() {
			if r.Method == http.MethodHead {
				heads++
			}
			if r.Subresource == "tagging" {
				tagging++
			}
		}
		l.server.ResetRequests()
		return tagging, heads
	}
	read := func(req *tfprotov6.ReadResourceRequest) map[string]tftypes.Value {
		t.Helper()
		got := l.front.Read(t.Context(), req)
		if got == nil || len(got.Diagnostics) > 0 {
			t.Fatalf("left to the framework, or refused: %v", got)
		}
		want, err := l.framework.ReadResource(context.Background(), req)
		if err != nil {
			t.Fatal(err)
		}
		value := func(v *tfprotov6.DynamicValue) (values map[string]tftypes.Value) {
			state, err := v.Unmarshal(l.typ.Object)
			if err == nil {
				err = state.As(&values)
			}
			if err != nil {
				t.Fatal(err)
			}
			return values
		}
		if diff := cmp.Diff(value(want.NewState), value(got.NewState)); diff != "" {
			t.Errorf("(-framework +front):\n%s", diff)
		}
		return value(got.NewState)
	}
	requests()
	read(req)
	if tagging, heads := requests(); tagging+heads > 0 {
		t.Errorf("without default_tags: %d times the tags, %d times HEAD", tagging, heads)
	}
	one := map[string]tftypes.Value{"team": tftypes.NewValue(tftypes.String, "red")}
	l.configure(t, map[string]any{"default_tags": one})
	l.ahead.Add(int64(10 * time.Second))
	l.askForMany(t, req)
	requests()
	if err := l.server.SetTags(l.server.Bucket(), "k", map[string]string{"team": "red", "f": "1"}); err != nil {
		t.Fatal(err)
	}
	state := read(req)
	if tagging, heads := requests(); tagging != 2 || heads != 0 {
		t.Errorf("with default_tags, by the front and by the framework: %d times the tags, %d times HEAD", tagging, heads)
	}
	var all map[string]tftypes.Value
	if err := state["tags_all"].As(&all); err != nil || len(all) != 2 || !state["tags"].IsNull() {
		t.Errorf("tags %v, tags_all %v, %v", state["tags"], all, err)
	}
}
