package cosmock

import (
	"fmt"
)

// administer runs a change to a bucket on behalf of a test.
func (s *Server) administer(name string, do func(*bucket) error) error {
	b := s.bucket(name)
	if b == nil {
		return fmt.Errorf("there is no bucket %q", name)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return do(b)
}
