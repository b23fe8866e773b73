package listing

import (
	"fmt"
	"testing"
)

// After ForgetBucket, no page proves anything, and no memory is used per key.
func TestForgetBucket(t *testing.T) {
	t.Parallel()
	f := newFake(numbered("%02d", 20))
	c := New(f)
	refresh(c, f.objects, 5)
	if _, ok := c.Entry("r", "b", "07"); !ok {
		t.Fatal("nothing is known")
	}
	before := f.pages()
	c.ForgetBucket("r", "b")
	for i := range 1000 {
		c.Forget("r", "b", fmt.Sprint(i))
	}
	if _, ok := c.Entry("r", "b", "07"); ok || c.Unchanged(t.Context(), "r", "b", f.objects[7]) || c.Unchanged(t.Context(), "r", "b", f.objects[19]) {
		t.Error("it may have been written since")
	}
	if n := len(c.bucket("r", "b").written); n > 0 || f.pages() != before {
		t.Errorf("%d keys are kept, and %d pages were asked for", n, f.pages()-before)
	}
	c = nil
	c.ForgetBucket("r", "b")
}
