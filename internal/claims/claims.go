// Package claims keeps two resource instances of one run from managing one
// object. It is pure: an address is a string, and nothing is asked of COS.
//
// A Registry lives as long as one configured provider, which is one walk of the
// CLI. Planning registers which instance holds which address; applying registers
// what was written, and who is moving where.
package claims

import (
	"errors"
	"sync"
)

// Errors of Claim and Release.
var (
	// ErrTwice: another instance claims the same address.
	ErrTwice = errors.New("two resource instances declare the same object")
	// ErrKept: one instance keeps the object that another one destroys.
	ErrKept = errors.New("one resource instance keeps an object that another one destroys")
	// ErrCopied: one instance copies from the object that another one destroys.
	ErrCopied = errors.New("one resource instance copies an object that another one destroys")
)

// DestroyAnyway ends what a user is told of each of these errors: a plan without a refresh claims nothing.
const DestroyAnyway = " To destroy everything in spite of this, use -refresh=false."

// Claim is what the plan of an instance registers.
type Claim struct {
	// Token identifies the instance.
	Token string
	// Weak is a token that planning made for an instance that exists. The same
	// instance may be planned again under another one.
	Weak bool
	// Prior is where the instance lives; "" for one that is to be created.
	Prior string
	// CopyOf is an address that this run is going to copy the object from.
	CopyOf string
}

// Registry holds the claims of one run. The zero value is ready to use.
type Registry struct {
	mu     sync.Mutex
	places map[string]*place
}

// place is what is known of one address.
type place struct {
	claim    *Claim
	released string // the token of an instance whose destruction is planned
	deletes  bool   // that destruction deletes the object
	copied   bool   // an instance copies from here in this run
	written  string // the token of the instance that wrote here last
	// leaving is closed when the instance that lives here has moved away.
	leaving chan struct{}
	target  string // where it moves to
	handed  bool   // left for the instance that replaces its own
	free    bool   // found free when a move was planned
}

func (r *Registry) at(address string) *place {
	if r.places == nil {
		r.places = map[string]*place{}
	}
	p := r.places[address]
	if p == nil {
		p = &place{}
		r.places[address] = p
	}
	return p
}

// Claim notes that an instance holds an address. It may be called again for the
// same instance. The error is ErrTwice, ErrKept or ErrCopied.
func (r *Registry) Claim(address string, c Claim) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.at(address)
	switch held := p.claim; {
	case held == nil || held.Token == c.Token:
	case (held.Weak || c.Weak) && held.Prior == c.Prior && c.Prior != "":
	default:
		return ErrTwice
	}
	if c.Prior == address && p.deletes && p.released != c.Token {
		return ErrKept
	}
	if c.CopyOf != "" {
		source := r.at(c.CopyOf)
		if source.deletes && source.released != c.Token {
			return ErrCopied
		}
		source.copied = true
	}
	p.claim = &c
	return nil
}

// Release notes that the destruction of an instance is planned. deletes says
// that the object goes with it, as far as is known. The error is ErrKept or
// ErrCopied.
func (r *Registry) Release(address, token string, deletes bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.at(address)
	held := p.claim
	switch {
	case !deletes:
		return nil
	case held != nil && held.Token != token && held.Prior == address:
		return ErrKept
	case p.copied && (held == nil || held.Token != token):
		return ErrCopied
	}
	p.released, p.deletes = token, true
	return nil
}

// Token returns the token that an address was claimed with; "" for none.
func (r *Registry) Token(address string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.at(address).claim; c != nil {
		return c.Token
	}
	return ""
}

// Known reports whether any instance of this run has, or is leaving, an
// address, other than the one with the token.
func (r *Registry) Known(address, token string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.at(address)
	return p.claim != nil && p.claim.Token != token || p.leaving != nil || p.written != "" && p.written != token
}

// Wrote notes that an instance has written the object at an address.
func (r *Registry) Wrote(address, token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at(address).written = token
}

// WrittenByOther reports whether another instance has written the object at an
// address in this run: deleting it would take that instance's object.
func (r *Registry) WrittenByOther(address, token string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	written := r.at(address).written
	return written != "" && written != token
}

// Deleted forgets what an instance held at an address.
func (r *Registry) Deleted(address, token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.at(address)
	if p.claim != nil && p.claim.Token == token {
		p.claim = nil
	}
	if p.written == token {
		p.written = ""
	}
	p.released, p.deletes = "", false
}

// HandOver leaves the object at an address for the instance that replaces the
// one that held it; TakeOver asks for it, once.
func (r *Registry) HandOver(address string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at(address).handed = true
}

// TakeOver reports whether the object at an address was handed over.
func (r *Registry) TakeOver(address string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.at(address)
	handed := p.handed
	p.handed = false
	return handed
}
