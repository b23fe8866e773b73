// Command bench measures the provider beside what it is to be compared with,
// in the same run and on the same machine, and prints a table.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"text/tabwriter"
)

// measure takes one measurement and adds its rows to the table.
type measure func(ctx context.Context, l *lab, row func(cells ...string)) error

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	only := flags.String("run", "", "take only measurements whose name matches this expression")
	pairs := flags.Int("pairs", 3, "how often each pair is measured; the medians are shown")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	l, err := newLab(ctx, max(*pairs, 1))
	if err != nil {
		return err
	}
	defer func() {
		if closing := l.close(); err == nil {
			err = closing
		}
	}()
	fmt.Println(l.cli)
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	row := func(cells ...string) {
		for _, c := range cells {
			fmt.Fprint(table, c, "\t")
		}
		fmt.Fprintln(table)
	}
	row("", "rate", "ratio", "processor", "peak memory", "whole run")
	for _, m := range []struct {
		name string
		measure
	}{
		{"hash-4GiB", hash(4 << 30)},
		{"upload-1GiB", upload(1 << 30)},
		{"upload-5GiB", upload(5 << 30)},
		{"rotation-5GiB", rotation(5 << 30)},
	} {
		if !chosen.MatchString(m.name) {
			continue
		}
		if err := m.measure(ctx, l, row); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	return nil
}
