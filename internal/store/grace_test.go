package store_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// What follows a write has 30 seconds after an interrupt, and no limit of its own
// before one.
func TestGrace(t *testing.T) {
	t.Parallel()
	for name, interrupt := range map[string]time.Duration{"before it begins": 0, "in the middle": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				apply, end := context.WithTimeout(context.WithValue(t.Context(), key{}, "kept"), interrupt)
				defer end()
				ctx, cancel := store.Grace(apply)
				defer cancel()
				if ctx.Err() != nil || ctx.Value(key{}) != "kept" {
					t.Fatalf("the context is over, or has lost its values: %v", ctx.Err())
				}
				<-ctx.Done()
				if lasted := time.Since(began); lasted != interrupt+30*time.Second {
					t.Errorf("lasted %v", lasted)
				}
			})
		})
	}
}

type key struct{}
