package fastpath_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/fastpath"
)

// nothing answers no call.
type nothing struct{}

func (nothing) Valid(context.Context, tftypes.Value) bool                       { return false }
func (nothing) Plan(context.Context, tftypes.Value, tftypes.Value, []byte) bool { return false }
func (nothing) Read(context.Context, tftypes.Value, []byte) *fastpath.Found     { return nil }

// New refuses a Front that could never answer.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": tftypes.String}}
	whole := fastpath.Type{Name: "x", Object: object, Identity: object, WriteOnly: []string{"a"}, ReadOnly: []string{"a"}, Resource: nothing{}}
	for name, tc := range map[string]struct {
		change func(*fastpath.Type)
		ok     bool
	}{
		"whole":                   {func(*fastpath.Type) {}, true},
		"no resource":             {func(t *fastpath.Type) { t.Resource = nil }, false},
		"no attributes":           {func(t *fastpath.Type) { t.Object = tftypes.Object{} }, false},
		"no identity":             {func(t *fastpath.Type) { t.Identity = tftypes.Object{} }, true},
		"an unknown write-only":   {func(t *fastpath.Type) { t.WriteOnly = []string{"b"} }, false},
		"an unknown computed one": {func(t *fastpath.Type) { t.ReadOnly = []string{"b"} }, false},
	} {
		typ := whole
		tc.change(&typ)
		if front, err := fastpath.New(typ); (err == nil) != tc.ok || (front != nil) != tc.ok {
			t.Errorf("%s: %v, %v", name, front, err)
		}
	}
}
