package audit

import (
	"context"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Looker looks at single objects of a bucket in the way of a walk, for a caller
// that has an order of its own. It is safe for concurrent use.
type Looker struct{ walker walker }

// NewLooker looks at the objects of a bucket.
func NewLooker(i inspect.Inspector, region, bucket string) *Looker {
	return &Looker{walker{inspector: i, query: Query{Region: region, Bucket: bucket, Heads: true}}}
}

// Look finds out how an object of the listing is encrypted. gone means that it
// has been deleted since it was listed.
func (l *Looker) Look(ctx context.Context, entry cosclient.Entry) (found Finding, gone bool, err error) {
	at := step{finding: Finding{Entry: entry}}
	l.walker.head(ctx, &at)
	return at.finding, at.gone, at.err
}

// EncryptionOf names a mode in the words of the arguments.
func EncryptionOf(m sse.Mode) Encryption { return encryptionOf(m) }

// Known reports whether a word of an argument is one of Encryptions.
func Known(word string) bool { return knownEncryption(word) }
