package claims

// Leave registers that the instance at an address is moving to another one. Call
// left when the move has ended, successfully or not.
func (r *Registry) Leave(address, target string) (left func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.at(address)
	if p.leaving == nil {
		p.leaving = make(chan struct{})
	}
	p.target = target
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if p.leaving != nil {
			close(p.leaving)
			p.leaving = nil
		}
		p.target = ""
	}
}

// Leaving returns a channel that is closed when the instance at an address has
// moved away, or nil if none is moving.
func (r *Registry) Leaving(address string) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at(address).leaving
}

// Circular reports whether a move from an address waits for itself: each instance
// moves to the address of the next one, and the last to that of the first.
// Waiting would never end.
func (r *Registry) Circular(address string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := map[string]bool{}
	for at := r.at(address).target; at != "" && !seen[at]; at = r.at(at).target {
		if at == address {
			return true
		}
		seen[at] = true
	}
	return false
}

// FoundFree registers that an address was free when a move was planned. A move
// that follows immediately calls TakeFree, once, and need not check again.
func (r *Registry) FoundFree(address string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at(address).free = true
}

// TakeFree reports whether an address was found free.
func (r *Registry) TakeFree(address string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.at(address)
	free := p.free && p.written == ""
	p.free = false
	return free
}
