package cosclient

import (
	"context"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// RestoreInput says how to restore an archived object.
type RestoreInput struct {
	Days        int             // for how many days it can then be read
	Tier        string          // Expedited, Standard or Bulk
	CustomerKey sse.CustomerKey // of an object under SSE-C
	VersionID   string          // "": the latest
}

type restoreRequest struct {
	XMLName xml.Name `xml:"RestoreRequest"`
	Days    int      `xml:"Days"`
	Tier    string   `xml:"CASJobParameters>Tier"`
}

// Restore has COS begin to restore an archived object, which takes minutes to
// days. ErrNotArchived and ErrRestoreInProgress say that there is nothing to
// begin. Source: COS API documentation, "POST Object restore".
func (c *Client) Restore(ctx context.Context, loc Location, in RestoreInput) error {
	r, err := newRequest(opRestore, http.MethodPost, loc)
	if err != nil {
		return err
	}
	r.query = []param{{"restore", ""}}
	r.version(in.VersionID)
	in.CustomerKey.SetHeaders(r.header)
	if err := r.document(restoreRequest{Days: in.Days, Tier: in.Tier}); err != nil {
		return err
	}
	_, err = c.do(ctx, r)
	return err
}

const opRestore = "PostObjectRestore"

// InArchive reports a storage class whose objects have to be restored before
// they can be read.
func InArchive(class string) bool { return strings.HasSuffix(class, "ARCHIVE") }

// inArchiveTier reports a tier of intelligent tiering whose objects have to be
// restored as well, such as ARCHIVE_ACCESS. Source: COS API documentation, "PUT
// Bucket IntelligentTiering" and "HEAD Object".
func inArchiveTier(tier string) bool { return strings.Contains(tier, "ARCHIVE") }

// InArchive reports an object in an archive class or tier.
func (i Info) InArchive() bool { return InArchive(i.StorageClass) || inArchiveTier(i.StorageTier) }

// InArchive reports an object that may be in an archive class or tier: a listing
// need not tell the tier.
func (e Entry) InArchive() bool {
	return InArchive(e.StorageClass) || inArchiveTier(e.StorageTier) || e.StorageTier == "" && strings.HasSuffix(e.StorageClass, "INTELLIGENT_TIERING")
}

// Archived reports an object whose bytes COS cannot read right now: it is in an
// archive class or tier, and is not restored for the time being.
func (i Info) Archived() bool {
	return i.InArchive() && !strings.Contains(i.Restore, `ongoing-request="false"`)
}

// Restoring reports an object that COS is restoring.
func (i Info) Restoring() bool { return strings.Contains(i.Restore, `ongoing-request="true"`) }

// RestoredUntil is when a restored object is archived again; zero if it is not
// restored, or COS gives no time. Source: COS API documentation, "HEAD Object".
func (i Info) RestoredUntil() time.Time {
	_, text, found := strings.Cut(i.Restore, `expiry-date="`)
	text, _, closed := strings.Cut(text, `"`)
	if !found || !closed {
		return time.Time{}
	}
	until, _ := http.ParseTime(text)
	return until
}
