package content

import (
	"math/rand/v2"
	"testing"
)

func TestAppend(t *testing.T) {
	t.Parallel()
	data := make([]byte, 1<<20+13)
	r := rand.NewChaCha8([32]byte{1})
	if _, err := r.Read(data); err != nil {
		t.Fatal(err)
	}
	want := SumBytes(data)
	cuts := map[string][]int{
		"nothing and all":    {0},
		"all and nothing":    {len(data)},
		"one byte":           {1},
		"all but one byte":   {len(data) - 1},
		"an odd place":       {77777},
		"the same twice":     {5, 5},
		"even parts, a rest": {1 << 18, 2 << 18, 3 << 18, 4 << 18},
	}
	for name, at := range cuts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got Sum
			from := 0
			for _, to := range append(at, len(data)) {
				got = got.Append(SumBytes(data[from:to]))
				from = to
			}
			if got != want {
				t.Errorf("combined %+v, directly %+v", got, want)
			}
		})
	}
	for range 200 {
		n := rand.IntN(4096)
		cut := rand.IntN(n + 1)
		if got, want := SumBytes(data[:cut]).Append(SumBytes(data[cut:n])), SumBytes(data[:n]); got != want {
			t.Errorf("%d of %d bytes: combined %+v, directly %+v", cut, n, got, want)
		}
	}
}

// Appending zeros multiplies a CRC by a power of x, so two ways to append the
// same number of zeros must agree.
func TestAppendVeryLong(t *testing.T) {
	t.Parallel()
	const unit = 1 << 16
	zeros := SumBytes(make([]byte, unit))
	doubled := zeros
	for range 26 { // 4 TiB
		doubled = doubled.Append(doubled)
	}
	half := zeros
	for range 25 {
		half = half.Append(half)
	}
	if got := half.Append(half); got != doubled || got.Length != unit<<26 {
		t.Errorf("%+v and %+v", got, doubled)
	}
	a, b, c := SumBytes([]byte("a")), doubled, SumBytes([]byte("c"))
	if l, r := a.Append(b).Append(c), a.Append(b.Append(c)); l != r {
		t.Errorf("(ab)c is %+v, a(bc) is %+v", l, r)
	}
}

func BenchmarkAppend(b *testing.B) {
	x, y := Sum{16 << 20, 123456789}, Sum{16 << 20, 987654321}
	for b.Loop() {
		x = x.Append(y)
		x.Length = 16 << 20
	}
}

func BenchmarkSumBytes(b *testing.B) {
	data := make([]byte, 1<<20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		SumBytes(data)
	}
}
