package cosmock

import (
	"net/http"
)

// getACL implements GET Object acl.
func (x *exchange) getACL() error {
	v, err := x.bucket.find(x.address.key, x.query.value("versionId"))
	if err != nil {
		return err
	}
	if !v.acl.own {
		x.header().Set("X-Cos-Acl", aclDefault)
	}
	x.objectVersionHeader(v)
	return x.xml(v.acl.body())
}

// putACL implements PUT Object acl. Object lock does not prevent it.
func (x *exchange) putACL() error {
	list, err := x.requestACL(false)
	if err != nil {
		return err
	}
	err = x.bucket.change(x.server, x.address.key, x.query.value("versionId"), func(v *version) error {
		v.acl = list
		return nil
	})
	if err != nil {
		return err
	}
	return x.empty(http.StatusOK)
}

// getBucketACL implements GET Bucket acl.
func (x *exchange) getBucketACL() error {
	x.bucket.mu.RLock()
	list := x.bucket.acl
	x.bucket.mu.RUnlock()
	return x.xml(list.body())
}

// putBucketACL implements PUT Bucket acl.
func (x *exchange) putBucketACL() error {
	list, err := x.requestACL(true)
	if err != nil {
		return err
	}
	x.bucket.mu.Lock()
	x.bucket.acl = list
	x.bucket.mu.Unlock()
	return x.empty(http.StatusOK)
}

// requestACL reads an ACL from the headers or the body. Sending both is an error.
func (x *exchange) requestACL(ofBucket bool) (acl, error) {
	list, err := x.readACL(ofBucket)
	if err != nil {
		return acl{}, err
	}
	return list, x.mayOwnACL(list)
}

func (x *exchange) readACL(ofBucket bool) (acl, error) {
	list, found, err := x.headerACL(ofBucket)
	if err != nil {
		return acl{}, err
	}
	data, err := x.readBody()
	switch {
	case err != nil:
		return acl{}, err
	case found && len(data) > 0:
		return acl{}, failf("InvalidArgument", "The ACL is in the headers and in the body.")
	case found:
		return list, nil
	case len(data) == 0:
		return acl{}, failf("InvalidArgument", "The ACL is neither in the headers nor in the body.")
	}
	return parseACL(data)
}
