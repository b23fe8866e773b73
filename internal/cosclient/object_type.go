package cosclient

import "strings"

// normalType is the type of an object that is neither appendable nor a symbolic
// link. Source: COS API documentation, "APPEND Object".
const normalType = "normal"

// Special reports an appendable object or a symbolic link: a copy would make an
// ordinary object of it.
func (i Info) Special() bool {
	return i.ObjectType != "" && !strings.EqualFold(i.ObjectType, normalType)
}
