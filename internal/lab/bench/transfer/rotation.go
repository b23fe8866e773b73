package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// rotation gives a large object another encryption, beside its upload.
func rotation(size int64) measure {
	return func(ctx context.Context, l *lab, row func(cells ...string)) error {
		path, err := l.file(size)
		if err != nil {
			return err
		}
		w, err := l.workspace()
		if err != nil {
			return err
		}
		source := "\n  source = " + quote(path)
		apply := func(mode string) (time.Duration, int64, error) {
			if err := w.object("", "server_side_encryption = "+quote(mode)+source); err != nil {
				return 0, 0, err
			}
			l.server.ResetRequests()
			began := time.Now()
			_, _, err := w.run(ctx, "apply", "-auto-approve")
			var sent int64
			for _, r := range l.server.Requests() {
				sent += r.BodyBytes
			}
			return time.Since(began), sent, err
		}
		created, _, err := apply("cos/kms")
		if err != nil {
			return err
		}
		rotated, sent, err := apply("AES256")
		if err != nil {
			return err
		}
		row("rotation of "+inUnits(size)+", its creation", rate(size, created), "1.00", "", "", created.Round(10*time.Millisecond).String())
		row(fmt.Sprintf("  SSE-KMS to SSE-COS, %d body bytes sent", sent), "", ratio(created, rotated), "", "", rotated.Round(10*time.Millisecond).String())
		if err := l.server.DeleteObject(l.server.Bucket(), "bench"); err != nil || sent == 0 {
			return err
		}
		return errors.New("a rotation sent bytes of the body")
	}
}
