// Package providerdata defines the data that the provider's Configure passes to
// resources, data sources and ephemeral resources. It is created once per
// configuration, and its configured values never change.
package providerdata

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/listing"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// Data is the data of a configured provider.
type Data struct {
	// Client is nil if an argument it needs is unknown; see Unknown.
	Client *cosclient.Client
	// Listing answers for unchanged objects. It is nil if Client is nil; a nil
	// cache is valid.
	Listing *listing.Cache
	// Region is the default region, or "" if it is unset or unknown.
	Region string
	// RegionUnknown reports whether the default region is set but unknown.
	RegionUnknown bool
	// PlainHTTP reports whether the endpoint is known to use http://.
	PlainHTTP bool
	// Keyring holds the named customer keys. It is never nil.
	Keyring *sse.Keyring
	// DefaultEncryption applies to objects that declare no encryption. It is nil
	// if none is configured.
	DefaultEncryption *Encryption
	// Policy restricts the encryption of objects.
	Policy sse.Policy
	// Tags holds the default tags of objects and the tags managed outside
	// Terraform.
	Tags Tags
	// PartSize, in bytes, and UploadConcurrency control multipart uploads; 0
	// selects the client's default.
	PartSize          int64
	UploadConcurrency int
	// Unknown names the provider arguments that are unknown.
	Unknown []string

	// Claims prevents two resource instances from managing the same object.
	Claims claims.Registry
	// Buckets remembers which buckets exist.
	Buckets inspect.Buckets
	// Sums caches the checksums of files.
	Sums content.Memo
	// Began is the time when the provider was configured.
	Began time.Time
	// Proofs counts the verifications of writes that may have waited.
	Proofs atomic.Int32

	warned sync.Map // by subject
	locks  sync.Map // by location, of *sync.Mutex
	handed sync.Map // by address, values passed between instances
}

// From converts provider data to *Data. It returns nil before the provider is
// configured, for example during validation.
func From(providerData any, diags *diag.Diagnostics) *Data {
	if providerData == nil {
		return nil
	}
	data, ok := providerData.(*Data)
	if !ok {
		diags.AddError("Unexpected Provider Data", fmt.Sprintf("the provider data is a %T: this is a bug in the provider, please report it", providerData))
	}
	return data
}

// Ready reports whether requests can be sent. If not, it adds an error with the
// given summary.
func (d *Data) Ready(summary string, diags *diag.Diagnostics) bool {
	if d == nil || d.Client == nil {
		diags.AddError(summary, d.WhyNoClient())
		return false
	}
	return true
}

// WhyNoClient explains which arguments prevent the client from being created.
func (d *Data) WhyNoClient() string {
	if d == nil {
		return "The provider is not configured."
	}
	return fmt.Sprintf("The provider's configuration is not known yet: %s. Apply what these values depend on first, for example with -target.",
		strings.Join(d.Unknown, ", "))
}

// WarnOnce reports whether this is the first warning about the subject in this
// run.
func (d *Data) WarnOnce(subject string) bool {
	_, warned := d.warned.LoadOrStore(subject, true)
	return !warned
}

// Lock serializes the creation of an object and the deletion of another one at
// the same address. A resource that was renamed without a moved block is created
// and destroyed concurrently. The returned function unlocks.
func (d *Data) Lock(location string) (unlock func()) {
	lock, _ := d.locks.LoadOrStore(location, new(sync.Mutex))
	mutex, _ := lock.(*sync.Mutex) // nothing else is stored there
	mutex.Lock()
	return mutex.Unlock
}

// Inspector returns an inspector of objects with the provider's configuration.
func (d *Data) Inspector() inspect.Inspector {
	return inspect.Inspector{Client: d.Client, Keyring: d.Keyring, Listing: d.Listing, Buckets: &d.Buckets, PlainHTTP: d.PlainHTTP}
}

// Store returns a store of objects with the provider's configuration.
func (d *Data) Store() *store.Store {
	return &store.Store{Inspector: d.Inspector(), PartSize: d.PartSize, UploadConcurrency: d.UploadConcurrency, Proofs: &d.Proofs}
}
