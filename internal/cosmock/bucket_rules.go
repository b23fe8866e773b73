package cosmock

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
)

// ruleKinds are the configurations of a bucket that are kept and shown, and not
// acted upon: this server moves nothing to another class and copies nothing to
// another bucket. Each has its root element, and the code that says that there
// is none ("GET Bucket lifecycle", "GET Bucket replication").
var ruleKinds = map[string]struct{ root, none string }{
	subLifecycle:   {"LifecycleConfiguration", "NoSuchLifecycleConfiguration"},
	subReplication: {"ReplicationConfiguration", "ReplicationConfigurationnotFoundError"},
}

// getRules is GET Bucket lifecycle and GET Bucket replication.
func (x *exchange) getRules() error {
	x.bucket.mu.RLock()
	document := x.bucket.rules[x.subresource]
	x.bucket.mu.RUnlock()
	if document == nil {
		return fail(ruleKinds[x.subresource].none)
	}
	x.header().Set("Content-Type", "application/xml")
	x.w.WriteHeader(http.StatusOK)
	_, _ = x.w.Write(document)
	return nil
}

// putRules is PUT Bucket lifecycle and PUT Bucket replication: it replaces what
// is there.
func (x *exchange) putRules() error {
	data, err := x.readBody()
	if err != nil {
		return err
	}
	var body struct {
		XMLName xml.Name
		Rules   []struct{ Status string } `xml:"Rule"`
	}
	if xml.Unmarshal(data, &body) != nil || body.XMLName.Local != ruleKinds[x.subresource].root || len(body.Rules) == 0 {
		return fail("MalformedXML")
	}
	for _, rule := range body.Rules {
		if rule.Status != "Enabled" && rule.Status != "Disabled" {
			return fail("MalformedXML")
		}
	}
	return x.changeRules(bytes.Clone(data), http.StatusOK)
}

// deleteRules is DELETE Bucket lifecycle and DELETE Bucket replication.
func (x *exchange) deleteRules() error { return x.changeRules(nil, http.StatusNoContent) }

func (x *exchange) changeRules(document []byte, status int) error {
	x.bucket.mu.Lock()
	defer x.bucket.mu.Unlock()
	if x.bucket.rules == nil {
		x.bucket.rules = map[string][]byte{}
	}
	x.bucket.rules[x.subresource] = document
	return x.empty(status)
}

// SetRules sets what GET Bucket lifecycle ("lifecycle") or GET Bucket
// replication ("replication") shows; "" is none.
func (s *Server) SetRules(bucketName, kind, document string) error {
	if _, ok := ruleKinds[kind]; !ok {
		return fmt.Errorf("there are no rules of %q", kind)
	}
	return s.administer(bucketName, func(b *bucket) error {
		if b.rules == nil {
			b.rules = map[string][]byte{}
		}
		b.rules[kind] = []byte(document)
		if document == "" {
			delete(b.rules, kind)
		}
		return nil
	})
}
