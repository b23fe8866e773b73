package object

import (
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

const (
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
