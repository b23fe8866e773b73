package main

import (
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
func (t *target) inspect(ctx context.Context) (bucketState, error) {
	var state bucketState
	var versioning struct{ Status string }
	a, err := t.send(ctx, request{method: http.MethodGet, subresource: "versioning"})
	if err != nil {
		return state, err
	}
	if err := a.Decode(&versioning); err != nil {
		return state, fmt.Errorf("the versioning of the bucket %s in %s cannot be read: %w: %s\nNothing was written. Check the bucket, its region and "+
			"the credentials; they need name/cos:GetBucketVersioning among others, see CONTRIBUTING.md", t.bucket, t.region, err, t.clean(a.Message))
	}
	state.versioning = versioning.Status

	// has reads a setting that may be absent.
	has := func(subresource, what string, into any) (bool, error) {
		a, err := t.send(ctx, request{method: http.MethodGet, subresource: subresource})
		switch {
		case err != nil || a.Status == http.StatusNotFound:
			return false, err
		case !a.OK():
			state.unknown += fmt.Sprintf(" Whether the bucket has %s is not known: %s.", what, a.Verdict())
			return false, nil
		}
		return true, a.Decode(into)
	}
	locked, err := has("object-lock", "an object lock", &struct{}{})
	if err == nil && locked {
		err = fmt.Errorf("the bucket %s has an object lock: what is written could not be removed again. Name another bucket in %s", t.bucket, envBucket)
	}
	if err != nil {
		return state, err
	}
	var encryption struct {
		Algorithm string `xml:"Rule>ApplyServerSideEncryptionByDefault>SSEAlgorithm"`
		KMSKeyID  string `xml:"Rule>ApplyServerSideEncryptionByDefault>KMSMasterKeyID"`
	}
	if _, err := has("encryption", "a default encryption", &encryption); err != nil {
		return state, fmt.Errorf("the default encryption of the bucket: %w", err)
	}
	state.encryption, state.kmsKeyID = encryption.Algorithm, encryption.KMSKeyID
	return state, t.mayCleanUp(ctx, state)
}

// mayCleanUp checks the permissions for the cleanup before anything is written. The new prefix is still empty.
func (t *target) mayCleanUp(ctx context.Context, state bucketState) error {
	listing, action := "", "name/cos:GetBucket"
	remove := request{method: http.MethodDelete, key: t.prefix + "nothing"}
	if state.versioning != cosmock.VersioningNever {
		listing, action = "versions", "name/cos:GetBucketObjectVersions"
		// Without a version ID, the request would create a delete marker.
		remove.query = url.Values{"versionId": {"null"}}
	}
	prefix := url.Values{"prefix": {t.prefix}}
	for _, try := range []struct {
		request
		action string
	}{
		{request{method: http.MethodGet, subresource: listing, query: prefix}, action},
		{request{method: http.MethodGet, subresource: "uploads", query: prefix}, "name/cos:ListMultipartUploads"},
		{request{method: http.MethodHead, key: remove.key}, "name/cos:HeadObject"},
		{remove, "name/cos:DeleteObject"},
		{request{method: http.MethodDelete, key: remove.key, query: url.Values{"uploadId": {"nothing"}}}, "name/cos:AbortMultipartUpload"},
	} {
		a, err := t.send(ctx, try.request)
		if err != nil {
			return err
		}
		if a.Status/100 != 2 && (try.method == http.MethodGet || a.Status == http.StatusForbidden) {
			return fmt.Errorf("what is written could not be removed again: %s %s is answered by %s: %s\nNothing was written. "+
				"The credentials need %s among others, see CONTRIBUTING.md", try.method, try.what(), a.Verdict(), t.clean(a.Message), try.action)
		}
	}
	return nil
}

// describe returns the settings as text.
func (s bucketState) describe() string {
	if s.encryption == "" {
		return s.versioningText() + ", no default encryption"
	}
	return s.versioningText() + ", default encryption " + s.encryption
}

func (s bucketState) versioningText() string {
	if s.versioning == cosmock.VersioningNever {
		return "versioning never set"
	}
	return "versioning " + s.versioning
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
