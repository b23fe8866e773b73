package program

import (
	"errors"
	"testing"
)

func TestAttempt(t *testing.T) {
	t.Parallel()

	broken := errors.New("broken")
	reached := false
	err := Attempt(func() {
		if got := Must(1, nil); got != 1 {
			t.Errorf("the value is %d", got)
		}
		Check(nil)
		Named("a step", func() { Must(2, broken) })
		reached = true
	})
	if !errors.Is(err, broken) || err.Error() != "a step: broken" || reached {
		t.Errorf("error %v, went on: %t", err, reached)
	}
	if err := Attempt(func() {}); err != nil {
		t.Errorf("error %v of nothing", err)
	}
}

// A mistake of the program is not a failure of what it does.
func TestAttemptOtherPanics(t *testing.T) {
	t.Parallel()

	defer func() {
		if r := recover(); r != "a mistake" {
			t.Errorf("recovered %v", r)
		}
	}()
	_ = Attempt(func() { panic("a mistake") })
}
