package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// maxLines is the largest number of files that an error lists.
const maxLines = 20

// failures are the files that could not be processed, each once.
type failures struct {
	mu  sync.Mutex
	all []failure
	// fatal is an error that would affect every other request.
	fatal error
}

type failure struct {
	key string
	err error
}

// add records a failure.
func (f *failures) add(key string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fatal(err) && f.fatal == nil {
		f.fatal = err
	}
	f.all = append(f.all, failure{key, err})
}

// ended records the end of the context. If no file has failed, the prefix has. A
// timeout becomes the cause of the failure, regardless of what each file was
// waiting for.
func (f *failures) ended(ctx context.Context, prefix string) {
	if ctx.Err() == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.all) == 0 {
		f.all = append(f.all, failure{prefix, ctx.Err()})
	}
	if timeout := (*expired)(nil); errors.As(context.Cause(ctx), &timeout) {
		f.fatal = timeout
	}
}

// stopped reports whether sending more requests is pointless.
func (f *failures) stopped() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fatal != nil
}

// fatal reports whether an error concerns the credentials or the bucket.
func fatal(err error) bool {
	return errors.Is(err, cosclient.ErrExpiredToken) || errors.Is(err, cosclient.ErrSignature) ||
		errors.Is(err, cosclient.ErrClockSkew) || errors.Is(err, cosclient.ErrNoSuchBucket)
}

// Error lists the files, sorted by key, and at most maxLines of them.
func (f *failures) Error() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fatal != nil {
		text := fmt.Sprintf("%v", f.fatal)
		if advice := tfdiag.Advice(f.fatal); advice != "" {
			text += "\n\n" + advice
		}
		return text
	}
	slices.SortFunc(f.all, func(a, b failure) int { return cmp.Compare(a.key, b.key) })
	var b strings.Builder
	advised := map[string]bool{}
	var advices []string
	for i, one := range f.all {
		if i == maxLines-1 && len(f.all) > maxLines {
			fmt.Fprintf(&b, "  - and %d more\n", len(f.all)-i)
			break
		}
		fmt.Fprintf(&b, "  - %q: %s\n", one.key, strings.ReplaceAll(one.err.Error(), "\n", " "))
		if advice := tfdiag.Advice(one.err); advice != "" && !advised[advice] && len(advices) < 3 {
			advised[advice] = true
			advices = append(advices, advice)
		}
	}
	text := strings.TrimSuffix(b.String(), "\n")
	if len(advices) > 0 {
		text += "\n\n" + strings.Join(advices, "\n\n")
	}
	return text
}
