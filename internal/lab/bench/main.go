// Command bench measures the provider from outside, next to what it is to be compared with, in the same run and on the
// same machine: how plans and applies of many objects compare with as many resources of Terraform's own (terraform_data),
// and transfers with programs that do nothing else.
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
	"strconv"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

func main() {
	if told := os.Getenv(envBulk); told != "" {
		var r bulkRun
		if err := json.Unmarshal([]byte(told), &r); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		program.Main("bench", r.child)
		return
	}
	counts := numbers("counts", []int{10, 100, 1000}, "numbers of objects, separated by commas")
	seeded := numbers("seeded", []int{100, 10000}, "numbers of objects that are only planned; their state is written, and not made by an apply that would take hours")
	audited := numbers("audited", []int{1000, 10000}, "numbers of objects that are audited")
	folders := numbers("folders", []int{1000, 10000}, "numbers of files in a folder")
	latency := flag.Duration("latency", 20*time.Millisecond, "what each answer of the server takes, except for transfers")
	repeat := flag.Int("repeat", 3, "how often each figure is taken; the median is shown")
	provider := flag.String("provider", "", "folder of a built provider; \"\" builds this one")
	only := flag.String("run", "", "take only measurements whose name matches this expression")
	flag.Parse()
	b := &bench{latency: *latency, repeat: max(*repeat, 1), provider: *provider}
	program.Main("bench", func(ctx context.Context) error { return b.run(ctx, *only, *counts, *seeded, *audited, *folders) })
}

// bench is what all measurements share.
type bench struct {
	cli      tfcli.CLI
	folder   string // of everything that is written, removed in the end
	provider string // the folder of the built provider
	latency  time.Duration
	repeat   int
}

func (b *bench) run(ctx context.Context, only string, counts, seeded, audited, folders []int) (err error) {
	chosen, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	var root string
	if b.cli, root, err = tfcli.Find(ctx, os.Stderr); err != nil {
		return err
	}
	if b.folder, err = os.MkdirTemp("", "cos-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.folder)) }()
	if b.provider == "" {
		b.provider = filepath.Join(b.folder, "provider")
		if err := tfcli.Build(ctx, root, b.provider, "."); err != nil {
			return err
		}
	}
	fmt.Printf("%s, %v an answer, median of %d\n", b.cli, b.latency, b.repeat)
	for _, m := range []struct {
		name    string
		measure func(context.Context) error
	}{
		{"validate", b.validate},
		{"files", b.files},
		{"objects", func(ctx context.Context) error { return b.objects(ctx, counts) }},
		{"seeded", func(ctx context.Context) error { return b.seeded(ctx, seeded) }},
		{"audit", func(ctx context.Context) error { return b.audit(ctx, audited) }},
		{"reencrypt-10000", func(ctx context.Context) error { return b.reencrypt(ctx, 10_000) }},
		{"reencrypt-memory", func(ctx context.Context) error { return b.reencryptMemory(ctx, 1_000, 100_000) }},
		{"directories", func(ctx context.Context) error { return b.directories(ctx, folders) }},
		{"hash-4GiB", func(ctx context.Context) error { return b.hash(ctx, 4<<30) }},
		{"upload-1GiB", func(ctx context.Context) error { return b.upload(ctx, 1<<30) }},
		{"upload-5GiB", func(ctx context.Context) error { return b.upload(ctx, 5<<30) }},
		{"rotation-5GiB", func(ctx context.Context) error { return b.rotation(ctx, 5<<30) }},
	} {
		if !chosen.MatchString(m.name) {
			continue
		}
		fmt.Printf("\n%s\n\n", m.name)
		if err := m.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

// numbers makes a flag of numbers of objects; "" is none.
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
