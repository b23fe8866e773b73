package inspect

import (
	"context"
	"fmt"

	"golang.org/x/text/unicode/norm"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// ExplainMissing checks whether the key of a missing object exists in Unicode's
// decomposed form (NFD), and adds that to the error. Terraform and OpenTofu
// normalize every string to the composed form (NFC), so a configuration cannot
// contain such a key. This takes one request, and only for keys whose decomposed
// form differs.
func (i Inspector) ExplainMissing(ctx context.Context, loc cosclient.Location, notFound error) error {
	decomposed := loc
	decomposed.Key = norm.NFD.String(loc.Key)
	if decomposed.Key == loc.Key {
		return notFound
	}
	if _, err := i.Client.Head(ctx, decomposed, cosclient.HeadInput{}); err != nil && !Refused(err) {
		return notFound
	}
	return fmt.Errorf("%w. There is an object whose key looks the same, in Unicode's decomposed form (NFD), as file names of macOS are: Terraform and OpenTofu compose every string (NFC) and cannot name it. Copy it to the composed key with another tool", notFound)
}
