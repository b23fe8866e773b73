package store

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// maxTags is the maximum number of tags of an object. Source: COS documentation,
// "Object Tag Overview".
const maxTags = 10

// TooManyTagsError means that an object would have more tags than COS allows,
// including those managed outside Terraform, so nothing was written.
type TooManyTagsError struct{ Declared, Others int }

func (e *TooManyTagsError) Error() string {
	return fmt.Sprintf("%d tags are declared, and the object has %d that ignore_tags leaves to others; COS allows %d", e.Declared, e.Others, maxTags)
}

// JoinTags adds the existing tags that keep selects to the declared ones.
func JoinTags(declared, there map[string]string, keep func(key string) bool) (map[string]string, error) {
	joined := maps.Clone(declared)
	if joined == nil {
		joined = map[string]string{}
	}
	for key, value := range there {
		if _, ours := declared[key]; !ours && keep != nil && keep(key) {
			joined[key] = value
		}
	}
	if n := len(joined); n > maxTags && n > len(declared) {
		return nil, &TooManyTagsError{len(declared), n - len(declared)}
	}
	return joined, nil
}

// keepTags adds the tags managed outside Terraform to a write that replaces an
// object's tags, because the write would remove them.
func (s *Store) keepTags(ctx context.Context, w *Write) error {
	if w.Tags == nil || w.KeepTag == nil {
		return nil
	}
	there, err := s.Client.Tags(ctx, w.Old, "")
	if err != nil {
		return &NotKeptError{KeptTags, err}
	}
	w.Tags, err = JoinTags(w.Tags, there, w.KeepTag)
	return err
}

// KeepIgnoredTags reads the tags of an object that a create overwrites, if some
// tags are left to others, and has the write name those.
func (s *Store) KeepIgnoredTags(ctx context.Context, w *Write) error {
	if w.ForbidOverwrite || w.KeepTag == nil {
		return nil
	}
	there, err := s.Client.Tags(ctx, w.Location, "")
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
		return nil
	case err != nil:
		return &NotKeptError{KeptTags, err}
	}
	tags, err := JoinTags(w.Tags, there, w.KeepTag)
	if err == nil && len(tags) > 0 {
		w.Tags = tags
	}
	return err
}
