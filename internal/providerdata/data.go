// Package providerdata is what the provider's Configure hands to resources,
// data sources and ephemeral resources. It is made once per configuration; what
// is configured never changes afterwards.
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

// Data is a configured provider.
type Data struct {
	// Client is nil while something it needs is unknown; see Unknown.
	Client *cosclient.Client
	// Listing answers for objects that have not changed; nil without a client,
	// which it allows.
	Listing *listing.Cache
	// Region is the default region; "" if none is set or it is unknown.
	Region string
	// RegionUnknown reports a default region that is set and not known yet.
	RegionUnknown bool
	// PlainHTTP reports an endpoint that is known to be http://.
	PlainHTTP bool
	// Keyring holds the named customer keys; never nil.
	Keyring *sse.Keyring
	// DefaultEncryption is that of objects that declare none; nil: there is none.
	DefaultEncryption *Encryption
	// Policy is what encryption objects may have.
	Policy sse.Policy
	// Tags are those that objects have without declaring them, and those that
	// others manage.
	Tags Tags
	// PartSize, in bytes, and UploadConcurrency say how a large file is
	// uploaded; 0 is the client's default.
	PartSize          int64
	UploadConcurrency int
	// Unknown names the provider arguments that are not known yet.
	Unknown []string

	// Claims keeps two resource instances from managing one object.
	Claims claims.Registry
	// Buckets remembers which buckets exist.
	Buckets inspect.Buckets
	// Sums remembers the checksums of files that were read.
	Sums content.Memo
	// Began is when the provider was configured.
	Began time.Time
	// Proofs counts the proofs of writes that may have waited.
	Proofs atomic.Int32

	warned sync.Map // of subjects
	locks  sync.Map // of locations, to *sync.Mutex
	handed sync.Map // of addresses, to what one instance leaves another
}

// From reads what Configure was given as provider data. It is nil before the
// provider is configured, as during validation.
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

// Ready reports whether requests can be sent; if not, it adds an error with the
// summary.
func (d *Data) Ready(summary string, diags *diag.Diagnostics) bool {
	if d == nil || d.Client == nil {
		diags.AddError(summary, d.WhyNoClient())
		return false
	}
	return true
}

// WhyNoClient says which arguments keep the client from being made.
func (d *Data) WhyNoClient() string {
	if d == nil {
		return "The provider is not configured."
	}
	return fmt.Sprintf("The provider's configuration is not known yet: %s. Apply what these values depend on first, for example with -target.",
		strings.Join(d.Unknown, ", "))
}

// WarnOnce reports whether a subject has not been warned of in this run yet.
func (d *Data) WarnOnce(subject string) bool {
	_, warned := d.warned.LoadOrStore(subject, true)
	return !warned
}

// Lock keeps the creation of an object and the deletion of another one under
// the same address apart: a resource that was renamed in the configuration, and
// not moved, is created and destroyed at the same time. The result unlocks.
func (d *Data) Lock(location string) (unlock func()) {
	lock, _ := d.locks.LoadOrStore(location, new(sync.Mutex))
	mutex, _ := lock.(*sync.Mutex) // nothing else is stored there
	mutex.Lock()
	return mutex.Unlock
}

// Inspector looks at objects with what is configured.
func (d *Data) Inspector() inspect.Inspector {
	return inspect.Inspector{Client: d.Client, Keyring: d.Keyring, Listing: d.Listing, Buckets: &d.Buckets, PlainHTTP: d.PlainHTTP}
}

// Store writes objects with what is configured.
func (d *Data) Store() *store.Store {
	return &store.Store{Inspector: d.Inspector(), PartSize: d.PartSize, UploadConcurrency: d.UploadConcurrency, Proofs: &d.Proofs}
}
