package cosmock

// mayOwnACL enforces Limits.ACLs before a bucket or object that has no ACL of its
// own gets one.
func (x *exchange) mayOwnACL(list acl) error {
	limit := x.server.opts.Limits.ACLs
	if limit == 0 || !list.own {
		return nil
	}
	x.server.mu.RLock()
	defer x.server.mu.RUnlock()
	count := 0
	for _, b := range x.server.buckets {
		count += b.ownACLs(x.address, b == x.bucket)
	}
	if count >= limit {
		return fail("AttachmentFull")
	}
	return nil
}

// ownACLs counts the bucket's own ACL and those of its objects. It leaves out the
// one that the request replaces.
func (b *bucket) ownACLs(at address, here bool) int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	count := 0
	if b.acl.own && (!here || at.key != "") {
		count++
	}
	for _, e := range b.index.entries {
		if here && e.key == at.key {
			continue
		}
		for _, v := range e.versions {
			if v.acl.own {
				count++
			}
		}
	}
	return count
}
