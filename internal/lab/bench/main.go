// Command bench measures the provider's performance from outside and compares it, in the same run on the same machine,
// with a baseline: for plans and applies, the same number of terraform_data resources; for transfers, programs that do
// nothing else.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

func main() {
	if told := os.Getenv(envBulk); told != "" {
		program.Main("bench", func(ctx context.Context) error {
			var r bulkRun
			program.Check(json.Unmarshal([]byte(told), &r))
			return r.child(ctx)
		})
		return
	}
	counts := numbers("counts", []int{10, 100, 1000}, "numbers of objects, separated by commas")
	seeded := numbers("seeded", []int{10, 100, 1000, 10000}, "numbers of objects that are only planned; their state is written, and not made by an apply that would take hours")
	audited := numbers("audited", []int{1000, 10000}, "numbers of objects that are audited")
	folders := numbers("folders", []int{100, 1000, 10000}, "numbers of files in a folder")
	latency := flag.Duration("latency", 20*time.Millisecond, "what each answer of the server takes, except for transfers")
	repeat := flag.Int("repeat", 3, "how often each figure is taken; the median is shown")
	provider := flag.String("provider", "", "folder of a built provider; \"\" builds this one")
	only := flag.String("run", "", "take only measurements whose name matches this expression")
	points := flag.String("points", "", "file for the points of the chart of plans without changes")
	flag.Parse()
	b := &bench{latency: *latency, repeat: max(*repeat, 1), provider: *provider}
	program.Main("bench", func(ctx context.Context) error {
		err := b.run(ctx, *only, slices.Concat(
			startMeasurements, []measurement{objectMeasurement(*counts), seededMeasurement(*seeded), auditMeasurement(*audited)},
			reencryptMeasurements, []measurement{directoryMeasurement(*folders)}, transferMeasurements,
		))
		if *points != "" {
			program.Check(os.WriteFile(*points, program.Must(json.Marshal(b.points)), 0o600))
		}
		return err
	})
}

type measurement struct {
	name    string
	columns []string
	sizes   []int // what it is taken for, one after the other: a number of objects, or of bytes
	// take adds the rows of one size.
	take func(b *bench, ctx context.Context, table *report.Table, size int)
}

// bench holds what all measurements share.
type bench struct {
	cli      tfcli.CLI
	folder   string // contains everything that is written; removed at the end
	provider string // directory of the built provider
	latency  time.Duration
	repeat   int
	servers  []*cosmock.Server // of the rows that are being taken
	points   []point
}

// point is the time of a plan without changes; see internal/lab/tools/chart.
type point struct {
	Series  string
	Objects int
	Seconds float64
}

func (b *bench) plot(series string, objects int, m measured) {
	b.points = append(b.points, point{series, objects, m.took.Seconds()})
}

func (b *bench) run(ctx context.Context, only string, all []measurement) (err error) {
	chosen := program.Must(regexp.Compile(only))
	var root string
	b.cli, root, err = tfcli.Find(ctx, os.Stderr)
	program.Check(err)
	b.folder = program.Must(os.MkdirTemp("", "cos-bench-"))
	defer func() { err = errors.Join(err, os.RemoveAll(b.folder)) }()
	if b.provider == "" {
		b.provider = filepath.Join(b.folder, "provider")
		program.Check(tfcli.Build(ctx, root, b.provider, "."))
	}
	fmt.Printf("%s, %v an answer, median of %d\n", b.cli, b.latency, b.repeat)
	for _, m := range all {
		if !chosen.MatchString(m.name) {
			continue
		}
		fmt.Printf("\n%s\n\n", m.name)
		table := report.NewTable(os.Stdout, m.columns...)
		for _, size := range m.sizes {
			err := program.Attempt(func() { m.take(b, ctx, table, size) })
			if err := errors.Join(err, b.closeServers(), ctx.Err()); err != nil {
				return fmt.Errorf("%s, %d: %w", m.name, size, err)
			}
		}
	}
	return nil
}

// serve starts a server that is closed once the rows are taken.
func (b *bench) serve(options cosmock.Options) *cosmock.Server {
	server := program.Must(cosmock.Start(options))
	b.servers = append(b.servers, server)
	return server
}

func (b *bench) closeServers() error {
	var errs []error
	for _, server := range b.servers {
		errs = append(errs, server.Close())
	}
	b.servers = nil
	return errors.Join(errs...)
}

// numbers defines a flag that holds a list of numbers of objects, which may be empty.
func numbers(name string, value []int, usage string) *[]int {
	flag.Func(name, fmt.Sprintf("%s (default %v)", usage, value), func(list string) (err error) {
		value, err = parseNumbers(list)
		return err
	})
	return &value
}

func parseNumbers(list string) (all []int, err error) {
	for text := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' }) {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not a number of objects", text)
		}
		all = append(all, n)
	}
	return all, nil
}
