package object

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

// What tags may be. Source: COS documentation, "Object Tag Overview".
const (
	maxTags         = 10
	maxTagKeyLength = 127
	maxTagValLength = 255
	tagCharacters   = "letters, digits, spaces and + - _ = . : / @"
	deleteLatest    = "delete"
	deleteVersion   = "delete_version"
	deleteAll       = "delete_all_versions"
	deleteNothing   = "abandon"
	aclInherited    = "default"
	aclPrivate      = "private"
	aclOwnerRead    = "bucket-owner-read"
	aclOwnerControl = "bucket-owner-full-control"
)

var (
	tagPattern       = regexp.MustCompile(`^[\p{L}\p{N} +\-_=.:/@]*$`)
	acls             = []string{aclInherited, aclPrivate, "public-read", "authenticated-read", aclOwnerRead, aclOwnerControl}
	deletionPolicies = []string{deleteLatest, deleteVersion, deleteAll, deleteNothing}
)

func (m model) validateTagsAndACL(invalid arguments.Report) {
	if arguments.Known(m.ACL) && !slices.Contains(acls, m.ACL.ValueString()) {
		invalid("acl", "Invalid ACL", "%q is not one of %s.", m.ACL.ValueString(), strings.Join(acls, ", "))
	}
	if arguments.Known(m.DeletionPolicy) && !slices.Contains(deletionPolicies, m.DeletionPolicy.ValueString()) {
		invalid("deletion_policy", "Invalid Deletion Policy", "%q is not one of %s.", m.DeletionPolicy.ValueString(), strings.Join(deletionPolicies, ", "))
	}
}
