// Package report formats the output of the commands in internal/lab: tables that are valid Markdown and readable on a
// terminal, and accounts of steps.
package report

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Table is a table that is printed row by row.
type Table struct {
	out    io.Writer
	widths []int
}

// NewTable prints the header of a table. Each cell is at least as wide as its column's name; blanks around the name
// make room for wider cells.
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
