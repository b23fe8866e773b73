package claims

// Leave notes that the instance at an address is moving to another one. The
// result is to be called when the move has ended, however it did.
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

// Leaving returns what ends when the instance at an address has moved away; nil
// if no instance is moving away from it.
func (r *Registry) Leaving(address string) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at(address).leaving
}

// Circular reports whether a move from an address waits for itself: each
// instance on the way moves to where the next one is, and the last one to where
// the first one is. Waiting for any of them would last for ever.
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

// FoundFree notes that an address was found free when a move was planned;
// TakeFree asks for it, once: a move that follows at once need not ask again.
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
