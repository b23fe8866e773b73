package audit

import (
	"context"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Looker inspects single objects of a bucket as Walk does, for callers with their
// own order. It is safe for concurrent use.
type Looker struct{ walker walker }

// NewLooker returns a Looker for the objects of a bucket.
func NewLooker(i inspect.Inspector, region, bucket string) *Looker {
	return &Looker{walker{inspector: i, query: Query{Region: region, Bucket: bucket, Heads: true}}}
}

// Look determines the encryption of an object in a listing. gone means that it
// was deleted after it was listed.
func (l *Looker) Look(ctx context.Context, entry cosclient.Entry) (found Finding, gone bool, err error) {
	at := step{finding: Finding{Entry: entry}}
	l.walker.head(ctx, &at)
	return at.finding, at.gone, at.err
}

// EncryptionOf returns the name of a mode, as the arguments spell it.
func EncryptionOf(m sse.Mode) Encryption { return encryptionOf(m) }

// Known reports whether a word is one of Encryptions.
func Known(word string) bool { return knownEncryption(word) }
