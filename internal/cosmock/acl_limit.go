package cosmock

// mayOwnACL imposes Limits.ACLs on an object or a bucket that is going to have
// an access control list of its own and has none.
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

// ownACLs counts the lists of a bucket and its objects, but for the one that a
// request replaces.
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
