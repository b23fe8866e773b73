package cosmock

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
)

// policy is a CAM policy. The server supports effect, action and resource
// ("Working with COS API Authorization Policies"). It refuses a policy with a
// condition rather than ignore the condition.
type policy struct {
	Version   string `json:"version"`
	Statement []struct {
		Effect    string          `json:"effect"`
		Action    []string        `json:"action"`
		Resource  []string        `json:"resource"`
		Condition json.RawMessage `json:"condition"`
	} `json:"statement"`
}

// SetPolicy restricts signed requests to what a CAM policy allows. "" removes the
// restriction.
func (s *Server) SetPolicy(text string) error {
	if text == "" {
		s.policy.Store(nil)
		return nil
	}
	var p policy
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return fmt.Errorf("reading the policy: %w", err)
	}
	if p.Version != "2.0" || len(p.Statement) == 0 {
		return errors.New(`a policy has the version "2.0" and a statement`)
	}
	for _, st := range p.Statement {
		if st.Effect != "allow" && st.Effect != "deny" || len(st.Action) == 0 || len(st.Resource) == 0 || st.Condition != nil {
			return errors.New("a statement has the effect allow or deny, actions, resources, and here no condition")
		}
	}
	s.policy.Store(&p)
	return nil
}

// allows reports whether an action on a resource is allowed and not denied.
func (p *policy) allows(n need) bool {
	allowed := false
	for _, st := range p.Statement {
		if !matches(st.Action, n.action) || !matches(st.Resource, n.resource) {
			continue
		}
		if st.Effect == "deny" {
			return false
		}
		allowed = true
	}
	return allowed
}

// flat replaces slashes, which a star of path.Match does not match, and what is
// special in its patterns.
var flat = strings.NewReplacer("/", "\x00", `\`, "\x01", "[", "\x02", "?", "\x03")

// matches reports whether a pattern matches s. A star stands for any text.
func matches(patterns []string, s string) bool {
	for _, p := range patterns {
		if ok, err := path.Match(flat.Replace(p), flat.Replace(s)); err == nil && ok {
			return true
		}
	}
	return false
}

// need is an action that a request requires on a resource.
type need struct{ action, resource string }

// permitted checks a signed request against the policy.
func (x *exchange) permitted() error {
	p := x.server.policy.Load()
	if p == nil || x.anonymous || x.address.bucket == "" {
		return nil
	}
	for _, n := range x.needs() {
		if !p.allows(n) {
			return fail("AccessDenied")
		}
	}
	return nil
}

// objectActions and bucketActions map the method and subresource of a request to
// its action ("Action List").
var objectActions = map[string]string{
	"PUT ":                  "PutObject",
	"GET ":                  "GetObject",
	"HEAD ":                 "HeadObject",
	"DELETE ":               "DeleteObject",
	"POST " + subUploads:    "InitiateMultipartUpload",
	"PUT " + subUploadID:    "UploadPart",
	"POST " + subUploadID:   "CompleteMultipartUpload",
	"DELETE " + subUploadID: "AbortMultipartUpload",
	"GET " + subUploadID:    "ListParts",
	"GET " + subTagging:     "GetObjectTagging",
	"PUT " + subTagging:     "PutObjectTagging",
	"DELETE " + subTagging:  "DeleteObjectTagging",
	"GET " + subACL:         "GetObjectACL",
	"PUT " + subACL:         "PutObjectACL",
	"POST " + subRestore:    "PostObjectRestore",
	"GET " + subRetention:   "GetObjectRetention",
	"PUT " + subRetention:   "PutObjectRetention",
	"GET " + subLegalHold:   "GetObjectLegalHold",
	"PUT " + subLegalHold:   "PutObjectLegalHold",
}

var bucketActions = map[string]string{
	"HEAD ":                   "HeadBucket",
	"PUT ":                    "PutBucket",
	"DELETE ":                 "DeleteBucket",
	"GET ":                    "GetBucket",
	"GET " + subVersions:      "GetBucketObjectVersions",
	"GET " + subUploads:       "ListMultipartUploads",
	"POST " + subDelete:       "DeleteMultipleObjects",
	"GET " + subACL:           "GetBucketACL",
	"PUT " + subACL:           "PutBucketACL",
	"GET " + subVersioning:    "GetBucketVersioning",
	"PUT " + subVersioning:    "PutBucketVersioning",
	"GET " + subEncryption:    "GetBucketEncryption",
	"PUT " + subEncryption:    "PutBucketEncryption",
	"DELETE " + subEncryption: "DeleteBucketEncryption",
	"GET " + subObjectLock:    "GetBucketObjectLockConfiguration",
	"PUT " + subObjectLock:    "PutBucketObjectLockConfiguration",
	"GET " + subLocation:      "GetBucketLocation",

	"GET " + subLifecycle:      "GetBucketLifecycle",
	"PUT " + subLifecycle:      "PutBucketLifecycle",
	"DELETE " + subLifecycle:   "DeleteBucketLifecycle",
	"GET " + subReplication:    "GetBucketReplication",
	"PUT " + subReplication:    "PutBucketReplication",
	"DELETE " + subReplication: "DeleteBucketReplication",
}

func (x *exchange) needs() []need {
	request := x.r.Method + " " + x.subresource
	if x.address.key == "" {
		return []need{{"name/cos:" + bucketActions[request], x.qcs(x.address, "*")}}
	}
	action := objectActions[request]
	a, _, copied := x.undocumented.parseCopySource(x.r.Header.Get(headerCopySource), x.server.opts.Domains)
	if !copied || x.r.Method != "PUT" {
		return []need{{"name/cos:" + action, x.qcs(x.address, x.address.key)}}
	}
	if x.undocumented.CopyAction {
		action = map[string]string{"PutObject": "PutObjectCopy", "UploadPart": "UploadPartCopy"}[action]
	}
	return []need{{"name/cos:" + action, x.qcs(x.address, x.address.key)}, {"name/cos:GetObject", x.qcs(a, a.key)}}
}

// qcs returns the name of a resource in a policy.
func (x *exchange) qcs(a address, key string) string {
	region := x.server.opts.Region
	if b := x.server.bucket(a.bucket); b != nil {
		region = b.region
	}
	return fmt.Sprintf("qcs::cos:%s:uid/%s:%s/%s", region, a.bucket[strings.LastIndexByte(a.bucket, '-')+1:], a.bucket, key)
}
