package cosmock

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Server is a running COS server. Its methods are safe for concurrent use.
type Server struct {
	opts        Options
	log         *slog.Logger
	credentials map[string]Credential // by secret ID; guarded by mu

	undocumented atomic.Pointer[Undocumented]
	policy       atomic.Pointer[policy] // nil if everything is allowed
	overdue      atomic.Bool            // answer every request with 451
	keys         *keyStore
	store        *store
	journal      journal
	faults       faults
	ids          ids

	objectOperations, bucketOperations map[string]operation

	mu      sync.RWMutex
	buckets map[string]*bucket

	authority   *authority
	caFile      string
	tempDir     string // removed by Close
	https, http net.Listener
	servers     []*http.Server
	serving     sync.WaitGroup // listeners
	handling    sync.WaitGroup // requests
	done        chan struct{}  // closed by Close
	closed      bool           // guarded by mu
	closeOnce   sync.Once
	closeErr    error
}

// AddCredential makes the server accept an additional credential.
func (s *Server) AddCredential(c Credential) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.credentials[c.SecretID] = c
}

func (s *Server) credential(id string) (Credential, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, ok := s.credentials[id]
	return c, ok
}

// Start starts a server, which accepts connections when Start returns.
func Start(opts Options) (*Server, error) {
	s, err := newServer(opts)
	if err != nil {
		return nil, err
	}
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func newServer(opts Options) (*Server, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{
		opts:        opts,
		log:         opts.Log,
		credentials: map[string]Credential{opts.SecretID: {SecretID: opts.SecretID, SecretKey: opts.SecretKey}},
		buckets:     map[string]*bucket{},
		done:        make(chan struct{}),

		objectOperations: objectOperations(),
		bucketOperations: bucketOperations(),
	}
	s.undocumented.Store(&opts.Undocumented)
	s.overdue.Store(opts.Overdue)
	for _, c := range opts.Credentials {
		s.credentials[c.SecretID] = c
	}
	if s.keys, err = newKeyStore(append([]string{DefaultKMSKeyID}, opts.KMSKeys...)); err != nil {
		return nil, err
	}
	if s.ids.prefix, err = randomHex(4); err != nil {
		return nil, err
	}
	for _, name := range opts.Buckets {
		s.buckets[name] = newBucket(name, opts.Region, s.now())
		s.buckets[name].multiAZ, s.buckets[name].accelerated = opts.MultiAZ, opts.MetadataAcceleration
	}
	return s, nil
}

// listen sets up the data directory, the certificate and both listeners.
func (s *Server) listen() (err error) {
	dir := s.opts.DataDir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "cosmock-"); err != nil {
			return fmt.Errorf("making a data directory: %w", err)
		}
		s.tempDir = dir
	}
	if s.store, err = newStore(dir); err != nil {
		return err
	}
	if s.authority, err = newAuthority(s.opts.Region, s.opts.Domains); err != nil {
		return err
	}
	if s.caFile = s.opts.CAFile; s.caFile == "" {
		s.caFile = filepath.Join(dir, "ca.pem")
	}
	if err := os.WriteFile(s.caFile, s.authority.caPEM, 0o644); err != nil {
		return fmt.Errorf("writing the certificate of the CA: %w", err)
	}
	if s.https, err = net.Listen("tcp", s.opts.Listen); err != nil {
		return fmt.Errorf("listening for HTTPS: %w", err)
	}
	if s.http, err = net.Listen("tcp", s.opts.ListenHTTP); err != nil {
		return fmt.Errorf("listening for HTTP: %w", err)
	}
	s.serve(tls.NewListener(s.https, s.authority.config()))
	s.serve(s.http)
	return nil
}

func (s *Server) serve(l net.Listener) {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0), // ignore handshakes that clients abort
		Protocols:         new(http.Protocols),
	}
	server.Protocols.SetHTTP1(true)
	s.servers = append(s.servers, server)
	s.serving.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("listener failed", "error", err)
		}
	})
}

// Shutdown stops accepting connections, waits for running requests until ctx is
// done, and then closes the server.
func (s *Server) Shutdown(ctx context.Context) error {
	var errs []error
	for _, server := range s.servers {
		if err := server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, s.Close())...)
}

// enter registers a request as running. It returns false if the server is closed.
func (s *Server) enter() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if !s.closed {
		s.handling.Add(1)
	}
	return !s.closed
}

// Close stops the server immediately, closing connections and aborting running
// requests. It removes the data directory if the server created a temporary one.
func (s *Server) Close() error {
	s.closeOnce.Do(func() {
		var errs []error
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		close(s.done)
		for _, server := range s.servers {
			errs = append(errs, server.Close())
		}
		for _, l := range []net.Listener{s.https, s.http} {
			if l != nil {
				_ = l.Close() // its HTTP server may have closed it already
			}
		}
		s.serving.Wait()
		s.handling.Wait()
		if s.store != nil {
			errs = append(errs, s.store.close())
		}
		if s.tempDir != "" {
			errs = append(errs, os.RemoveAll(s.tempDir))
		}
		s.closeErr = errors.Join(errs...)
	})
	return s.closeErr
}

// URL returns the base URL of the HTTPS listener, such as https://127.0.0.1:4433.
func (s *Server) URL() string { return "https://" + s.https.Addr().String() }

// HTTPURL returns the base URL of the plain HTTP listener.
func (s *Server) HTTPURL() string { return "http://" + s.http.Addr().String() }

// CAPEM returns the certificate of the CA that issued the server's certificate.
func (s *Server) CAPEM() []byte { return append([]byte(nil), s.authority.caPEM...) }

// CAFile returns the path of the file that contains CAPEM.
func (s *Server) CAFile() string { return s.caFile }

// CertPool returns a pool that contains only the CA.
func (s *Server) CertPool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.authority.caPEM)
	return pool
}

// Transport returns a transport that trusts the CA and connects to this server
// for every host name, as if DNS resolved it to the server. It uses neither
// compression nor a proxy.
func (s *Server) Transport() *http.Transport {
	var dialer net.Dialer
	return &http.Transport{
		TLSClientConfig:    &tls.Config{RootCAs: s.CertPool(), MinVersion: tls.VersionTLS12},
		DisableCompression: true,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			to := s.https.Addr().String()
			if _, port, err := net.SplitHostPort(addr); err == nil && (port == "80" || addr == s.http.Addr().String()) {
				to = s.http.Addr().String()
			}
			return dialer.DialContext(ctx, network, to)
		},
	}
}

// DataDir returns the directory that contains the ciphertext.
func (s *Server) DataDir() string { return s.store.dir }

// Bucket returns the first bucket.
func (s *Server) Bucket() string { return s.opts.Buckets[0] }

// Region returns the region of the buckets.
func (s *Server) Region() string { return s.opts.Region }

// SecretID returns the secret ID of the permanent credential.
func (s *Server) SecretID() string { return s.opts.SecretID }

// SecretKey returns the secret key of the permanent credential.
func (s *Server) SecretKey() string { return s.opts.SecretKey }

// Configure changes the undocumented behavior of subsequent requests.
func (s *Server) Configure(change func(*Undocumented)) {
	u := *s.undocumented.Load()
	change(&u)
	u = u.withDefaults()
	s.undocumented.Store(&u)
}

func (s *Server) now() time.Time { return s.opts.Now() }

func (s *Server) bucket(name string) *bucket {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.buckets[name]
}
