package store

import (
	"context"
	"errors"
	"slices"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// Delete deletes the object. In a versioned bucket, that adds a delete marker.
func (s *Store) Delete(ctx context.Context, loc cosclient.Location) error {
	_, err := s.Client.Delete(ctx, loc, cosclient.DeleteInput{Landed: func(ctx context.Context) (bool, error) {
		_, err := s.Client.Head(ctx, loc, cosclient.HeadInput{})
		return errors.Is(err, cosclient.ErrNotFound), nil
	}})
	return err
}

// DeleteVersion deletes the recorded version, which makes the previous one
// current again. A record without a version ID comes from a bucket in which
// versioning is not or no longer enabled: the version then has the ID "null", and
// may hide older versions.
func (s *Store) DeleteVersion(ctx context.Context, loc cosclient.Location, gone bool, ours inspect.Record) error {
	id := inspect.VersionOf(ours.VersionID)
	if id == "" {
		if gone {
			return nil
		}
		versions, err := s.Versions(ctx, loc)
		if err != nil {
			return err
		}
		if len(versions) < 2 {
			// If versioning was ever enabled, deleting without an ID would only
			// hide it.
			if state, err := s.Client.Versioning(ctx, loc.Region, loc.Bucket); err != nil || state == "" {
				return s.Delete(ctx, loc)
			}
		}
		id = inspect.NullVersion
	}
	_, err := s.Client.Delete(ctx, loc, cosclient.DeleteInput{VersionID: id})
	return err
}

// DeleteVersions deletes every version and delete marker of exactly this key. If
// someone else has added a delete marker, it does so only if the recorded version
// is among them.
func (s *Store) DeleteVersions(ctx context.Context, loc cosclient.Location, gone bool, ours inspect.Record) error {
	versions, err := s.Versions(ctx, loc)
	if err != nil {
		return err
	}
	if gone && !slices.ContainsFunc(versions, func(v cosclient.Version) bool {
		return inspect.VersionOf(ours.VersionID) != "" && v.VersionID == ours.VersionID
	}) {
		return nil
	}
	// Delete the oldest version first, so that a failure does not make an older
	// version current.
	for _, v := range slices.Backward(versions) {
		if _, err := s.Client.Delete(ctx, loc, cosclient.DeleteInput{VersionID: v.VersionID}); err != nil {
			return err
		}
	}
	if len(versions) > 0 {
		return nil
	}
	// An empty listing is no proof, so check with a HEAD.
	if _, err := s.Client.Head(ctx, loc, cosclient.HeadInput{}); !errors.Is(err, cosclient.ErrNotFound) {
		return errors.Join(errors.New("the bucket lists no version of it, and it is still there"), err)
	}
	return nil
}

// Versions returns all versions and delete markers of a key, latest first.
func (s *Store) Versions(ctx context.Context, loc cosclient.Location) ([]cosclient.Version, error) {
	var all []cosclient.Version
	var keyMarker, versionMarker string
	for {
		page, nextKey, nextVersion, truncated, err := s.Client.ListVersions(ctx, loc.Region, loc.Bucket, loc.Key, keyMarker, versionMarker)
		if err != nil {
			return nil, err
		}
		for _, v := range page {
			if v.Key != loc.Key {
				return all, nil // the key itself sorts before all others that begin with it
			}
			all = append(all, v)
		}
		if !truncated {
			return all, nil
		}
		keyMarker, versionMarker = nextKey, nextVersion
	}
}
