package directory

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func someRecord() record {
	moved := stored("b.js", "b")
	moved.ETag, moved.Class, moved.Proved, moved.Encoded = "0123456789abcdef0123456789abcdef", "STANDARD_IA", kmsMode, true
	odd := retiredEntry("é", "c")
	odd.ETag, odd.Sum, odd.Modified = "0123456789ABCDEF0123456789abcdef-3 \"\n", content.Sum{Length: 48 << 40, CRC64: 1<<64 - 1}, written.Add(400*24*time.Hour)
	moved.Lock, odd.Lock = locked{Until: 1893456000, Held: true}, locked{Held: true, Versioned: true}
	return record{Places: []place{
		{Region: "r", Bucket: "b-1", Prefix: "p/", Files: map[string]entry{"p/a": stored("a", "a"), "p/é x": odd, "p/è": stored("è", ""), "p/b.js": moved}},
		{Region: "r", Bucket: "b-1", Prefix: "q/", Files: map[string]entry{}},
	}}
}

func TestRecordComesBackAsItWas(t *testing.T) {
	t.Parallel()
	want := someRecord()
	data, err := want.marshal()
	if err != nil {
		t.Fatal(err)
	}
	got, err := unmarshalRecord(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	again, err := got.marshal()
	if err != nil || string(again) != string(data) {
		t.Errorf("written again it differs: %v", err)
	}
}

// A record in an unknown format must not prove anything.
func TestForeignRecordProvesNothing(t *testing.T) {
	t.Parallel()
	data, err := someRecord().marshal()
	if err != nil {
		t.Fatal(err)
	}
	good := string(data)
	row := func(old, replacement string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%s is not in %s", old, good)
		}
		return strings.Replace(good, old, replacement, 1)
	}
	for name, text := range map[string]string{
		"nothing":                "",
		"no JSON":                "x",
		"another document":       `["a"]`,
		"no version":             `{}`,
		"an older version":       row(`"version":1`, `"version":0`),
		"a newer version":        row(`"version":1`, `"version":2`),
		"cut off":                good[:len(good)/2],
		"a row without fields":   row(`"rows":["`, `"rows":["x","`),
		"rows out of order":      row(`"rows":["`, `"rows":["0 = AAAAAAAAAAA         z","`),
		"a class that is not":    row(`"classes":["STANDARD","STANDARD_IA"]`, `"classes":["STANDARD"]`),
		"a header that is not":   row(`"headers":[`, `"heads":[`),
		"a place too many":       row(`"places":[`, `"places":[`+strings.Repeat("{},", maxPlaces)),
		"rows of another kind":   row(`"rows":["`, `"rows":[1,"`),
		"larger than it can be":  good + strings.Repeat(" ", maxRecord),
		"a key cut in a letter":  `{"version":1,"places":[{"rows":["0 = AAAAAAAAAAA         é","1 = AAAAAAAAAAA         z"],"classes":[""],"proofs":[{}],"headers":[""],"types":[""]}]}`,
		"a shared part too long": row(`"rows":["0 `, `"rows":["9 `),
	} {
		if got, err := unmarshalRecord([]byte(text)); err == nil || len(got.Places) != 0 {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// Private state comes from a backend and is untrusted.
func FuzzRecord(f *testing.F) {
	data, err := someRecord().marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"version":1,"places":[{"rows":["0 = AAAAAAAAAAA         z"],"classes":[""],"proofs":[{}],"headers":[""],"types":[""]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := unmarshalRecord(data)
		if err != nil {
			return
		}
		again, err := r.marshal()
		if err != nil {
			t.Fatal(err)
		}
		back, err := unmarshalRecord(again)
		if err != nil {
			t.Fatalf("%v\n%s", err, again)
		}
		if diff := cmp.Diff(r, back); diff != "" {
			t.Error(diff)
		}
	})
}

// A protection identifies the encryption and contains no secret.
func TestProtectionOfSettings(t *testing.T) {
	t.Parallel()
	key, err := sse.NewCustomerKey(bytes.Repeat([]byte{7}, sse.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	one, other := sse.NewContext(map[string]string{"a": "1"}), sse.NewContext(map[string]string{"a": "2"})
	customer := protectionOf(sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key})
	if customer != (protection{Mode: sse.ModeCustomer, KeyMD5: key.MD5()}) {
		t.Errorf("got %+v", customer)
	}
	a, b := protectionOf(sse.Settings{Mode: sse.ModeKMS, Context: one}), protectionOf(sse.Settings{Mode: sse.ModeKMS, Context: other})
	if a == b || a.fits(b) || !a.fits(protectionOf(sse.Settings{Mode: sse.ModeKMS, Context: one})) {
		t.Errorf("contexts: %+v and %+v", a, b)
	}
	if (protection{}).fits(protection{}) {
		t.Error("no encryption is as declared")
	}
}

// large returns a site of n files, as site generators create them.
func large(n int) situation {
	s := situation{
		state: make(map[string]string, n), record: make(map[string]entry, n), files: make([]wanted, n),
		protection: cosMode, readable: func(protection) bool { return true },
	}
	for i := range n {
		text := fmt.Sprint(i)
		name := fmt.Sprintf("assets/%03d/chunk-%05d.js", i/100, i)
		e := stored(name, text)
		e.ETag = fmt.Sprintf("%016x%016x", e.Sum.CRC64, ^e.Sum.CRC64)
		e.Modified = written.Add(time.Duration(i) * time.Second / 100)
		s.state[name], s.record[name] = e.Sum.CRC64String(), e
		s.files[i] = wanted{Key: name, Name: name, Sum: e.Sum}
	}
	return s
}

// The framework encodes private state in base64, and so does the CLI.
func TestRecordOfTenThousandFilesIsSmall(t *testing.T) {
	t.Parallel()
	data, err := record{Places: []place{{Files: large(10_000).record}}}.marshal()
	if err != nil {
		t.Fatal(err)
	}
	stored := base64.StdEncoding.EncodedLen(base64.StdEncoding.EncodedLen(len(data)))
	t.Logf("%d bytes, %d in the state", len(data), stored)
	if len(data) > 800_000 {
		t.Errorf("%d bytes for 10,000 files", len(data))
	}
}

func BenchmarkRecord(b *testing.B) {
	r := record{Places: []place{{Files: large(10_000).record}}}
	data, err := r.marshal()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			if _, err := r.marshal(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := unmarshalRecord(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDecide(b *testing.B) {
	s := large(10_000)
	b.ReportAllocs()
	for b.Loop() {
		if o := decide(s); len(o.steps) != 0 {
			b.Fatal(shorts(o.steps[:1]))
		}
	}
}
