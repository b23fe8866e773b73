package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
)

// outcome is the result of a question at one target.
type outcome struct {
	answer  string
	notes   []string
	unasked string // the reason why it was not asked
	err     error
}

// text returns an outcome as the table shows it.
func (o outcome) text() string {
	switch {
	case o.unasked != "":
		return "not asked: " + o.unasked
	case errors.Is(o.err, errNotReached):
		return o.err.Error()
	case o.err != nil:
		return "no answer: " + o.err.Error()
	default:
		return o.answer
	}
}

func (o outcome) answered() bool { return o.unasked == "" && o.err == nil }

type row struct {
	question
	live, mock outcome
}

// same says whether the outcomes are equal, or "–" if they cannot be compared.
func (r row) same() string {
	switch {
	case !r.live.answered() || !r.mock.answered():
		return "–"
	case r.live.answer == r.mock.answer:
		return "yes"
	default:
		return "**no**"
	}
}

type found struct {
	heading string
	isCOS   bool
	lives   []*life
	rows    []row
	closing string
}

// write prints the report as Markdown that is also readable as plain text.
func (r found) write(out io.Writer) error {
	var b strings.Builder
	b.WriteString(r.heading)
	if len(r.lives) > 0 {
		b.WriteString("\n## Terraform\n\n")
		r.writeLives(&b)
	}
	if len(r.rows) > 0 {
		b.WriteString("\n## Open questions\n\n")
		r.writeRows(&b)
	}
	b.WriteString("\n" + r.closing + "\n")
	_, err := io.WriteString(out, b.String())
	return err
}

func (r found) writeLives(b *strings.Builder) {
	columns := []string{"encryption"}
	for _, s := range stages {
		columns = append(columns, s.name)
	}
	table := report.NewTable(b, columns...)
	for _, l := range r.lives {
		cells := []any{l.name}
		for _, s := range stages {
			cells = append(cells, l.outcome(s.name))
		}
		table.Row(cells...)
	}
	for _, l := range r.lives {
		if l.unasked != "" {
			fmt.Fprintf(b, "\n%s was not tried: %s.\n", l.name, strings.TrimSuffix(l.unasked, "."))
		}
	}
}

func (l *life) outcome(stage string) string {
	err, reached := l.results[stage]
	switch {
	case l.unasked != "":
		return "not tried"
	case !reached:
		return "not reached"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case err != nil:
		return "**failed**"
	default:
		return "ok"
	}
}

func (r found) writeRows(b *strings.Builder) {
	who := "COS"
	if !r.isCOS {
		who = "the endpoint"
	}
	table := report.NewTable(b, "no.", "question", who+" answered", "the mock answers (default options)", "same?")
	// Print a note that several questions share only once.
	said := map[string][]string{}
	var order []string
	for _, q := range r.rows {
		mock := q.mock.text()
		if q.mock.unasked != "" {
			mock = "–"
		}
		table.Row(q.id, q.text, q.live.text(), mock, q.same())
		for _, note := range q.live.notes {
			if said[note] == nil {
				order = append(order, note)
			}
			said[note] = append(said[note], q.id)
		}
	}
	fmt.Fprintf(b, "\n### What %s said as well\n\n", who)
	for _, note := range order {
		fmt.Fprintf(b, "- %s: %s\n", strings.Join(slices.Compact(said[note]), ", "), note)
	}
}
