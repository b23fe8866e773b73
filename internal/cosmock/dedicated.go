package cosmock

// foreign reports whether an address names a bucket of another store. A Dedicated
// server is reached only through its own domains, so a public host name is never
// one of its buckets, even if the bucket name matches.
func (s *Server) foreign(a address) bool { return s.opts.Dedicated && a.region != "" }
