package cosmock

import (
	"slices"
	"strings"
)

// index maps keys to versions, sorted by key. A slice of versions, newest first,
// is immutable once it is in the index.
type index struct {
	entries []entry
}

type entry struct {
	key      string
	versions []*version
}

func (i *index) search(key string) (int, bool) {
	return slices.BinarySearchFunc(i.entries, key, func(e entry, key string) int { return strings.Compare(e.key, key) })
}

func (i *index) get(key string) []*version {
	if at, ok := i.search(key); ok {
		return i.entries[at].versions
	}
	return nil
}

// set replaces a key's versions. An empty slice removes the key.
func (i *index) set(key string, versions []*version) {
	at, ok := i.search(key)
	switch {
	case ok && len(versions) == 0:
		i.entries = slices.Delete(i.entries, at, at+1)
	case ok:
		i.entries[at].versions = versions
	case len(versions) > 0:
		i.entries = slices.Insert(i.entries, at, entry{key, versions})
	}
}

func (i *index) clone() *index { return &index{entries: slices.Clone(i.entries)} }
