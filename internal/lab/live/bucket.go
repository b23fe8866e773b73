package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// bucketState holds the settings of a bucket, which a run does not change.
type bucketState struct {
	versioning string // one of cosmock's Versioning constants
	encryption string // default encryption: "", AES256, SM4 or KMS
	kmsKeyID   string // of a default encryption with KMS
	// unknown describes what could not be determined.
	unknown string
}

// inspect reads the bucket's settings. It refuses a bucket from which objects could not be removed again.
func (t *target) inspect(ctx context.Context) (state bucketState, err error) {
	var versioning struct{ Status string }
	if err := t.demand(ctx, request{method: http.MethodGet, subresource: "versioning"}, "name/cos:GetBucketVersioning", &versioning); err != nil {
		return state, err
	}
	state.versioning = versioning.Status
	// has reads a setting that may be absent.
	has := func(subresource, what string, into any) bool {
		var a rawcos.Answer
		if err == nil {
			a, err = t.send(ctx, request{method: http.MethodGet, subresource: subresource})
		}
		if err == nil && a.OK() {
			err = a.Decode(into)
		} else if err == nil && a.Status != http.StatusNotFound {
			state.unknown += fmt.Sprintf(" Whether the bucket has %s is not known: %s.", what, a.Verdict())
		}
		return err == nil && a.OK()
	}
	if has("object-lock", "an object lock", &struct{}{}) {
		return state, fmt.Errorf("the bucket %s has an object lock: what is written could not be removed again. Name another bucket in %s", t.bucket, envBucket)
	}
	var encryption struct {
		Algorithm string `xml:"Rule>ApplyServerSideEncryptionByDefault>SSEAlgorithm"`
		KMSKeyID  string `xml:"Rule>ApplyServerSideEncryptionByDefault>KMSMasterKeyID"`
	}
	has("encryption", "a default encryption", &encryption)
	state.encryption, state.kmsKeyID = encryption.Algorithm, encryption.KMSKeyID
	if err != nil {
		return state, err
	}
	return state, t.mayCleanUp(ctx, state)
}

// mayCleanUp checks the permissions for the cleanup before anything is written. The new prefix is still empty.
func (t *target) mayCleanUp(ctx context.Context, state bucketState) error {
	key := t.prefix + "nothing"
	listing, action, remove := "", "name/cos:GetBucket", request{method: http.MethodDelete, key: key}
	if state.versioning != cosmock.VersioningNever {
		listing, action = "versions", "name/cos:GetBucketObjectVersions"
		// Without a version ID, the request would create a delete marker.
		remove.query = url.Values{"versionId": {"null"}}
	}
	return cmp.Or(
		t.demand(ctx, listingOf(listing, t.prefix), action, &struct{}{}),
		t.demand(ctx, listingOf("uploads", t.prefix), "name/cos:ListMultipartUploads", &struct{}{}),
		t.demand(ctx, request{method: http.MethodHead, key: key}, "name/cos:HeadObject", nil),
		t.demand(ctx, remove, "name/cos:DeleteObject", nil),
		t.demand(ctx, request{method: http.MethodDelete, key: key, query: url.Values{"uploadId": {"nothing"}}}, "name/cos:AbortMultipartUpload", nil),
	)
}

// demand sends a request that has to be permitted. What it is to be decoded into has to be there as well.
func (t *target) demand(ctx context.Context, r request, action string, into any) error {
	a, err := t.send(ctx, r)
	if err != nil {
		return err
	}
	if into != nil {
		err = a.Decode(into)
	}
	if err != nil || a.Status == http.StatusForbidden {
		return fmt.Errorf("%s %s of the bucket %s in %s is answered by %s: %s\nNothing was written, because it could not be removed again. Check the "+
			"bucket, its region and the credentials; they need %s among others, see CONTRIBUTING.md", r.method, r.what(), t.bucket, t.region, a.Verdict(), t.clean(a.Message), action)
	}
	return nil
}

func (s bucketState) versioningText() string {
	return "versioning " + cmp.Or(s.versioning, "never set")
}

// twin starts the bundled server with its default options and a bucket with the same settings.
func (s bucketState) twin(of settings) (*cosmock.Server, settings, error) {
	options := cosmock.Options{Buckets: []string{of.bucket}, Region: of.region}
	for _, id := range []string{of.kmsKeyID, s.kmsKeyID} {
		if id != "" && id != cosmock.DefaultKMSKeyID {
			options.KMSKeys = append(options.KMSKeys, id)
		}
	}
	server, err := cosmock.Start(options)
	if err != nil {
		return nil, settings{}, err
	}
	mode := sse.Mode(s.encryption)
	if s.encryption == "KMS" {
		mode = sse.ModeKMS
	}
	if s.versioning != cosmock.VersioningNever {
		err = server.SetVersioning(of.bucket, s.versioning)
	}
	if err == nil {
		err = server.SetDefaultEncryption(of.bucket, mode, s.kmsKeyID)
	}
	if err != nil {
		_ = server.Close()
		return nil, settings{}, fmt.Errorf("the server in the box cannot be set like the bucket: %w", err)
	}
	return server, settings{
		bucket: of.bucket, region: of.region, endpoint: server.URL(), plainEndpoint: server.HTTPURL(), caFile: server.CAFile(),
		kmsKeyID: of.kmsKeyID, credential: rawcos.Credential{ID: server.SecretID(), Key: rawcos.NewSecret(server.SecretKey())},
	}, nil
}
