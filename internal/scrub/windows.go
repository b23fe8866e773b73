package scrub

import "encoding/binary"

// window is how many bytes of a secret make a part of it worth hiding. Shorter
// secrets are hidden as a whole, from least bytes on.
const (
	window = 8
	least  = 4
)

// windows is a set of eight-byte sequences of folded text. The filter rules out
// nearly everything not in the set without a map lookup.
type windows struct {
	filter [64]uint64
	seen   map[uint64]bool
}

func (w *windows) add(key uint64) {
	if w.seen == nil {
		w.seen = map[uint64]bool{}
	}
	w.seen[key] = false
	slot := slotOf(key)
	w.filter[slot>>6] |= 1 << (slot & 63)
}

// addAll adds each window of the folded bytes.
func (w *windows) addAll(b []byte) {
	for i := 0; i+window <= len(b); i++ {
		w.add(binary.BigEndian.Uint64(b[i:]))
	}
}

func (w *windows) has(key uint64) bool {
	slot := slotOf(key)
	if w.filter[slot>>6]&(1<<(slot&63)) == 0 {
		return false
	}
	_, ok := w.seen[key]
	return ok
}

func slotOf(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> 52 }

// stretch is a part of a view, from byte start to byte end.
type stretch struct{ start, end int }

func (s stretch) length() int { return s.end - s.start }

// stretches returns the longest parts of a view in which pass accepts all
// windows.
func (v view) stretches(pass func(uint64) bool) []stretch {
	var found []stretch
	for i := 0; i+window <= len(v.b); i++ {
		if !pass(binary.BigEndian.Uint64(v.b[i:])) {
			continue
		}
		if last := len(found) - 1; last >= 0 && found[last].end == i+window-1 {
			found[last].end++
		} else {
			found = append(found, stretch{i, i + window})
		}
	}
	return found
}
