// Package report writes what the annex tells people: tables that read well on a terminal and are Markdown at the same
// time, and accounts of steps.
package report

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Table is a table that is written row by row, as its figures come in.
type Table struct {
	out    io.Writer
	widths []int
}

// NewTable writes the head of a table. Every cell is at least as wide as its column's name; blanks around a name leave
// room for wider ones.
func NewTable(out io.Writer, names ...string) *Table {
	t := &Table{out: out}
	head, rule := make([]any, len(names)), make([]any, len(names))
	for i, name := range names {
		t.widths = append(t.widths, utf8.RuneCountInString(name))
		head[i], rule[i] = name, strings.Repeat("-", max(3, t.widths[i]))
	}
	t.Row(head...)
	t.Row(rule...)
	return t
}

// Row writes a row: durations in seconds, everything else as fmt.Print writes it. A cell may hold any text: line breaks
// and bars do not end it.
func (t *Table) Row(cells ...any) {
	var line strings.Builder
	for i, value := range cells {
		if took, ok := value.(time.Duration); ok {
			value = Seconds(took)
		}
		cell := strings.Join(strings.Fields(fmt.Sprint(value)), " ")
		fmt.Fprintf(&line, "| %-*s ", t.widths[i], strings.ReplaceAll(cell, "|", `\|`))
	}
	_, _ = fmt.Fprintln(t.out, line.String()+"|")
}
