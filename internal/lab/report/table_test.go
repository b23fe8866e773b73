package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	t.Parallel()

	var out strings.Builder
	table := NewTable(&out, "n", "name    ")
	table.Row("1", "short")
	table.Row("22", "a name | that\n is longer")
	table.Row(3, 1234*time.Millisecond)
	want := "| n | name     |\n" +
		"| --- | -------- |\n" +
		"| 1 | short    |\n" +
		"| 22 | a name \\| that is longer |\n" +
		"| 3 | 1.23s    |\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
