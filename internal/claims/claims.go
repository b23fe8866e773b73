// Package claims prevents two resource instances of one run from managing the
// same object. It is pure: addresses are strings, and no requests are sent.
//
// A Registry lives as long as one configured provider, which is one operation of
// the CLI. Planning registers which instance claims which address; applying
// registers what was written, and which instances move where.
package claims

import (
	"errors"
	"sync"
)

// Errors of Claim and Release.
var (
	// ErrTwice means that another instance claims the same address.
	ErrTwice = errors.New("two resource instances declare the same object")
	// ErrKept means that one instance keeps the object that another one destroys.
	ErrKept = errors.New("one resource instance keeps an object that another one destroys")
	// ErrCopied means that one instance copies from the object that another one
	// destroys.
	ErrCopied = errors.New("one resource instance copies an object that another one destroys")
)

// DestroyAnyway is the last sentence of the diagnostic for each of these errors: a plan without a refresh claims nothing.
const DestroyAnyway = " To destroy everything in spite of this, use -refresh=false."

// Claim is what the plan of an instance registers.
type Claim struct {
	// Token identifies the instance.
	Token string
	// Weak marks a token that planning created for an existing instance. If the
	// same instance is planned again, it may have another token.
	Weak bool
	// Prior is the current address of the instance; "" if it is to be created.
	Prior string
	// CopyOf is the address that this run copies the object from.
	CopyOf string
}

// Registry holds the claims of one run. The zero value is ready to use.
type Registry struct {
	mu     sync.Mutex
	places map[string]*place
}

// place is what is known about an address.
type place struct {
	claim    *Claim
	released string // token of an instance whose destruction is planned
	deletes  bool   // the destruction deletes the object
	copied   bool   // an instance copies from here in this run
	written  string // token of the instance that wrote here last
	// leaving is closed when the instance at this address has moved away.
	leaving chan struct{}
	target  string // the address that it moves to
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

// Claim registers that an instance claims an address. It can be called again for
// the same instance. The error is ErrTwice, ErrKept or ErrCopied.
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

// Release registers that the destruction of an instance is planned. deletes says
// whether the object will be deleted, as far as is known. It is kept if another
// instance has written it in this run: create_before_destroy plans the destruction
// after the successor has been created. The error is ErrKept or ErrCopied.
func (r *Registry) Release(address, token string, deletes bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.at(address)
	held := p.claim
	switch {
	case !deletes, p.written != "" && p.written != token:
		return nil
	case held != nil && held.Token != token && held.Prior == address:
		return ErrKept
	case p.copied && (held == nil || held.Token != token):
		return ErrCopied
	}
	p.released, p.deletes = token, true
	return nil
}

// Token returns the token that claimed an address, or "".
func (r *Registry) Token(address string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.at(address).claim; c != nil {
		return c.Token
	}
	return ""
}

// Known reports whether an instance of this run other than the one with the token
// claims an address or is leaving it.
func (r *Registry) Known(address, token string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.at(address)
	return p.claim != nil && p.claim.Token != token || p.leaving != nil || p.written != "" && p.written != token
}

// Wrote registers that an instance has written the object at an address.
func (r *Registry) Wrote(address, token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at(address).written = token
}

// WrittenByOther reports whether another instance has written the object at an
// address in this run, so that deleting it would delete that instance's object.
func (r *Registry) WrittenByOther(address, token string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	written := r.at(address).written
	return written != "" && written != token
}

// Deleted removes what is registered for an instance at an address.
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
// current one, which calls TakeOver once.
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
