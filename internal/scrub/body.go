package scrub

import (
	"bytes"
	"io"
)

// maxKept is the length of the longest body that Compare can find as a whole;
// texts are too short to contain a longer one.
const maxKept = maxText

// Body is a secret that is read again for each comparison and never kept.
type Body struct {
	Open func() (io.ReadCloser, error)
	Size int64
}

// Overlap describes what a text and a body have in common.
type Overlap struct {
	// Run is the length of the longest common part, in bytes without white space.
	// It is 0 for less than eight bytes, unless that is the whole body.
	Run int
	// Whole reports whether the body contains the whole text, if that has at
	// least eight bytes, or equals it.
	Whole bool
	// Body reports whether the text contains the whole body, if that has at least
	// four bytes.
	Body bool
}

// Compare reads the body once and compares it with each text.
func (b Body) Compare(texts ...string) ([]Overlap, error) {
	views := make([][]view, len(texts))
	var wanted windows
	for i, text := range texts {
		if text != "" {
			views[i] = viewsOf(text[:min(len(text), maxText)], window)
		}
		for _, v := range views[i] {
			wanted.addAll(v.b)
		}
	}
	kept, err := b.mark(&wanted)
	if err != nil {
		return nil, err
	}
	overlaps := make([]Overlap, len(texts))
	for i, text := range texts {
		o := &overlaps[i]
		for _, v := range views[i] {
			for _, p := range v.stretches(func(key uint64) bool { return wanted.seen[key] }) {
				o.Run = max(o.Run, p.length())
				if p.length() == len(v.b) && v.from[0] == 0 && int(v.to[len(v.to)-1]) >= len(bytes.TrimRight([]byte(text), " \t\r\n=")) {
					o.Whole = true
				}
			}
			if len(kept) >= least && bytes.Contains(v.b, kept) {
				o.Run, o.Body = max(o.Run, len(kept)), true
				o.Whole = o.Whole || len(kept) == len(v.b)
			}
		}
	}
	return overlaps, nil
}

// mark reads the body and marks the windows it contains. It returns the folded
// body if that is short.
func (b Body) mark(wanted *windows) (kept []byte, err error) {
	r, err := b.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // nothing was written to it
	buf := make([]byte, 64<<10)
	var key uint64
	in := 0
	for {
		n, err := r.Read(buf)
		for _, c := range buf[:n] {
			f := folding[c]
			if f == 0 {
				continue
			}
			if in < maxKept {
				kept = append(kept, f)
			}
			in++
			key = key<<8 | uint64(f)
			if in >= window && wanted.has(key) {
				wanted.seen[key] = true
			}
		}
		switch {
		case err == io.EOF:
			if in > maxKept {
				kept = nil
			}
			return kept, nil
		case err != nil:
			return nil, err
		}
	}
}
