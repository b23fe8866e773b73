package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
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
func (t *target) inspect(ctx context.Context) (state bucketState) {
	var versioning struct{ Status string }
	t.demand(ctx, request{method: http.MethodGet, subresource: "versioning"}, "name/cos:GetBucketVersioning", &versioning)
	state.versioning = versioning.Status
	// has reads a setting that may be absent.
	has := func(subresource, what string, into any) bool {
		a := program.Must(t.send(ctx, request{method: http.MethodGet, subresource: subresource}))
		if a.OK() {
			program.Check(a.Decode(into))
		} else if a.Status != http.StatusNotFound {
			state.unknown += fmt.Sprintf(" Whether the bucket has %s is not known: %s.", what, a.Verdict())
		}
		return a.OK()
	}
	if has("object-lock", "an object lock", &struct{}{}) {
		program.Fail("the bucket %s has an object lock: what is written could not be removed again. Name another bucket in %s", t.bucket, envBucket)
	}
	var encryption struct {
		Algorithm string `xml:"Rule>ApplyServerSideEncryptionByDefault>SSEAlgorithm"`
		KMSKeyID  string `xml:"Rule>ApplyServerSideEncryptionByDefault>KMSMasterKeyID"`
	}
	has("encryption", "a default encryption", &encryption)
	state.encryption, state.kmsKeyID = encryption.Algorithm, encryption.KMSKeyID
	t.mayCleanUp(ctx, state)
	return state
}

// mayCleanUp checks the permissions for the cleanup before anything is written. The new prefix is still empty.
func (t *target) mayCleanUp(ctx context.Context, state bucketState) {
	key := t.prefix + "nothing"
	listing, action, remove := "", "name/cos:GetBucket", request{method: http.MethodDelete, key: key}
	if state.versioning != cosmock.VersioningNever {
		listing, action = "versions", "name/cos:GetBucketObjectVersions"
		// Without a version ID, the request would create a delete marker.
		remove.query = url.Values{"versionId": {"null"}}
	}
	t.demand(ctx, listingOf(listing, t.prefix), action, &struct{}{})
	t.demand(ctx, listingOf("uploads", t.prefix), "name/cos:ListMultipartUploads", &struct{}{})
	t.demand(ctx, request{method: http.MethodHead, key: key}, "name/cos:HeadObject", nil)
	t.demand(ctx, remove, "name/cos:DeleteObject", nil)
	t.demand(ctx, request{method: http.MethodDelete, key: key, query: url.Values{"uploadId": {"nothing"}}}, "name/cos:AbortMultipartUpload", nil)
}

// demand sends a request that has to be permitted. What it is to be decoded into has to be there as well.
func (t *target) demand(ctx context.Context, r request, action string, into any) {
	a := program.Must(t.send(ctx, r))
	if a.Status == http.StatusForbidden || into != nil && a.Decode(into) != nil {
		program.Fail("%s %s of the bucket %s in %s is answered by %s: %s\nNothing was written, because it could not be removed again. Check the "+
			"bucket, its region and the credentials; they need %s among others, see CONTRIBUTING.md", r.method, r.what(), t.bucket, t.region, a.Verdict(), t.clean(a.Message), action)
	}
}

func (s bucketState) versioningText() string {
	return "versioning " + cmp.Or(s.versioning, "never set")
}

// twin starts the bundled server with its default options and a bucket with the same settings, and returns it as a target
// of the same run.
func (t *target) twin(state bucketState) (*cosmock.Server, *target) {
	options := cosmock.Options{Buckets: []string{t.bucket}, Region: t.region}
	for _, id := range []string{t.kmsKeyID, state.kmsKeyID} {
		if id != "" && id != cosmock.DefaultKMSKeyID {
			options.KMSKeys = append(options.KMSKeys, id)
		}
	}
	server := program.Must(cosmock.Start(options))
	mode := sse.Mode(state.encryption)
	if state.encryption == "KMS" {
		mode = sse.ModeKMS
	}
	var err error
	if state.versioning != cosmock.VersioningNever {
		err = server.SetVersioning(t.bucket, state.versioning)
	}
	box := t.settings
	box.endpoint, box.plainEndpoint, box.caFile = server.URL(), server.HTTPURL(), server.CAFile()
	box.credential = rawcos.Credential{ID: server.SecretID(), Key: rawcos.NewSecret(server.SecretKey())}
	twin, madeErr := newTarget(box, t.prefix)
	if err = errors.Join(err, server.SetDefaultEncryption(t.bucket, mode, state.kmsKeyID), madeErr); err != nil {
		program.Check(errors.Join(fmt.Errorf("the server in the box cannot be set like the bucket: %w", err), server.Close()))
	}
	twin.keyA, twin.keyB, twin.patience = t.keyA, t.keyB, t.patience
	twin.pause = time.Millisecond // this server does not throttle
	return server, twin
}
