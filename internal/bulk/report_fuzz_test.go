package bulk

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Whatever a file holds when it is opened, and whatever an object and its error
// are called, what follows is one line of JSON that says it.
func FuzzReportLine(f *testing.F) {
	f.Add([]byte(`{"key":"half a li`), "a\nb", "denied \u2028 <&>", "cos/kms")
	f.Add([]byte("whole\n"), "\xff", "\x1b[0m", "")
	f.Add([]byte{}, "", "", "customer")
	f.Fuzz(func(t *testing.T, before []byte, key, said, encryption string) {
		path := filepath.Join(t.TempDir(), "report.jsonl")
		if err := os.WriteFile(path, before, 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := OpenReport(path)
		if err != nil {
			t.Fatal(err)
		}
		err = report.write(time.Unix(0, 0), Result{Key: key, Kind: "k", Reason: "r", Err: errors.New(said), Before: State{Encryption: encryption}})
		if err := errors.Join(err, report.Close()); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rest, ok := bytes.CutPrefix(text, before)
		if !ok {
			t.Fatalf("what was there is gone: %q, was %q", text, before)
		}
		if len(before) > 0 && before[len(before)-1] != '\n' {
			rest, ok = bytes.CutPrefix(rest, []byte{'\n'})
		}
		var line Line
		if !ok || bytes.Count(rest, []byte{'\n'}) != 1 || json.Unmarshal(rest, &line) != nil {
			t.Fatalf("not a line: %q", rest)
		}
		valid := func(s string) string { return strings.ToValidUTF8(s, "\ufffd") }
		if utf8.ValidString(key) && line.Key != key || utf8.ValidString(said) && line.Error != said || utf8.ValidString(encryption) && line.Before.Encryption != valid(encryption) {
			t.Errorf("%q, %q, %q are written as %+v", key, said, encryption, line)
		}
	})
}
