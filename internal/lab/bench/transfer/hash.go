package main

import (
	"context"
	"os/exec"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// hash measures a file as a plan does, beside a program that only reads it.
func hash(size int64) measure {
	return func(ctx context.Context, l *lab, row func(cells ...string)) error {
		path, err := l.file(size)
		if err != nil {
			return err
		}
		var sums, cats, busy, catBusy []time.Duration
		for range l.pairs {
			began := time.Now()
			cat := exec.CommandContext(ctx, "cat", path)
			if err := cat.Run(); err != nil { // into /dev/null
				return err
			}
			cats, catBusy = append(cats, time.Since(began)), append(catBusy, processor(cat))
			began, before := time.Now(), own()
			body, err := content.File(path).Body()
			if err != nil {
				return err
			}
			if _, err := body.Sum(ctx); err != nil {
				return err
			}
			sums, busy = append(sums, time.Since(began)), append(busy, own()-before)
		}
		cat, sum := median(cats), median(sums)
		row("CRC64 of a file of "+inUnits(size)+", cat >/dev/null", rate(size, cat), "1.00", seconds(median(catBusy)), "", "")
		row("  as a plan does it", rate(size, sum), ratio(cat, sum), seconds(median(busy)), "", "")
		return nil
	}
}
