package inspect

import (
	"context"
	"fmt"

	"golang.org/x/text/unicode/norm"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// ExplainMissing adds to the error of an object that is not there that its key
// exists in Unicode's decomposed form (NFD), if it does. Terraform and OpenTofu
// compose every string (NFC), so such a key cannot be written in a
// configuration. It costs one request, and only for keys that have such a form.
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
