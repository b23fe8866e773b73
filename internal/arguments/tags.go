package arguments

import (
	"regexp"
	"unicode/utf8"
)

// What tags may be. Source: COS documentation, "Object Tag Overview".
const (
	MaxTags        = 10
	MaxTagKey      = 127
	MaxTagValue    = 255
	TagCharacters  = "letters, digits, spaces and + - _ = . : / @"
	tagTextPattern = `^[\p{L}\p{N} +\-_=.:/@]*$`
)

var tagText = regexp.MustCompile(tagTextPattern)

// IsTagKey reports whether COS takes a text as the key of a tag.
func IsTagKey(text string) bool { return isTagText(text, MaxTagKey) }

// IsTagValue reports whether COS takes a text as the value of a tag.
func IsTagValue(text string) bool { return isTagText(text, MaxTagValue) }

func isTagText(text string, longest int) bool {
	return text != "" && utf8.RuneCountInString(text) <= longest && tagText.MatchString(text)
}
