package cosmock

// foreign reports whether an address names a bucket of another store. A
// Dedicated server has its own domains only, so a public name is none of its
// buckets, whatever the name of the bucket is.
func (s *Server) foreign(a address) bool { return s.opts.Dedicated && a.region != "" }
