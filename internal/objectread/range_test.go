package objectread

import (
	"strings"
	"testing"
)

func TestParseSpan(t *testing.T) {
	t.Parallel()
	const size = 16
	type part struct{ offset, count int64 }
	for text, want := range map[string]part{
		"bytes=0-3":                   {0, 4},
		"bytes=8-14":                  {8, 7},
		"bytes=8-":                    {8, 8},
		"bytes=0-":                    {0, 16},
		"bytes=15-15":                 {15, 1},
		"bytes=8-99":                  {8, 8},
		"bytes=-4":                    {12, 4},
		"bytes=-99":                   {0, 16},
		"bytes=0-9223372036854775807": {0, 16},
		"bytes=007-08":                {7, 2},
	} {
		s, err := parseSpan(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		offset, count, err := s.of(size)
		if got := (part{offset, count}); err != nil || got != want {
			t.Errorf("%s: got %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"bytes=16-", "bytes=16-20", "bytes=9223372036854775807-"} {
		s, err := parseSpan(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if offset, count, err := s.of(size); err == nil {
			t.Errorf("%s: got %d bytes from %d on", text, count, offset)
		}
	}
	for _, text := range []string{
		"", "0-3", "bytes=", "bytes=-", "bytes=-0", "bytes=3", "bytes=3-2", "bytes=a-b", "bytes=0-1,3-4", "bytes=+1-2", "bytes= 1-2", "bytes=1--2",
		"bytes=0x1-2", "bytes=1_0-20", "bytes=9223372036854775808-", "Bytes=0-3", "bytes=0-3 ",
	} {
		if s, err := parseSpan(text); err == nil {
			t.Errorf("%q: got %v", text, s)
		}
	}
}

// An empty object can be read as a whole, but has no ranges.
func TestSpanOfEmptyObject(t *testing.T) {
	t.Parallel()
	if offset, count, err := (span{last: toEnd}).of(0); offset != 0 || count != 0 || err != nil {
		t.Errorf("got %d, %d, %v", offset, count, err)
	}
	for _, text := range []string{"bytes=0-0", "bytes=-1", "bytes=1-"} {
		s, err := parseSpan(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, count, err := s.of(0); err == nil {
			t.Errorf("%s: %d bytes", text, count)
		}
	}
}

// A valid range lies within its object and is not empty.
func FuzzParseSpan(f *testing.F) {
	for _, text := range []string{"bytes=0-3", "bytes=8-", "bytes=-4", "bytes=-0", "bytes=9223372036854775807-", "bytes=0-0,1-1"} {
		f.Add(text, int64(16))
	}
	f.Fuzz(func(t *testing.T, text string, size int64) {
		s, err := parseSpan(text)
		if err != nil || size < 0 {
			return
		}
		if !strings.HasPrefix(text, "bytes=") {
			t.Errorf("%q is understood", text)
		}
		offset, count, err := s.of(size)
		if err != nil {
			return
		}
		if offset < 0 || count < 0 || count == 0 && size > 0 || offset > size-count {
			t.Errorf("%q of %d bytes: %d from %d on", text, size, count, offset)
		}
	})
}
