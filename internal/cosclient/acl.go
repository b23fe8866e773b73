package cosclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Canned ACLs that ACL recognizes.
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
	anyone             = "qcs::cam::anyone:anyone" // all users, written as an account ID
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

// AccessControl is an object's access control list, as far as the headers of a
// write can set it. It does not include the owner's full control.
type AccessControl struct {
	// Canned is the canned ACL. It is sent together with Grants, unless it is
	// "private", which grants nothing.
	Canned string
	// Grants are the grants to other accounts, in the order of their headers.
	Grants []Grant
}

// Grant gives another account a permission.
type Grant struct {
	Account    string // 100000000001, or 100000000001/100000000011 for a sub-account
	Permission string // READ, READ_ACP, WRITE_ACP, FULL_CONTROL
}

// ErrOtherGrants is returned for an ACL that the headers of a write cannot set.
var ErrOtherGrants = errors.New("the ACL grants something that can only be set by a call of its own")

// grantHeaders maps the permissions on an object to the headers that grant them.
// Source: COS API documentation, "PUT Object".
var grantHeaders = []struct{ permission, header string }{
	{"READ", "X-Cos-Grant-Read"},
	{"READ_ACP", "X-Cos-Grant-Read-Acp"},
	{"WRITE_ACP", "X-Cos-Grant-Write-Acp"},
	{"FULL_CONTROL", "X-Cos-Grant-Full-Control"},
}

// accountForm matches an account and its user as responses name them.
var accountForm = regexp.MustCompile(`^qcs::cam::uin/([0-9]+):uin/([0-9]+)$`)

// ACL returns the canned ACL of an object: "default" if the object has no ACL of
// its own and inherits the bucket's, and "" if no canned ACL is equivalent.
func (c *Client) ACL(ctx context.Context, loc Location) (string, error) {
	access, err := c.AccessControl(ctx, loc)
	if errors.Is(err, ErrOtherGrants) || len(access.Grants) > 0 {
		return "", nil
	}
	return access.Canned, err
}

// AccessControl returns an object's access control list, or ErrOtherGrants if a
// write could not set it. Source: COS API documentation, "GET Object acl".
func (c *Client) AccessControl(ctx context.Context, loc Location) (AccessControl, error) {
	r, err := newRequest("GetObjectACL", http.MethodGet, loc)
	if err != nil {
		return AccessControl{}, err
	}
	r.query = []param{{"acl", ""}}
	var policy accessControl
	r.read = func(a *answer) error { return c.readResult(r, a, &policy) }
	a, err := c.do(ctx, r)
	if err != nil {
		return AccessControl{}, err
	}
	access, ok := policy.access()
	switch header := a.header.Get(headerACL); {
	case header == aclDefault:
		return AccessControl{Canned: header}, nil
	case (header == aclOwnerRead || header == aclOwnerControl) && (!ok || len(access.Grants) > 0 || access.Canned == aclPrivate):
		// The grants do not show that the grantee owns the bucket.
		return AccessControl{Canned: header}, nil
	case !ok:
		return AccessControl{}, fmt.Errorf("%s %s: %w", r.op, r.loc, ErrOtherGrants)
	}
	return access, nil
}

// access converts the policy. It returns false if there is a grant that the
// headers of a write cannot set.
func (p accessControl) access() (AccessControl, bool) {
	access := AccessControl{Canned: aclPrivate}
	group := func(canned string) bool {
		was := access.Canned
		access.Canned = canned
		return was == aclPrivate || was == canned
	}
	for _, g := range p.Grants {
		account := accountForm.FindStringSubmatch(g.ID)
		ok := true
		switch {
		case g.URI == "" && g.ID == p.OwnerID: // the owner always has full control
		case (g.URI == groupAllUsers || g.URI == "" && g.ID == anyone) && g.Permission == "READ":
			ok = group(aclPublicRead)
		case g.URI == groupAuthenticated && g.Permission == "READ":
			ok = group(aclAuthenticated)
		case g.URI == "" && account != nil && grantHeader(g.Permission) != "":
			name := account[1]
			if account[2] != name {
				name += "/" + account[2]
			}
			access.Grants = append(access.Grants, Grant{name, g.Permission})
		default:
			ok = false
		}
		if !ok {
			return AccessControl{}, false
		}
	}
	slices.SortFunc(access.Grants, func(a, b Grant) int {
		return cmp.Or(cmp.Compare(a.Permission, b.Permission), cmp.Compare(a.Account, b.Account))
	})
	access.Grants = slices.Compact(access.Grants)
	return access, true
}

func grantHeader(permission string) string {
	for _, g := range grantHeaders {
		if g.permission == permission {
			return g.header
		}
	}
	return ""
}

// Public reports whether all users, or all users with an account, may read.
func (a AccessControl) Public() bool {
	return a.Canned == aclPublicRead || a.Canned == aclAuthenticated
}

// Equal reports whether a and b grant the same permissions to the same accounts.
func (a AccessControl) Equal(b AccessControl) bool {
	return a.Canned == b.Canned && slices.Equal(a.Grants, b.Grants)
}

func (a AccessControl) String() string {
	text := []string{a.Canned}
	for _, g := range a.Grants {
		text = append(text, g.Permission+" for "+g.Account)
	}
	return strings.Join(text, ", ")
}

// setHeaders adds the headers that set the ACL to a write, if there is anything
// to set.
func (a AccessControl) setHeaders(h http.Header) {
	if a.Canned != aclPrivate || len(a.Grants) == 0 {
		set(h, headerACL, a.Canned)
	}
	for _, g := range a.Grants {
		name := grantHeader(g.Permission)
		value := `id="` + g.Account + `"`
		if before := h.Get(name); before != "" {
			value = before + "," + value
		}
		set(h, name, value)
	}
}

// PutACL sets a canned ACL, which removes all grants. Source: COS API
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
