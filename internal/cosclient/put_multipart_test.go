package cosclient

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

func TestPartSize(t *testing.T) {
	t.Parallel()
	const most = int64(MaxParts) * MaxPartSize
	for name, tc := range map[string]struct{ size, asked, want int64 }{
		"as asked":                       {40 << 20, 16 << 20, 16 << 20},
		"the smallest":                   {40 << 20, MinPartSize, MinPartSize},
		"just 10,000 parts":              {MaxParts * DefaultPartSize, DefaultPartSize, DefaultPartSize},
		"a byte more than 10,000 parts":  {MaxParts*DefaultPartSize + 1, DefaultPartSize, DefaultPartSize + 1<<20},
		"a TB":                           {1 << 40, DefaultPartSize, 105 << 20},
		"as large as an object can be":   {most, DefaultPartSize, MaxPartSize},
		"larger than an object can be":   {most + 1, DefaultPartSize, 0},
		"a part below the smallest":      {40 << 20, MinPartSize - 1, 0},
		"a part above the largest":       {40 << 20, MaxPartSize + 1, 0},
		"larger than the file: one part": {40 << 20, 1 << 30, 1 << 30},
	} {
		got, err := partSizeOf(tc.size, tc.asked)
		if got != tc.want || (err != nil) != (tc.want == 0) {
			t.Errorf("%s: %d, %v, want %d", name, got, err, tc.want)
		}
		if err == nil && (tc.size+got-1)/got > MaxParts {
			t.Errorf("%s: too many parts of %d bytes", name, got)
		}
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	p := newProgress(1000)
	if diff := cmp.Diff(map[string]any{"bytes": int64(0), "total_bytes": int64(1000)}, p.fields(time.Second)); diff != "" {
		t.Error(diff)
	}
	count := p.part()
	read := func(n int) {
		if _, err := io.Copy(io.Discard, count(strings.NewReader(strings.Repeat("x", n)))); err != nil {
			t.Fatal(err)
		}
	}
	old := count(strings.NewReader("old"))
	read(150)
	read(200) // the same part again
	if _, err := old.Read(make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"bytes": int64(200), "total_bytes": int64(1000), "bytes_per_second": int64(100), "remaining": "8s"}
	if diff := cmp.Diff(want, p.fields(2*time.Second)); diff != "" {
		t.Error(diff)
	}
}

type inMemory []byte

func (b inMemory) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
func (b inMemory) Size() int64                  { return int64(len(b)) }
func (b inMemory) OpenAt() (content.At, error)  { return memoryAt{bytes.NewReader(b)}, nil }

type memoryAt struct{ io.ReaderAt }

func (memoryAt) Close() error { return nil }

// A long upload logs its progress and nothing else.
func TestProgressIsLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newPipeServer(t,
			status(200, begun),
			func(w http.ResponseWriter, _ *http.Request) {
				time.Sleep(5 * reportEvery / 2)
				w.Header().Set("ETag", `"p"`)
			},
			status(200, completed),
		)
		var log bytes.Buffer
		ctx := tflogtest.RootLogger(t.Context(), &log)
		if _, err := s.client(t).PutMultipart(ctx, testObject, PutMultipartInput{Body: inMemory(make([]byte, 77))}); err != nil {
			t.Fatal(err)
		}
		entries, err := tflogtest.MultilineJSONDecode(&log)
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, e := range entries {
			if e["@level"] == "info" && e["bucket"] == testObject.Bucket && e["key"] == testObject.Key && e["total_bytes"] == 77.0 && e["bytes"] == 77.0 && e["remaining"] == "0s" {
				told++
			}
		}
		if told != 2 {
			t.Errorf("progress was told %d times in two and a half intervals: %v", told, entries)
		}
	})
}
