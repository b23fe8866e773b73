package cosclient

import (
	"context"
	"net/http"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// HeadInput says which object to read, and with which key: the zero key for
// every object that is not under SSE-C. VersionID "" is the latest version.
type HeadInput struct {
	CustomerKey sse.CustomerKey
	VersionID   string
}

// Head returns what COS knows of an object. An object that is not there is
// ErrNotFound, and so is a bucket: an answer to HEAD has no body to tell them
// apart (see Explain). If an origin-pull rule answers, the listing is asked. A wrong or missing customer key is ErrBadRequest or
// ErrForbidden.
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
