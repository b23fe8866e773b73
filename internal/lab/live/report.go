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

// outcome is what came of a question at one target.
type outcome struct {
	answer  string
	notes   []string
	unasked string // why it was not asked
	err     error
}

// text is an outcome as the table has it.
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

// answered reports whether the question is closed as far as this target is concerned.
func (o outcome) answered() bool { return o.unasked == "" && o.err == nil }

// row is a question with what both said.
type row struct {
	question
	live, mock outcome
}

// same compares the two, "–" if there is nothing to compare.
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

// found is what a run found.
type found struct {
	heading string
	isCOS   bool
	lives   []*life
	rows    []row
	closing string
}

// write prints the report as Markdown that reads well as it is.
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
	table := report.NewTable(b, append([]string{"encryption"}, stages...)...)
	for _, l := range r.lives {
		cells := []any{l.name}
		for _, stage := range stages {
			cells = append(cells, l.outcome(stage))
		}
		table.Row(cells...)
	}
	for _, l := range r.lives {
		if l.unasked != "" {
			fmt.Fprintf(b, "\n%s was not tried: %s.\n", l.name, strings.TrimSuffix(l.unasked, "."))
		}
	}
}

// outcome is what came of a stage.
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
	// What was said to several questions is printed once.
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
			if !slices.Contains(said[note], q.id) {
				said[note] = append(said[note], q.id)
			}
		}
	}
	fmt.Fprintf(b, "\n### What %s said as well\n\n", who)
	for _, note := range order {
		fmt.Fprintf(b, "- %s: %s\n", strings.Join(said[note], ", "), note)
	}
}
