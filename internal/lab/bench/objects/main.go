// Command bench measures the provider from outside, beside what Terraform
// itself needs for as many resources of its own (terraform_data), on a COS
// server of its own whose answers take as long as a network's.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

func main() {
	counts := flag.String("counts", "10,100,1000", "numbers of objects, separated by commas")
	seeded := flag.String("seeded", "100,10000", "numbers of objects that are only planned; their state is written, and not made by an apply that would take hours")
	latency := flag.Duration("latency", 20*time.Millisecond, "what each answer of the server takes")
	repeat := flag.Int("repeat", 3, "plans of which the median counts")
	provider := flag.String("provider", "", "folder of a built provider; \"\" builds this one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *counts, *seeded, *latency, *repeat, *provider); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, counts, seeded string, latency time.Duration, repeat int, provider string) error {
	numbers, err := numbersOf(counts)
	if err != nil {
		return err
	}
	planned, err := numbersOf(seeded)
	if err != nil {
		return err
	}
	finder, err := tfcli.NewFinder(ctx, os.Stderr)
	if err != nil {
		return err
	}
	cli, err := finder.Find(ctx)
	if err != nil {
		return err
	}
	temporary, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temporary) }()
	if provider == "" {
		if provider, err = build(ctx, finder.Root, temporary); err != nil {
			return err
		}
	}
	b := bench{cli: cli.Path, provider: provider, temporary: temporary, latency: latency, repeat: max(repeat, 1), out: os.Stdout}
	fmt.Printf("%s %s, %v an answer, median of %d plans\n\n", cli.Product, cli.Version, latency, b.repeat)
	if err := b.validate(ctx); err != nil {
		return err
	}
	if err := b.files(ctx); err != nil {
		return err
	}
	fmt.Println(header)
	for _, n := range numbers {
		r, err := b.objects(ctx, n)
		if err != nil {
			return fmt.Errorf("%d objects: %w", n, err)
		}
		fmt.Println(r)
	}
	fmt.Println("\n" + seededHeader)
	for _, n := range planned {
		r, err := b.seeded(ctx, n)
		if err != nil {
			return fmt.Errorf("%d objects that are there: %w", n, err)
		}
		fmt.Println(r)
	}
	return nil
}

// numbersOf reads numbers of objects; "" is none.
func numbersOf(list string) ([]int, error) {
	var numbers []int
	for text := range strings.SplitSeq(list, ",") {
		if list == "" {
			break
		}
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not a number of objects", text)
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}
