package claims_test

import (
	"errors"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
)

// step is a call of the registry while planning, with its expected result.
type step struct {
	release bool // a release instead of a claim
	at      string
	token   string
	prior   string
	weak    bool
	copyOf  string
	keeps   bool // the destruction keeps the object
	want    error
}

func TestRules(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"one instance, planned twice":            {{at: "a", token: "1", prior: "a"}, {at: "a", token: "1", prior: "a"}},
		"two creates":                            {{at: "a", token: "1"}, {at: "a", token: "2", want: claims.ErrTwice}},
		"two that live there":                    {{at: "a", token: "1", prior: "a"}, {at: "a", token: "2", prior: "a", want: claims.ErrTwice}},
		"a create where another lives":           {{at: "a", token: "1", prior: "a"}, {at: "a", token: "2", want: claims.ErrTwice}},
		"a move to where another lives":          {{at: "a", token: "1", prior: "a"}, {at: "a", token: "2", prior: "b", want: claims.ErrTwice}},
		"a move to where another moves away":     {{at: "b", token: "1", prior: "a"}, {at: "a", token: "2", prior: "c"}},
		"a weak token before a refresh":          {{at: "a", token: "1", prior: "a", weak: true}, {at: "a", token: "2", prior: "a"}},
		"a weak token after another":             {{at: "a", token: "1", prior: "a"}, {at: "a", token: "2", prior: "a", weak: true}},
		"a weak token of another place":          {{at: "a", token: "1", prior: "a"}, {at: "a", token: "2", prior: "b", weak: true, want: claims.ErrTwice}},
		"a weak token and a create":              {{at: "a", token: "1", prior: "a", weak: true}, {at: "a", token: "2", want: claims.ErrTwice}},
		"kept, then destroyed by another":        {{at: "a", token: "1", prior: "a"}, {release: true, at: "a", token: "2", want: claims.ErrKept}},
		"destroyed, then kept by another":        {{release: true, at: "a", token: "2"}, {at: "a", token: "1", prior: "a", want: claims.ErrKept}},
		"destroyed, then created":                {{release: true, at: "a", token: "2"}, {at: "a", token: "1"}},
		"created, then destroyed":                {{at: "a", token: "1"}, {release: true, at: "a", token: "2"}},
		"destroyed, then moved to":               {{release: true, at: "a", token: "2"}, {at: "a", token: "1", prior: "b"}},
		"kept, and what is destroyed is foreign": {{at: "a", token: "1", prior: "a"}, {release: true, at: "a", token: "2", keeps: true}},
		"the same instance destroyed":            {{at: "a", token: "1", prior: "a"}, {release: true, at: "a", token: "1"}},
		"two destroyed":                          {{release: true, at: "a", token: "1"}, {release: true, at: "a", token: "2"}},
		"copied, then destroyed":                 {{at: "b", token: "1", copyOf: "a"}, {release: true, at: "a", token: "2", want: claims.ErrCopied}},
		"destroyed, then copied":                 {{release: true, at: "a", token: "2"}, {at: "b", token: "1", copyOf: "a", want: claims.ErrCopied}},
		"copied, and abandoned":                  {{at: "b", token: "1", copyOf: "a"}, {release: true, at: "a", token: "2", keeps: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r claims.Registry
			for i, s := range steps {
				var err error
				if s.release {
					err = r.Release(s.at, s.token, !s.keeps)
				} else {
					err = r.Claim(s.at, claims.Claim{Token: s.token, Weak: s.weak, Prior: s.prior, CopyOf: s.copyOf})
				}
				if !errors.Is(err, s.want) {
					t.Errorf("step %d: %v, want %v", i+1, err, s.want)
				}
			}
		})
	}
}

func TestWritten(t *testing.T) {
	t.Parallel()
	var r claims.Registry
	if r.WrittenByOther("a", "1") || r.Known("a", "1") {
		t.Error("nobody has written yet")
	}
	if err := r.Claim("a", claims.Claim{Token: "1"}); err != nil || r.Token("a") != "1" || !r.Known("a", "2") || r.Known("a", "1") {
		t.Errorf("claimed: %v by %q", err, r.Token("a"))
	}
	r.Wrote("a", "1")
	if r.WrittenByOther("a", "1") || !r.WrittenByOther("a", "2") || !r.WrittenByOther("a", "") {
		t.Error("written by 1")
	}
	// Its predecessor is planned to be destroyed after that, so the object is kept.
	if err := r.Claim("a", claims.Claim{Token: "1", Prior: "a"}); err != nil {
		t.Fatal(err)
	}
	if err := r.Release("a", "2", true); err != nil {
		t.Errorf("the predecessor of the instance that has written: %v", err)
	}
	if err := r.Claim("a", claims.Claim{Token: "1", Prior: "a"}); err != nil {
		t.Errorf("it is to be deleted: %v", err)
	}
	// A provider that is configured once creates, deletes, and creates again.
	r.Deleted("a", "1")
	if err := r.Claim("a", claims.Claim{Token: "2"}); err != nil || r.WrittenByOther("a", "2") {
		t.Errorf("after the deletion: %v", err)
	}
}

func TestHandOver(t *testing.T) {
	t.Parallel()
	var r claims.Registry
	if r.TakeOver("a") {
		t.Error("taken over before it was handed over")
	}
	r.HandOver("a")
	if !r.TakeOver("a") || r.TakeOver("a") {
		t.Error("it is taken over once")
	}
}

func TestMoves(t *testing.T) {
	t.Parallel()
	var r claims.Registry
	if r.Leaving("a") != nil || r.Circular("a") {
		t.Error("nobody moves")
	}
	leftA := r.Leave("a", "b")
	leftB := r.Leave("b", "c")
	if r.Circular("a") || r.Circular("b") {
		t.Error("a chain is no circle")
	}
	leftC := r.Leave("c", "a")
	if !r.Circular("a") || !r.Circular("b") || !r.Circular("c") {
		t.Error("three instances move in a circle")
	}
	leaving := r.Leaving("c")
	leftC()
	select {
	case <-leaving:
	default:
		t.Error("c has been left, and whoever waits is not told")
	}
	if r.Leaving("c") != nil || r.Circular("a") {
		t.Error("c is still said to move")
	}
	leftA()
	leftB()
	// A move to the same address.
	left := r.Leave("a", "a")
	if !r.Circular("a") {
		t.Error("a move onto itself waits for itself")
	}
	left()
}

func TestFree(t *testing.T) {
	t.Parallel()
	var r claims.Registry
	if r.TakeFree("a") {
		t.Error("nobody has looked")
	}
	r.FoundFree("a")
	if !r.TakeFree("a") || r.TakeFree("a") {
		t.Error("it is believed once")
	}
	r.FoundFree("a")
	r.Wrote("a", "1")
	if r.TakeFree("a") {
		t.Error("somebody has written there since")
	}
}
