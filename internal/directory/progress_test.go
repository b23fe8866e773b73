package directory

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

// An apply of many files reports its progress.
func TestProgressIsSilent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		p := progress{home: "cos://b-1/site/", allFiles: 100, allBytes: 1000}
		done := p.report(tflogtest.RootLogger(t.Context(), &log))
		time.Sleep(6 * time.Second)
		p.files.Store(25)
		p.bytes.Store(250)
		time.Sleep(5 * time.Second)
		done()
		time.Sleep(time.Minute)
		entries, err := tflogtest.MultilineJSONDecode(&log)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) != 2 {
			t.Fatalf("%d lines in eleven seconds, and a minute after the end: %v", len(entries), entries)
		}
		got := entries[1]
		delete(got, "@timestamp")
		delete(got, "@caller")
		delete(got, "@module")
		want := map[string]any{
			"@level": "info", "@message": "Writing encrypted directory", "directory": "cos://b-1/site/",
			"files": 25.0, "of_files": 100.0, "bytes": 250.0, "of_bytes": 1000.0, "bytes_per_second": 25.0, "remaining": "30s",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if line := entries[0]; line["remaining"] != nil || line["files"] != 0.0 {
			t.Errorf("before the first file: %v", line)
		}
	})
}
