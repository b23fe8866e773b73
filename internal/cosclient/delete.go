package cosclient

import (
	"context"
	"errors"
	"net/http"
)

// DeleteInput selects the version to delete permanently. An empty VersionID
// deletes the object, which adds a delete marker in a versioned bucket.
type DeleteInput struct {
	VersionID string
	// Landed reports whether the object is gone. It is called before a retry if
	// the response was lost, because a second request would add a second delete
	// marker. If it is nil, the request is retried without it.
	Landed func(context.Context) (bool, error)
}

// Deleted is the result of a deletion. DeleteMarker is set if a marker was added
// or deleted; VersionID is the ID of the marker or the version.
type Deleted struct {
	VersionID    string
	DeleteMarker bool
	RequestID    string
}

// Delete removes an object or one of its versions. It succeeds if there is none.
// Source: COS API documentation, "DELETE Object".
func (c *Client) Delete(ctx context.Context, loc Location, in DeleteInput) (Deleted, error) {
	r, err := newRequest("DeleteObject", http.MethodDelete, loc)
	if err != nil {
		return Deleted{}, err
	}
	r.version(in.VersionID)
	r.landed = in.Landed
	a, err := c.do(ctx, r)
	var refused *Error
	switch {
	case errors.As(err, &refused) && errors.Is(err, ErrNotFound):
		return Deleted{RequestID: refused.RequestID}, nil
	case err != nil:
		return Deleted{}, err
	case a.recovered:
		return Deleted{}, nil
	}
	return Deleted{
		VersionID:    a.header.Get(headerVersionID),
		DeleteMarker: a.header.Get(headerDeleteMarker) == "true",
		RequestID:    a.id,
	}, nil
}
