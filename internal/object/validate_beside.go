package object

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

// What tags may be. Source: COS documentation, "Object Tag Overview".
const (
	maxTags         = 10
	maxTagKeyLength = 128
	maxTagValLength = 256
	tagCharacters   = "letters, digits, spaces and + - _ = . : /"
	deleteLatest    = "delete"
	deleteAll       = "delete_all_versions"
	deleteNothing   = "abandon"
	aclInherited    = "default"
)

var (
	tagPattern       = regexp.MustCompile(`^[\p{L}\p{N} +\-_=.:/]*$`)
	acls             = []string{aclInherited, "private", "public-read"}
	deletionPolicies = []string{deleteLatest, deleteAll, deleteNothing}
)

func (m model) validateBeside(invalid arguments.Report) {
	if arguments.Known(m.ACL) && !slices.Contains(acls, m.ACL.ValueString()) {
		invalid("acl", "Invalid ACL", "%q is not one of %s.", m.ACL.ValueString(), strings.Join(acls, ", "))
	}
	if arguments.Known(m.DeletionPolicy) && !slices.Contains(deletionPolicies, m.DeletionPolicy.ValueString()) {
		invalid("deletion_policy", "Invalid Deletion Policy", "%q is not one of %s.", m.DeletionPolicy.ValueString(), strings.Join(deletionPolicies, ", "))
	}
	if n := len(m.Tags.Elements()); n > maxTags {
		invalid("tags", "Too Many Tags", "There are %d tags; COS allows %d.", n, maxTags)
	}
	for name, element := range m.Tags.Elements() {
		value, _ := element.(types.String)
		switch {
		case name == "" || utf8.RuneCountInString(name) > maxTagKeyLength || !tagPattern.MatchString(name):
			invalid("tags", "Invalid Tag", "%q is not the key of a tag: it has 1 to %d %s.", name, maxTagKeyLength, tagCharacters)
		case value.IsNull():
			invalid("tags", "Invalid Tag", "The value of %q is null: leave the tag out.", name)
		case value.IsUnknown():
		case utf8.RuneCountInString(value.ValueString()) > maxTagValLength || !tagPattern.MatchString(value.ValueString()):
			invalid("tags", "Invalid Tag", "The value of %q is not that of a tag: it has at most %d %s.", name, maxTagValLength, tagCharacters)
		}
	}
}
