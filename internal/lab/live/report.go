package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
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

// same compares the two, "–" where there is nothing to compare.
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

// report is what a run found.
type report struct {
	heading []string
	isCOS   bool
	lives   []*life
	rows    []row
	closing string
}

// write prints the report as Markdown that reads well as it is.
func (r report) write(out io.Writer) error {
	var b strings.Builder
	for _, line := range r.heading {
		b.WriteString(line + "\n")
	}
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

func (r report) writeLives(b *strings.Builder) {
	fmt.Fprintf(b, "| encryption | %s |\n|%s\n", strings.Join(stages, " | "), strings.Repeat(" --- |", len(stages)+1))
	for _, l := range r.lives {
		cells := []string{l.name}
		for _, stage := range stages {
			err, reached := l.results[stage]
			switch {
			case l.unasked != "":
				cells = append(cells, "not tried")
			case !reached:
				cells = append(cells, "not reached")
			case errors.Is(err, context.Canceled):
				cells = append(cells, "interrupted")
			case err != nil:
				cells = append(cells, "**failed**")
			default:
				cells = append(cells, "ok")
			}
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
	for _, l := range r.lives {
		if l.unasked != "" {
			fmt.Fprintf(b, "\n%s was not tried: %s.\n", l.name, strings.TrimSuffix(l.unasked, "."))
		}
	}
}

func (r report) writeRows(b *strings.Builder) {
	who := "COS"
	if !r.isCOS {
		who = "the endpoint"
	}
	fmt.Fprintf(b, "| no. | question | %s answered | the mock answers (default options) | same? |\n| --- | --- | --- | --- | --- |\n", who)
	for _, q := range r.rows {
		mock := q.mock.text()
		if q.mock.unasked != "" {
			mock = "–"
		}
		cells := []string{q.id, q.text, q.live.text(), mock, q.same()}
		for i, cell := range cells {
			cells[i] = strings.ReplaceAll(strings.Join(strings.Fields(cell), " "), "|", `\|`)
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
	fmt.Fprintf(b, "\n### What %s said beside\n\n", who)
	// What was said to several questions is printed once.
	said := map[string][]string{}
	var order []string
	for _, q := range r.rows {
		for _, note := range q.live.notes {
			if said[note] == nil {
				order = append(order, note)
			}
			if ids := said[note]; !slices.Contains(ids, q.id) {
				said[note] = append(ids, q.id)
			}
		}
	}
	for _, note := range order {
		fmt.Fprintf(b, "- %s: %s\n", strings.Join(said[note], ", "), note)
	}
}
