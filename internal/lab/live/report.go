package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
)

// The report is Markdown that is also readable as plain text.

// reportLives writes a row for each lifecycle, and returns what failed in them.
func reportLives(out io.Writer, all []*life) error {
	columns := []string{"encryption"}
	for _, s := range stages {
		columns = append(columns, s.name)
	}
	fmt.Fprint(out, "\n## Terraform\n\n")
	table := report.NewTable(out, columns...)
	var errs []error
	for _, l := range all {
		cells := []any{l.name}
		for _, s := range stages {
			cells = append(cells, l.outcome(s.name))
			if err := l.results[s.name]; err != nil {
				errs = append(errs, fmt.Errorf("%s, %s: %w", l.name, s.name, err))
			}
		}
		table.Row(cells...)
	}
	for _, l := range all {
		if l.unasked != "" {
			fmt.Fprintf(out, "\n%s was not tried: %s.\n", l.name, strings.TrimSuffix(l.unasked, "."))
		}
	}
	return errors.Join(errs...)
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

// outcome is the result of a question at one target.
type outcome struct {
	text  string
	asked bool
	notes []string
	err   error
}

// compare asks all questions of two targets and writes a row for each.
func (t *target) compare(ctx context.Context, mock *target, state bucketState, out io.Writer) error {
	who := "the endpoint"
	if t.isCOS() {
		who = "COS"
	}
	fmt.Fprint(out, "\n## Open questions\n\n")
	table := report.NewTable(out, "no.", "question", who+" answered", "the mock answers (default options)", "same?")
	var notes []string
	saying := map[string][]string{} // the questions with a note
	unanswered := 0
	for _, q := range questions() {
		if ctx.Err() != nil {
			break
		}
		// What is not asked of the bucket needs no comparison.
		live, boxed, same := t.ask(ctx, q, state), outcome{text: "–"}, "–"
		if live.asked {
			boxed = mock.ask(ctx, q, state)
		}
		switch {
		case !live.asked || live.err != nil || boxed.err != nil:
		case live.text == boxed.text:
			same = "yes"
		default:
			same = "**no**"
		}
		if live.err != nil && !errors.Is(live.err, errNotReached) {
			unanswered++
		}
		table.Row(q.id, q.text, live.text, boxed.text, same)
		for _, note := range live.notes {
			if saying[note] == nil {
				notes = append(notes, note)
			}
			saying[note] = append(saying[note], q.id)
		}
	}
	fmt.Fprintf(out, "\n### What %s said as well\n\n", who)
	for _, note := range notes {
		fmt.Fprintf(out, "- %s: %s\n", strings.Join(slices.Compact(saying[note]), ", "), note)
	}
	if unanswered > 0 {
		return fmt.Errorf("%d questions got no answer", unanswered)
	}
	return nil
}

func (t *target) ask(ctx context.Context, q question, state bucketState) outcome {
	if why := cmp.Or(q.unasked, t.missing(q.needs)); why != "" {
		return outcome{text: "not asked: " + why}
	}
	a := &asker{target: t, state: state, at: "questions/" + q.id + "/"}
	var text string
	err := program.Attempt(func() { text = q.ask(ctx, a) })
	if errors.Is(err, errNotReached) {
		text = err.Error()
	} else if err != nil {
		text = "no answer: " + err.Error()
	}
	return outcome{text, true, a.notes, err}
}
