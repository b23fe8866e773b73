package cosmock

import (
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
)

// Canned ACLs and the two predefined groups ("Access Control List (ACL)").
const (
	aclDefault    = "default" // the object has no ACL of its own and inherits the bucket's
	aclPrivate    = "private"
	aclPublicRead = "public-read"

	groupAllUsers           = "http://cam.qcloud.com/groups/global/AllUsers"
	anyone                  = "qcs::cam::anyone:anyone" // the same group, written as an account ID
	groupAuthenticatedUsers = "http://cam.qcloud.com/groups/global/AuthenticatedUsers"
)

// ownerID is the account that owns all buckets.
const ownerID = "qcs::cam::uin/100000000001:uin/100000000001"

// acl is an access control list. The zero value is aclDefault.
type acl struct {
	own    bool // false: inherits
	listed bool // by an XML body, which GET returns unchanged
	grants []grant
}

type grant struct{ grantee, permission string } // grantee: a group's URI or an account ID

// cannedACL returns the grants of a canned ACL. The set of names differs between
// buckets and objects.
func cannedACL(name string, ofBucket bool) (acl, error) {
	objectOnly := []string{aclDefault, "bucket-owner-read", "bucket-owner-full-control"}
	if ofBucket && slices.Contains(objectOnly, name) {
		return acl{}, failf("InvalidArgument", "The ACL is not one of a bucket.")
	}
	switch name {
	case aclDefault:
		return acl{}, nil
	case aclPrivate:
		return acl{own: true}, nil
	case "bucket-owner-read": // buckets and objects have the same owner here
		return acl{own: true, grants: []grant{{ownerID, "READ"}}}, nil
	case "bucket-owner-full-control":
		return acl{own: true, grants: []grant{{ownerID, "FULL_CONTROL"}}}, nil
	case aclPublicRead:
		return acl{own: true, grants: []grant{{groupAllUsers, "READ"}}}, nil
	case "authenticated-read":
		return acl{own: true, grants: []grant{{groupAuthenticatedUsers, "READ"}}}, nil
	case "public-read-write":
		if ofBucket {
			return acl{own: true, grants: []grant{{groupAllUsers, "READ"}, {groupAllUsers, "WRITE"}}}, nil
		}
	}
	return acl{}, failf("InvalidArgument", "The ACL is not a known one.")
}

// grantHeaders maps the x-cos-grant-* headers to the permissions of the XML.
var grantHeaders = []struct{ header, permission string }{
	{"X-Cos-Grant-Read", "READ"},
	{"X-Cos-Grant-Write", "WRITE"},
	{"X-Cos-Grant-Read-Acp", "READ_ACP"},
	{"X-Cos-Grant-Write-Acp", "WRITE_ACP"},
	{"X-Cos-Grant-Full-Control", "FULL_CONTROL"},
}

// headerACL reads the ACL headers of a write. found is false if there are none.
func (x *exchange) headerACL(ofBucket bool) (list acl, found bool, err error) {
	h := x.r.Header
	if canned := h.Get("X-Cos-Acl"); canned != "" {
		found = true
		if list, err = cannedACL(canned, ofBucket); err != nil {
			return acl{}, false, err
		}
	}
	granted := false
	for _, g := range grantHeaders {
		value := h.Get(g.header)
		if value == "" {
			continue
		}
		if !granted && x.undocumented.GrantsReplaceCanned {
			list.grants = nil
		}
		granted, found, list.own = true, true, true
		for part := range strings.SplitSeq(value, ",") {
			kind, id, ok := strings.Cut(strings.TrimSpace(part), "=")
			id = strings.Trim(id, `"`)
			if !ok || !accountForm.MatchString(id) || kind != "id" && kind != "uin" {
				return acl{}, false, failf("InvalidArgument", "A grant is not of the form id=\"100000000001\".")
			}
			list.grants = append(list.grants, grant{accountID(id), g.permission})
		}
	}
	return list, found, nil
}

