package cosmock

import (
	"errors"
	"fmt"
	"os"
	"sync"
)

// packSize is the approximate maximum size of a pack.
const packSize = 64 << 20

// packs stores blobs of a single chunk, many per file. One file for each would
// cost more than the rest of a small request.
type packs struct {
	mu      sync.Mutex
	current *pack
	all     map[*pack]bool
}

// pack is a file that blobs are appended to. It is removed with its last blob.
type pack struct {
	owner *packs
	file  *os.File
	size  int64
	live  int
}

// append writes a sealed chunk to the current pack.
func (p *packs) append(s *store, sealed []byte) (*pack, int64, error) {
	pack, offset, err := p.reserve(s, int64(len(sealed)))
	if err != nil {
		return nil, 0, err
	}
	if _, err := pack.file.WriteAt(sealed, offset); err != nil {
		pack.release()
		return nil, 0, fmt.Errorf("writing a pack of objects: %w", err)
	}
	return pack, offset, nil
}

func (p *packs) reserve(s *store, size int64) (*pack, int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == nil || p.current.size+size > packSize {
		file, err := s.create()
		if err != nil {
			return nil, 0, err
		}
		full := p.current
		p.current = &pack{owner: p, file: file}
		if p.all == nil {
			p.all = map[*pack]bool{}
		}
		p.all[p.current] = true
		if full != nil && full.live == 0 {
			full.remove()
		}
	}
	offset := p.current.size
	p.current.size += size
	p.current.live++
	return p.current, offset, nil
}

// release records that a blob has been removed.
func (p *pack) release() {
	p.owner.mu.Lock()
	defer p.owner.mu.Unlock()
	if p.live--; p.live == 0 && p != p.owner.current {
		p.remove()
	}
}

// remove deletes the file. The caller holds the lock.
func (p *pack) remove() {
	delete(p.owner.all, p)
	_ = p.file.Close()
	_ = os.Remove(p.file.Name()) // a file that is left behind cannot be decrypted
}

// close closes all packs without removing their files.
func (p *packs) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for pack := range p.all {
		errs = append(errs, pack.file.Close())
	}
	return errors.Join(errs...)
}
