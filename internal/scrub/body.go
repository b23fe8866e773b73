package scrub

import (
	"bytes"
	"io"
)

// maxKept is the longest body of which it is known whether a text has all of
// it; of a longer one no text has.
const maxKept = maxText

// Body is a secret that is read again where a text has to be compared with it,
// and never kept.
type Body struct {
	Open func() (io.ReadCloser, error)
	Size int64
}

// Overlap says what of a text is in a body.
type Overlap struct {
	// Run is the longest stretch that both have, in bytes without white
	// space; 0 for less than eight, unless that is the whole body.
	Run int
	// Whole reports that all of the text is in the body, from eight bytes on, or
	// is the body.
	Whole bool
	// Body reports that all of the body is in the text, from four bytes on.
	Body bool
}

// Compare reads the body once and says of each text what is in it.
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

// mark reads the body and marks the windows that are in it. It returns the
// folded body where that is short.
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
