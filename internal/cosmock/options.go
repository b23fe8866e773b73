package cosmock

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"
)

// Default values of Options.
const (
	DefaultBucket    = "lab-1250000000"
	DefaultRegion    = "ap-guangzhou"
	DefaultSecretID  = "AKIDcosmockcosmockcosmockcosmock"
	DefaultSecretKey = "cosmockcosmockcosmockcosmockcosm"

	// DefaultKMSKeyID is the key that COS creates in KMS. SSE-KMS uses it if a
	// request names no key ("Server-Side Encryption Overview").
	DefaultKMSKeyID = "00000000-c05d-11ef-8000-5254005dfa17"
)

// Options configures a Server. The zero value is valid: one bucket, one
// credential, and both listeners on free ports of 127.0.0.1.
type Options struct {
	Listen     string // address of the HTTPS listener; default 127.0.0.1:0
	ListenHTTP string // address of the HTTP listener; default 127.0.0.1:0

	// DataDir is the directory for the ciphertext. It is created if it does not
	// exist, and Close keeps it. If it is empty, the server uses a temporary
	// directory, which Close removes.
	DataDir string
	// CAFile is the file to write the CA certificate to. The default is ca.pem in
	// the data directory.
	CAFile string

	Buckets []string // "<name>-<appid>"; default DefaultBucket
	Region  string   // region of the buckets; default DefaultRegion

	SecretID    string       // default DefaultSecretID
	SecretKey   string       // default DefaultSecretKey
	Credentials []Credential // additional credentials, including temporary ones

	// KMSKeys are the IDs of enabled KMS keys in addition to DefaultKMSKeyID.
	KMSKeys []string

	// RefusePathStyle refuses path-style requests with 403
	// PathStyleDomainForbidden, as buckets created after 2024-01-01 do.
	RefusePathStyle bool
	// ForceDownload makes GET behave as default domains do for buckets created
	// after 2024-01-01: it sends x-cos-force-download and an attachment
	// disposition, and refuses .apk and .ipa. HEAD is not affected.
	ForceDownload bool
	// SM4 accepts SM4 as a value of x-cos-server-side-encryption, as mainland
	// accounts do. Only the protocol differs: on disk, the object is encrypted
	// with AES-256 like any other.
	SM4 bool
	// MultiAZ makes the configured buckets multi-AZ.
	MultiAZ bool
	// MetadataAcceleration gives the configured buckets metadata acceleration:
	// they refuse encryption, object ACLs and versioning.
	MetadataAcceleration bool
	// AccelerationDropsEncryption lets such a bucket store objects without the
	// encryption that was requested instead of refusing the request. No page says
	// which of the two COS does.
	AccelerationDropsEncryption bool
	// Overdue answers every request with 451 until SetOverdue is called, as COS
	// does for an account with overdue payments.
	Overdue bool
	// Accelerate enables global acceleration on all buckets. Otherwise the
	// acceleration hosts answer 400 BucketAccelerateNotEnabled. In both cases
	// they serve only object transfers; anything else gets 400
	// ActionAccelerateNotSupported.
	Accelerate bool

	// Domains maps additional host names to buckets: custom domains, or those of
	// a private cloud. The certificate includes them.
	Domains map[string]string

	// Dedicated makes the server a separate store, like a CDC or a private cloud.
	// Its buckets have no public names, only those in Domains, both in the Host
	// header and in a copy source.
	Dedicated bool

	// OriginPull is the origin-pull rule of all buckets.
	OriginPull OriginPull

	// Latency delays each response. Concurrent requests do not delay each other.
	Latency time.Duration
	// BodyTimeout is how long the server waits for the next 4 KB of a body, or
	// for its end, before it answers 400 RequestTimeout. The default is one
	// minute.
	BodyTimeout time.Duration
	// RestoreDelay is how long it takes to restore an archived object.
	RestoreDelay time.Duration
	// ListingLag delays when listings show a change. COS calls its listing
	// eventually consistent ("GET Bucket (List Objects)").
	ListingLag time.Duration

	// BucketEncryptionLag is how long GET Bucket encryption returns the previous
	// configuration after a change. The live tests of an SDK wait for two
	// seconds.
	BucketEncryptionLag time.Duration

	Limits       Limits
	Undocumented Undocumented

	Now func() time.Time // the server's clock; default time.Now
	Log *slog.Logger     // one line per request, without secrets; default none
}

// Credential is a secret ID and key. With a SessionToken it is a temporary
// credential, and requests must send the token.
type Credential struct {
	SecretID, SecretKey, SessionToken string
	Expires                           time.Time // end of the token's validity; zero if it does not expire
}

// Limits holds the service limits, sizes in bytes. Zero fields take COS's values
// ("Specifications and Limits"); tests use lower ones.
type Limits struct {
	PutObject    int64 // largest body of PUT Object; 5 GiB
	CopySource   int64 // largest source of PUT Object - Copy; 5 GiB
	MinPart      int64 // smallest part except the last; 1 MiB
	MaxPart      int64 // largest part; 5 GiB
	Multipart    int64 // largest object of a multipart upload; 48.82 TB
	Metadata     int   // total of the x-cos-meta-* headers, names without the prefix plus values; 2 KB
	ListMaxKeys  int   // entries per page of a listing; 1000
	TagsOfObject int   // 10
	ACLs         int   // buckets and objects with an ACL of their own; unlimited here, 1000 per account at COS
}

func (l Limits) withDefaults() Limits {
	def := func(p *int64, v int64) {
		if *p == 0 {
			*p = v
		}
	}
	def(&l.PutObject, 5<<30)
	def(&l.CopySource, 5<<30)
	def(&l.MinPart, 1<<20)
	def(&l.MaxPart, 5<<30)
	def(&l.Multipart, 10000*5<<30)
	if l.Metadata == 0 {
		l.Metadata = 2048
	}
	if l.ListMaxKeys == 0 {
		l.ListMaxKeys = 1000
	}
	if l.TagsOfObject == 0 {
		l.TagsOfObject = 10
	}
	return l
}

var (
	bucketPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?-[0-9]+$`)
	regionPattern = regexp.MustCompile(`^[a-z0-9-]+$`)
)

func (o Options) withDefaults() (Options, error) {
	def := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	def(&o.Listen, "127.0.0.1:0")
	def(&o.ListenHTTP, "127.0.0.1:0")
	def(&o.Region, DefaultRegion)
	def(&o.SecretID, DefaultSecretID)
	def(&o.SecretKey, DefaultSecretKey)
	if len(o.Buckets) == 0 {
		o.Buckets = []string{DefaultBucket}
	}
	for _, name := range o.Buckets {
		if !bucketPattern.MatchString(name) {
			return o, fmt.Errorf("bucket %q is not of the form name-appid, such as %s", name, DefaultBucket)
		}
	}
	if !regionPattern.MatchString(o.Region) {
		return o, fmt.Errorf("region %q is not a region name such as %s", o.Region, DefaultRegion)
	}
	for _, id := range o.KMSKeys {
		if strings.TrimSpace(id) == "" {
			return o, fmt.Errorf("a KMS key id is empty")
		}
	}
	if o.BodyTimeout < 0 {
		return o, fmt.Errorf("a time limit of %v on bodies is not possible", o.BodyTimeout)
	}
	if o.BodyTimeout == 0 {
		o.BodyTimeout = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Limits = o.Limits.withDefaults()
	o.Undocumented = o.Undocumented.withDefaults()
	return o, nil
}
