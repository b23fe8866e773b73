package cosclient

import (
	"context"
	"encoding/xml"
	"errors"
	"maps"
	"net/http"
	"slices"
)

type tagging struct {
	XMLName xml.Name `xml:"Tagging"`
	Tags    []tag    `xml:"TagSet>Tag"`
}

type tag struct{ Key, Value string }

// Tags returns the tags of an object, or of one of its versions if versionID is
// not empty. The map is never nil, even if COS reports the absence of tags as an
// error. Source: COS API documentation, "GET Object tagging".
func (c *Client) Tags(ctx context.Context, loc Location, versionID string) (map[string]string, error) {
	r, err := newRequest("GetObjectTagging", http.MethodGet, loc)
	if err != nil {
		return nil, err
	}
	r.query = []param{{"tagging", ""}}
	r.version(versionID)
	var set tagging
	r.read = func(a *answer) error { return c.readResult(r, a, &set) }
	tags := map[string]string{}
	if _, err := c.do(ctx, r); err != nil {
		var refused *Error
		if errors.As(err, &refused) && refused.Code == "NoSuchTagSet" {
			return tags, nil
		}
		return nil, err
	}
	for _, t := range set.Tags {
		tags[t.Key] = t.Value
	}
	return tags, nil
}

// PutTags replaces all tags of an object, or of one of its versions. If tags is
// empty, it deletes them. Source: COS API documentation, "PUT Object tagging" and
// "DELETE Object tagging".
func (c *Client) PutTags(ctx context.Context, loc Location, versionID string, tags map[string]string) error {
	op, method := "PutObjectTagging", http.MethodPut
	if len(tags) == 0 {
		op, method = "DeleteObjectTagging", http.MethodDelete
	}
	r, err := newRequest(op, method, loc)
	if err != nil {
		return err
	}
	r.query = []param{{"tagging", ""}}
	r.version(versionID)
	if len(tags) > 0 {
		var set tagging
		for _, key := range slices.Sorted(maps.Keys(tags)) {
			set.Tags = append(set.Tags, tag{key, tags[key]})
		}
		if err := r.document(set); err != nil {
			return err
		}
	}
	_, err = c.do(ctx, r)
	return err
}
