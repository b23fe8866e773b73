package cosclient

import (
	"context"
	"net/http"
)

// Canned ACLs that ACL recognises.
const (
	aclDefault       = "default"
	aclPrivate       = "private"
	aclPublicRead    = "public-read"
	aclAuthenticated = "authenticated-read"
	aclOwnerRead     = "bucket-owner-read"
	aclOwnerControl  = "bucket-owner-full-control"
)

const (
	groupAllUsers      = "http://cam.qcloud.com/groups/global/AllUsers"
	groupAuthenticated = "http://cam.qcloud.com/groups/global/AuthenticatedUsers"
)

type accessControl struct {
	OwnerID string  `xml:"Owner>ID"`
	Grants  []grant `xml:"AccessControlList>Grant"`
}

type grant struct {
	ID         string `xml:"Grantee>ID"`
	URI        string `xml:"Grantee>URI"`
	Permission string `xml:"Permission"`
}

// ACL returns the canned ACL of an object, "default" where it has none of its
// own and takes the bucket's, and "" where no canned ACL says the same.
// Source: COS API documentation, "GET Object acl".
func (c *Client) ACL(ctx context.Context, loc Location) (string, error) {
	r, err := newRequest("GetObjectACL", http.MethodGet, loc)
	if err != nil {
		return "", err
	}
	r.query = []param{{"acl", ""}}
	var policy accessControl
	r.read = func(a *answer) error { return c.readResult(r, a, &policy) }
	a, err := c.do(ctx, r)
	switch {
	case err != nil:
		return "", err
	case a.header.Get(headerACL) == aclDefault:
		return aclDefault, nil
	}
	name := policy.canned()
	if header := a.header.Get(headerACL); name == "" && (header == aclOwnerRead || header == aclOwnerControl) {
		// The grants do not show that their grantee owns the bucket.
		name = header
	}
	return name, nil
}

// canned names the grants. The owner's full control goes without saying.
func (p accessControl) canned() string {
	name := aclPrivate
	for _, g := range p.Grants {
		switch {
		case g.URI == "" && g.ID == p.OwnerID && g.Permission == "FULL_CONTROL":
		case g.URI == groupAllUsers && g.Permission == "READ" && name == aclPrivate:
			name = aclPublicRead
		case g.URI == groupAuthenticated && g.Permission == "READ" && name == aclPrivate:
			name = aclAuthenticated
		default:
			return ""
		}
	}
	return name
}

// PutACL sets a canned ACL: default, private, public-read. Source: COS API
// documentation, "PUT Object acl".
func (c *Client) PutACL(ctx context.Context, loc Location, acl string) error {
	r, err := newRequest("PutObjectACL", http.MethodPut, loc)
	if err != nil {
		return err
	}
	r.query = []param{{"acl", ""}}
	r.body = bytesBody(nil)
	r.header.Set(headerACL, acl)
	_, err = c.do(ctx, r)
	return err
}
