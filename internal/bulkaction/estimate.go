package bulkaction

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/audit"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// Estimate sums up the cost of a run of copies.
type Estimate struct {
	Mode  sse.Mode // of the copies
	Sizes store.Sizes
	Now   func() time.Time
	// Looks is the number of requests per object besides its copy.
	Looks int
	// LooksBeforeJoining is how many more a multipart copy takes before its parts
	// are joined, besides that at its source.
	LooksBeforeJoining int
	// Replaces means that the copies replace their sources.
	Replaces bool

	mu   sync.Mutex
	rows map[row]*costs
}

// row identifies a line of the estimate.
type row struct {
	encryption audit.Encryption
	class      string
}

type costs struct {
	objects, requests, kms, early int
	bytes                         int64
}

// Add adds an object to the estimate.
func (e *Estimate) Add(found audit.Finding) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.rows == nil {
		e.rows = map[row]*costs{}
	}
	at := row{found.Encryption, found.Info.StorageClass}
	c := e.rows[at]
	if c == nil {
		c = &costs{}
		e.rows[at] = c
	}
	c.objects++
	c.bytes += found.Info.Length
	c.requests += e.requests(found)
	for _, mode := range []sse.Mode{found.Info.Encryption.Mode, e.Mode} {
		if mode == sse.ModeKMS {
			c.kms += e.copies(found.Info.Length)
		}
	}
	if e.Replaces && e.Now().Sub(found.Info.LastModified) < cosclient.MinimumStorage(found.Info.StorageClass) {
		c.early++
	}
}

// copies returns the number of requests that copy an object of the length.
func (e *Estimate) copies(length int64) int {
	if length <= e.Sizes.Copy {
		return 1
	}
	return int((length + e.Sizes.Part - 1) / e.Sizes.Part)
}

// requests returns the number of requests for an object. A multipart copy takes
// two extra HEADs, one request for the tags, and two for the upload.
func (e *Estimate) requests(found audit.Finding) int {
	n := e.Looks + e.copies(found.Info.Length)
	if found.KeyName != "" {
		n++ // the HEAD without the key is refused
	}
	if found.Info.Length > e.Sizes.Copy {
		n += 4 + e.LooksBeforeJoining
		if found.Info.TaggingCount > 0 {
			n++
		}
	}
	return n
}

// String returns a table with a line for each encryption and storage class.
func (e *Estimate) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	rows := make([]row, 0, len(e.rows))
	for at := range e.rows {
		rows = append(rows, at)
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.encryption, b.encryption), cmp.Compare(a.class, b.class))
	})
	var b strings.Builder
	for _, at := range rows {
		c := e.rows[at]
		fmt.Fprintf(&b, "\n  - %s, %s: %s, %s bytes, %s requests", at.encryption, at.class, bulk.Objects(c.objects), bulk.Number(int(c.bytes)), bulk.Number(c.requests))
		if c.kms > 0 {
			fmt.Fprintf(&b, ", about %s KMS calls", bulk.Number(c.kms))
		}
		if c.early > 0 {
			fmt.Fprintf(&b, ", %s before the least time of the class is over (early deletion is billed)", bulk.Number(c.early))
		}
	}
	if len(rows) == 0 {
		return "\n  - no object"
	}
	return b.String()
}

// Reactions describes what else new versions of objects trigger in the bucket.
func Reactions(ctx context.Context, c *cosclient.Client, region, bucket string) string {
	onOff := func(on bool, err error) string {
		switch {
		case err != nil:
			return "unknown"
		case on:
			return "on"
		}
		return "off"
	}
	versioning := "unknown"
	if state, err := c.Versioning(ctx, region, bucket); err == nil {
		versioning = map[string]string{"": "off", "Enabled": "on, so that the versions there are now stay, and cost, under their old encryption", "Suspended": "suspended"}[state]
	}
	return fmt.Sprintf("versioning: %s; lifecycle rules: %s; replication: %s; event functions: %s",
		versioning, onOff(c.HasLifecycle(ctx, region, bucket)), onOff(c.HasReplication(ctx, region, bucket)), onOff(c.HasNotification(ctx, region, bucket)))
}
