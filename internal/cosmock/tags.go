package cosmock

import (
	"encoding/xml"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tag of an object ("Object Tagging").
type tag struct {
	Key   string `xml:"Key"`
	Value string `xml:"Value"`
}

type tagging struct {
	XMLName xml.Name `xml:"Tagging"`
	Tags    []tag    `xml:"TagSet>Tag"`
}

// headerTags reads x-cos-tagging: Key1=Value1&Key2=Value2, URL-encoded.
func headerTags(header string, limit int) ([]tag, error) {
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

// parseTags reads the body of PUT Object tagging.
func parseTags(data []byte, limit int) ([]tag, error) {
	var body tagging
	if err := xml.Unmarshal(data, &body); err != nil {
		return nil, fail("MalformedXML")
	}
	return body.Tags, checkTags(body.Tags, limit)
}

// checkTags imposes the limits of the page "Object Tag Overview".
func checkTags(tags []tag, limit int) error {
	if len(tags) > limit {
		return failf("InvalidTag", "Object tags can not be more than %d.", limit)
	}
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > 128 || utf8.RuneCountInString(t.Value) > 256:
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
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" +-_=.:/", r)
	})
}