// accountForm matches the forms in which a grantee is named: an account number,
// optionally followed by a sub-user's, or the full qcs name.
var accountForm = regexp.MustCompile(`^([0-9]+(/[0-9]+)?|qcs::cam::uin/[0-9]+:uin/[0-9]+|qcs::cam::anyone:anyone)$`)

// accountID returns an account's number in the form that the XML uses.
func accountID(id string) string {
	if strings.HasPrefix(id, "qcs::") {
		return id
	}
	root, user, ok := strings.Cut(id, "/")
	if !ok {
		user = root
	}
	return "qcs::cam::uin/" + root + ":uin/" + user
}

func (a acl) publicRead() bool {
	return slices.ContainsFunc(a.grants, func(g grant) bool {
		return (g.grantee == groupAllUsers || g.grantee == anyone) && (g.permission == "READ" || g.permission == "FULL_CONTROL")
	})
}

// publicRead reports whether anyone may read the objects that inherit the
// bucket's ACL.
func (b *bucket) publicRead() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.acl.publicRead()
}

// The XML representation of ACLs.
type (
	aclBody struct {
		XMLName xml.Name   `xml:"AccessControlPolicy"`
		Owner   ownerXML   `xml:"Owner"`
		Grants  []grantXML `xml:"AccessControlList>Grant"`
	}
	ownerXML struct {
		ID          string `xml:"ID"`
		DisplayName string `xml:"DisplayName"`
	}
	grantXML struct {
		Grantee    granteeXML `xml:"Grantee"`
		Permission string     `xml:"Permission"`
	}
	granteeXML struct {
		XSI         string `xml:"xmlns:xsi,attr"`
		Type        string `xml:"xsi:type,attr"`
		URI         string `xml:"URI,omitempty"`
		ID          string `xml:"ID,omitempty"`
		DisplayName string `xml:"DisplayName,omitempty"`
	}
)

func owner() ownerXML { return ownerXML{ID: ownerID, DisplayName: ownerID} }

// body returns the ACL as XML. Unless an XML body set the ACL, the owner's grant
// comes first; the owner cannot lose control.
func (a acl) body() aclBody {
	body := aclBody{Owner: owner()}
	grants := a.grants
	if !a.listed {
		grants = append([]grant{{ownerID, "FULL_CONTROL"}}, grants...)
	}
	for _, g := range grants {
		grantee := granteeXML{XSI: "http://www.w3.org/2001/XMLSchema-instance"}
		if strings.HasPrefix(g.grantee, "http://") {
			grantee.Type, grantee.URI = "Group", g.grantee
		} else {
			grantee.Type, grantee.ID, grantee.DisplayName = "CanonicalUser", g.grantee, g.grantee
		}
		body.Grants = append(body.Grants, grantXML{grantee, g.permission})
	}
	return body
}

// parseACL reads the body of PUT ?acl.
func parseACL(data []byte) (acl, error) {
	var body struct {
		XMLName xml.Name `xml:"AccessControlPolicy"`
		Grants  []struct {
			Grantee struct {
				URI string `xml:"URI"`
				ID  string `xml:"ID"`
			} `xml:"Grantee"`
			Permission string `xml:"Permission"`
		} `xml:"AccessControlList>Grant"`
	}
	if err := xml.Unmarshal(data, &body); err != nil {
		return acl{}, fail("MalformedXML")
	}
	list := acl{own: true, listed: true}
	for _, g := range body.Grants {
		known := slices.ContainsFunc(grantHeaders, func(h struct{ header, permission string }) bool {
			return h.permission == g.Permission
		})
		if !known || (g.Grantee.URI == "") == (g.Grantee.ID == "") || g.Grantee.ID != "" && !accountForm.MatchString(g.Grantee.ID) {
			return acl{}, failf("InvalidArgument", "A grant is not valid.")
		}
		id := g.Grantee.URI
		if id == "" {
			id = accountID(g.Grantee.ID)
		}
		list.grants = append(list.grants, grant{id, g.Permission})
	}
	return list, nil
}
