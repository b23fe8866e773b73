package cosmock

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
)

// ruleKinds are the bucket configurations that the server stores and returns but
// does not act on: it moves no object to another storage class and replicates
// none. For each, it has the root element and the error code for a missing
// configuration ("GET Bucket lifecycle", "GET Bucket replication").
var ruleKinds = map[string]struct{ root, none string }{
	subLifecycle:   {"LifecycleConfiguration", "NoSuchLifecycleConfiguration"},
	subReplication: {"ReplicationConfiguration", "ReplicationConfigurationnotFoundError"},
}

// getRules implements GET Bucket lifecycle and GET Bucket replication.
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

// putRules implements PUT Bucket lifecycle and PUT Bucket replication. It
// replaces the whole configuration.
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

// deleteRules implements DELETE Bucket lifecycle and DELETE Bucket replication.
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

// SetRules sets the document that GET Bucket lifecycle (kind "lifecycle") or GET
// Bucket replication (kind "replication") returns. "" removes it.
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
