package inspect_test

import (
	"errors"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

func TestBuckets(t *testing.T) {
	t.Parallel()
	var b inspect.Buckets
	away := errors.New("away")
	asked := 0
	ask := func() error { asked++; return away }
	for range 3 {
		if err := b.Exists("r", "b", ask); !errors.Is(err, away) {
			t.Errorf("got %v", err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	b.Proved("r", "b")
	if err := b.Exists("r", "b", ask); err != nil {
		t.Errorf("it has answered, and yet %v", err)
	}
	// The response to ask itself proves that the bucket exists.
	if err := b.Exists("r", "c", func() error { b.Proved("r", "c"); return nil }); err != nil {
		t.Error(err)
	}
	if err := b.Exists("s", "b", ask); !errors.Is(err, away) {
		t.Errorf("the same name in another region: %v", err)
	}
}
