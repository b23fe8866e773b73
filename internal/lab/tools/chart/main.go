// Command chart draws the points that the bench command measured: the time of a plan without changes over the number of
// objects, with a line for each way to manage them. It is a module of its own, so that the provider does not depend on a
// plotting library.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: chart POINTS.json IMAGE.svg")
		os.Exit(2)
	}
	if err := draw(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "chart:", err)
		os.Exit(1)
	}
}

// draw draws the points in a file. It changes nothing if there are none.
func draw(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var points []struct {
		Series  string
		Objects int
		Seconds float64
	}
	if err := json.Unmarshal(text, &points); err != nil || len(points) == 0 {
		return err
	}
	var names []string
	lines := map[string]plotter.XYs{}
	for _, p := range points {
		if lines[p.Series] == nil {
			names = append(names, p.Series)
		}
		lines[p.Series] = append(lines[p.Series], plotter.XY{X: float64(p.Objects), Y: p.Seconds})
	}
	picture := plot.New()
	picture.Title.Text = "A plan without changes"
	picture.X.Label.Text, picture.Y.Label.Text = "objects", "seconds"
	picture.X.Scale, picture.Y.Scale = plot.LogScale{}, plot.LogScale{}
	picture.X.Tick.Marker, picture.Y.Tick.Marker = plot.LogTicks{Prec: -1}, plot.LogTicks{Prec: -1}
	picture.Legend.Top, picture.Legend.Left = true, true
	var all []any
	for _, name := range names {
		slices.SortFunc(lines[name], func(a, b plotter.XY) int { return int(a.X - b.X) })
		all = append(all, name, lines[name])
	}
	if err := plotutil.AddLinePoints(picture, all...); err != nil {
		return err
	}
	picture.Add(plotter.NewGrid())
	picture.Y.Max *= 5 // for the legend
	picture.X.Max *= 2 // for the last label
	picture.Legend.Padding = vg.Millimeter
	return picture.Save(16*vg.Centimeter, 10*vg.Centimeter, to)
}
