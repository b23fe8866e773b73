package cosclient

import (
	"context"
	"errors"
	"net/http"
)

// DeleteInput says which version to delete for good. VersionID "" deletes the
// object; in a versioned bucket that adds a delete marker.
type DeleteInput struct {
	VersionID string
	// Landed says whether the object is gone. It is asked when an answer was
	// lost, before the request is sent again: a second one would add a second
	// delete marker. nil: it is sent again unasked.
	Landed func(context.Context) (bool, error)
}

// Deleted is what COS tells of a deletion. DeleteMarker says that a marker was
// added, or was what the version was; VersionID is the marker's or version's.
type Deleted struct {
	VersionID    string
	DeleteMarker bool
	RequestID    string
}

// Delete removes an object or one of its versions. That it is not there is
// success. Source: COS API documentation, "DELETE Object".
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
