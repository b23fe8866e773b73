package arguments

import (
	"regexp"
	"unicode/utf8"
)

// Limits of tags. Source: COS documentation, "Object Tag Overview".
const (
	MaxTags        = 10
	MaxTagKey      = 127
	MaxTagValue    = 255
	TagCharacters  = "letters, digits, spaces and + - _ = . : / @"
	tagTextPattern = `^[\p{L}\p{N} +\-_=.:/@]*$`
)

var tagText = regexp.MustCompile(tagTextPattern)

// IsTagKey reports whether COS accepts text as a tag's key.
func IsTagKey(text string) bool { return isTagText(text, MaxTagKey) }

// IsTagValue reports whether COS accepts text as a tag's value.
func IsTagValue(text string) bool { return isTagText(text, MaxTagValue) }

func isTagText(text string, longest int) bool {
	return text != "" && utf8.RuneCountInString(text) <= longest && tagText.MatchString(text)
}
