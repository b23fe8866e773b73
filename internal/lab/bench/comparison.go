package main

import (
	"context"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
)

type way struct {
	name string
	run  func() measured
}

// column is a column of a table that compares ways: its name, and the cell of a way next to the first one.
type column struct {
	name string
	cell func(m, first measured) any
}

// Columns that several tables have. Names are as wide as their cells.
var (
	took      = column{"took   ", func(m, _ measured) any { return m.took }}
	slower    = column{"ratio ", func(m, first measured) any { return report.Times(m.took, first.took) }}
	processor = column{"processor", func(m, _ measured) any { return unless(m.cpu == 0, m.cpu) }}
	requests  = column{"requests", func(m, _ measured) any { return m.requests }}
	memory    = column{"peak memory", func(m, _ measured) any { return unless(m.peak == 0, report.Size(m.peak)) }}
	rate      = column{"rate     ", func(m, _ measured) any { return unless(m.bodies() == 0, report.Rate(m.size, m.bodies())) }}
	faster    = column{"ratio", func(m, first measured) any { return report.Times(first.bodies(), m.bodies()) }}
)

// unless is an empty cell if there is nothing to show.
func unless(missing bool, cell any) any {
	if missing {
		return ""
	}
	return cell
}

// comparison is a measurement of several ways, which take turns: a row for each. The first one is what the others are
// compared with.
func comparison(name, what string, columns []column, sizes []int, ways func(b *bench, ctx context.Context, size int) []way) measurement {
	names := []string{what}
	for _, c := range columns {
		names = append(names, c.name)
	}
	return measurement{name, names, sizes, func(b *bench, ctx context.Context, table *report.Table, size int) {
		all := ways(b, ctx, size)
		runs := make([][]measured, len(all))
		for range b.repeat {
			for i, w := range all {
				program.Named(w.name, func() { runs[i] = append(runs[i], w.run()) })
			}
		}
		for i, w := range all {
			row, m, first := []any{w.name}, middle(runs[i]), middle(runs[0])
			m.size = size
			for _, c := range columns {
				row = append(row, c.cell(m, first))
			}
			table.Row(row...)
		}
	}}
}
