package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// BenchmarkPlan measures planning an unchanged object with the fast path and with
// the framework's server.
func BenchmarkPlan(b *testing.B) {
	l := newLab(b)
	prior, private := l.create(b, "k")
	config := dynamic(b, l.typ.Object, valueOf(l.typ.Object, map[string]any{"bucket": l.server.Bucket(), "key": "k", "server_side_encryption": "AES256", "content": "hello"}))
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: objectType, PriorState: prior, ProposedNewState: prior, Config: config, PriorPrivate: private}
	b.Run("front", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if resp := l.front.Plan(b.Context(), req); resp == nil {
				b.Fatal("passed on")
			}
		}
	})
	b.Run("framework", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := l.framework.PlanResourceChange(b.Context(), req); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkValidate(b *testing.B) {
	l := newLab(b)
	req := &tfprotov6.ValidateResourceConfigRequest{
		TypeName: objectType, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
		Config: dynamic(b, l.typ.Object, valueOf(l.typ.Object, map[string]any{"bucket": l.server.Bucket(), "key": "k", "server_side_encryption": "AES256", "content": "hello"})),
	}
	b.Run("front", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if resp := l.front.Validate(b.Context(), req); resp == nil {
				b.Fatal("passed on")
			}
		}
	})
	b.Run("framework", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := l.framework.ValidateResourceConfig(b.Context(), req); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	l := newLab(b)
	req := l.readable(b)
	b.Run("front", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if resp := l.front.Read(b.Context(), req); resp == nil {
				b.Fatal("passed on")
			}
		}
	})
	b.Run("framework", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := l.framework.ReadResource(b.Context(), req); err != nil {
				b.Fatal(err)
			}
		}
	})
}
