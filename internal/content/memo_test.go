package content

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A file is read again if its size or modification time has changed, or if it is
// so new that its modification time may not reveal the next change.
func TestMemo(t *testing.T) {
	t.Parallel()
	old := time.Now().Add(-time.Hour)
	for name, tc := range map[string]struct {
		first, second time.Time
		bytes         string
		remembered    bool
	}{
		"untouched":        {first: old, second: old, bytes: "two", remembered: true}, // only the modification time could reveal the change
		"another time":     {first: old, second: old.Add(time.Minute), bytes: "two"},
		"another length":   {first: old, second: old, bytes: "three"},
		"written just now": {first: time.Now().Add(time.Hour), second: time.Now().Add(time.Hour), bytes: "two"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "f")
			var memo Memo
			read := func(bytes string, modified time.Time) Sum {
				t.Helper()
				if err := os.WriteFile(file, []byte(bytes), 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chtimes(file, modified, modified); err != nil {
					t.Fatal(err)
				}
				body, err := File(file).Body()
				if err != nil {
					t.Fatal(err)
				}
				sum, err := memo.Sum(t.Context(), body)
				if err != nil {
					t.Fatal(err)
				}
				return sum
			}
			read("one", tc.first)
			want := SumBytes([]byte(tc.bytes))
			if tc.remembered {
				want = SumBytes([]byte("one"))
			}
			if got := read(tc.bytes, tc.second); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// Inline bodies are summed each time, and a deleted file is an error even if its
// sum is cached.
func TestMemoKeepsOnlyFiles(t *testing.T) {
	t.Parallel()
	var memo Memo
	for _, text := range []string{"one", "two"} {
		source, err := Text(text)
		if err != nil {
			t.Fatal(err)
		}
		body, err := source.Body()
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := memo.Sum(t.Context(), body); err != nil || sum != SumBytes([]byte(text)) {
			t.Errorf("%q: %v, %v", text, sum, err)
		}
	}
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	body, err := File(file).Body()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, err := memo.Sum(t.Context(), body); err == nil {
		t.Error("a file that is gone has a sum")
	}
}
