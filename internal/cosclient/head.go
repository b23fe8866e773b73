package cosclient

import (
	"context"
	"net/http"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// HeadInput selects the object to read. The customer key is zero unless the object is encrypted with SSE-C, and an
// empty VersionID selects the latest version.
type HeadInput struct {
	CustomerKey sse.CustomerKey
	VersionID   string
}

// Head returns the metadata of an object. A missing object is ErrNotFound. So is a missing bucket, because the response
// to a HEAD has no body to tell them apart; see Explain. If an origin-pull rule answers, Head checks the listing. A
// wrong or missing customer key is ErrBadRequest or ErrForbidden.
func (c *Client) Head(ctx context.Context, loc Location, in HeadInput) (Info, error) {
	r, err := newRequest(opHead, http.MethodHead, loc)
	if err != nil {
		return Info{}, err
	}
	r.version(in.VersionID)
	in.CustomerKey.SetHeaders(r.header)
	a, err := c.do(ctx, r)
	if err != nil {
		return Info{}, c.resolveOriginPull(ctx, in.VersionID, err)
	}
	return infoOf(a), nil
}
