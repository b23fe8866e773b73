// Package report writes what the annex tells people: tables that read well on a terminal and are Markdown at the same
// time, and accounts of steps.
package report

import (
	"fmt"
	"io"
	"strings"
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
	rule := make([]string, len(names))
	for i, name := range names {
		t.widths = append(t.widths, utf8.RuneCountInString(name))
		rule[i] = strings.Repeat("-", max(3, t.widths[i]))
	}
	t.Row(names...)
	t.Row(rule...)
	return t
}

// Row writes a row. A cell may hold any text: line breaks and bars do not end it.
func (t *Table) Row(cells ...string) {
	var line strings.Builder
	for i, cell := range cells {
		cell = strings.Join(strings.Fields(cell), " ")
		fmt.Fprintf(&line, "| %-*s ", t.widths[i], strings.ReplaceAll(cell, "|", `\|`))
	}
	_, _ = fmt.Fprintln(t.out, line.String()+"|")
}
