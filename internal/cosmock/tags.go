package cosmock

import (
	"encoding/xml"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tag is a tag of an object or a bucket ("Object Tagging", "PUT Bucket tagging").
type tag struct {
	Key   string `xml:"Key"`
	Value string `xml:"Value"`
}

type tagging struct {
	XMLName xml.Name `xml:"Tagging"`
	Tags    []tag    `xml:"TagSet>Tag"`
}

// headerTags parses x-cos-tagging: Key1=Value1&Key2=Value2, URL-encoded.
func headerTags(header string, limit tagLimit) ([]tag, error) {
	if header == "" {
		return nil, nil
	}
	var tags []tag
	for pair := range strings.SplitSeq(header, "&") {
		key, value, _ := strings.Cut(pair, "=")
		tags = append(tags, tag{unescape(key, true), unescape(value, true)})
	}
	return tags, checkTags(tags, limit)
}

// parseTags parses the body of PUT Object tagging and PUT Bucket tagging.
func parseTags(data []byte, limit tagLimit) ([]tag, error) {
	var body tagging
	if err := xml.Unmarshal(data, &body); err != nil {
		return nil, fail("MalformedXML")
	}
	return body.Tags, checkTags(body.Tags, limit)
}

// tagLimit holds the largest number of tags, and of characters in a key and in a
// value.
type tagLimit struct{ tags, key, value int }

// tagLimit returns the server's limits for the tags of an object.
func (x *exchange) tagLimit() tagLimit {
	limit := tagLimit{x.server.opts.Limits.TagsOfObject, 127, 255}
	if x.undocumented.LongerTags {
		limit.key, limit.value = 128, 256
	}
	return limit
}

// checkTags enforces the limits of "Object Tag Overview".
func checkTags(tags []tag, limit tagLimit) error {
	if len(tags) > limit.tags {
		return failf("InvalidTag", "A set of tags cannot have more than %d.", limit.tags)
	}
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > limit.key || utf8.RuneCountInString(t.Value) > limit.value:
			return fail("InvalidTag")
		case !isTagText(t.Key) || !isTagText(t.Value):
			return fail("InvalidTag")
		case seen[t.Key]:
			return failf("InvalidTag", "Cannot provide multiple tags with the same key.")
		}
		seen[t.Key] = true
	}
	return nil
}

func isTagText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" +-_=.:/@", r)
	})
}
