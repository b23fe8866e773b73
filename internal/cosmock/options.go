package cosmock

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"
)

// Defaults of Options.
const (
	DefaultBucket    = "lab-1250000000"
	DefaultRegion    = "ap-guangzhou"
	DefaultSecretID  = "AKIDcosmockcosmockcosmockcosmock"
	DefaultSecretKey = "cosmockcosmockcosmockcosmockcosm"

	// DefaultKMSKeyID is the key that COS itself creates in KMS and uses for
	// SSE-KMS when a request names none ("Server-Side Encryption Overview").
	DefaultKMSKeyID = "00000000-c05d-11ef-8000-5254005dfa17"
)

// Options configures a Server. The zero value is useful: one bucket, one
// credential, both listeners on free ports of 127.0.0.1.
type Options struct {
	Listen     string // address of the HTTPS listener; default 127.0.0.1:0
	ListenHTTP string // address of the HTTP listener; default 127.0.0.1:0

	// DataDir holds the ciphertext. It is created if missing and left behind
	// by Close. Empty means a temporary directory that Close removes.
	DataDir string
	// CAFile is where the certificate of the server's CA is written. Default
	// ca.pem in the data directory.
	CAFile string

	Buckets []string // "<name>-<appid>"; default DefaultBucket
	Region  string   // region of the buckets; default DefaultRegion

	SecretID    string       // default DefaultSecretID
	SecretKey   string       // default DefaultSecretKey
	Credentials []Credential // further credentials, temporary ones among them

	// KMSKeys are ids of KMS keys that exist and are enabled, besides
	// DefaultKMSKeyID.
	KMSKeys []string

	// RefusePathStyle answers path-style requests as buckets created after
	// 2024-01-01 do: 403 PathStyleDomainForbidden.
	RefusePathStyle bool
	// ForceDownload makes GET answer as buckets created after 2024-01-01 do on
	// default domains: x-cos-force-download and an attachment disposition,
	// and no .apk or .ipa. HEAD is not affected.
	ForceDownload bool
	// SM4 lets x-cos-server-side-encryption take the value SM4, as accounts on
	// the mainland do. On this server's disk such an object is under AES-256
	// like any other: only the protocol differs.
	SM4 bool
	// MultiAZ makes the first buckets multi-AZ ones.
	MultiAZ bool
	// Overdue answers everything by 451, as for an account whose payment is
	// overdue, until SetOverdue.
	Overdue bool
	// Accelerate enables global acceleration on all buckets; otherwise the
	// acceleration hosts answer 400 BucketAccelerateNotEnabled. Either way they
	// serve the transfer of objects only; anything else is 400
	// ActionAccelerateNotSupported.
	Accelerate bool

	// Domains are further host names, each of one bucket: custom domains, or
	// those of a private cloud. The certificate has them too.
	Domains map[string]string

	// Dedicated makes this a store of its own, as a CDC or a private cloud is:
	// its buckets have the names in Domains and no public ones, neither in the
	// Host header nor in a copy source.
	Dedicated bool

	// OriginPull is the origin-pull rule of the buckets.
	OriginPull OriginPull

	// Latency delays each answer; others are not held up.
	Latency time.Duration
	// BodyTimeout is how long the server waits for the next 4 KB of a body, or
	// for its end, before it answers 400 RequestTimeout. Default one minute.
	BodyTimeout time.Duration
	// RestoreDelay is how long restoring an archived object takes.
	RestoreDelay time.Duration
	// ListingLag makes listings show the bucket as it was so long ago. COS
	// calls its listing eventually consistent ("GET Bucket (List Objects)").
	ListingLag time.Duration

	// BucketEncryptionLag makes GET Bucket encryption show for so long what
	// was there before a change. The live tests of an SDK wait for two seconds.
	BucketEncryptionLag time.Duration

	Limits       Limits
	Undocumented Undocumented

	Now func() time.Time // the server's clock; default time.Now
	Log *slog.Logger     // one line a request, without secrets; default none
}

// Credential is a pair of secret id and key. With a SessionToken it is a
// temporary one, and requests must carry the token.
type Credential struct {
	SecretID, SecretKey, SessionToken string
	Expires                           time.Time // of the token; zero is never
}

// Limits of sizes in bytes. Zero fields have COS's own values
// ("Specifications and Limits"); tests lower them.
type Limits struct {
	PutObject    int64 // largest body of PUT Object; 5 GiB
	CopySource   int64 // largest source of PUT Object - Copy; 5 GiB
	MinPart      int64 // smallest part but the last; 1 MiB
	MaxPart      int64 // largest part; 5 GiB
	Multipart    int64 // largest object of a multipart upload; 48.82 TB
	Metadata     int   // sum of the x-cos-meta-* headers, names after the prefix and values; 2 KB
	ListMaxKeys  int   // entries of one page of a listing; 1000
	TagsOfObject int   // 10
	ACLs         int   // lists that are an object's or a bucket's own; no limit. COS has 1000 an account
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
