package cosmock

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"
)

// FaultKind is a kind of fault.
type FaultKind string

const (
	// FaultSlowDown answers 503 SlowDown without doing the work.
	FaultSlowDown FaultKind = "slowdown"
	// FaultInternalError answers 500 InternalError without doing the work.
	FaultInternalError FaultKind = "internal-error"
	// FaultResetBefore resets the connection without doing the work.
	FaultResetBefore FaultKind = "reset-before"
	// FaultResetAfter does the work and resets the connection.
	FaultResetAfter FaultKind = "reset-after"
	// FaultTruncate does the work and closes the connection in the middle of the
	// response body, or of the header if there is no body.
	FaultTruncate FaultKind = "truncate"
	// FaultDropEncryption handles a write as if it had no server-side encryption
	// headers. It applies to requests that have them, together with any other
	// fault.
	FaultDropEncryption FaultKind = "drop-encryption"
	// FaultWrongCRC sends a wrong CRC64 for correctly stored data. It applies to
	// requests whose response has a CRC64.
	FaultWrongCRC FaultKind = "wrong-crc"
	// FaultErrorIn200 answers a copy or Complete Multipart Upload with an error
	// inside a 200 response, and other requests with 500 InternalError. It does
	// not do the work.
	FaultErrorIn200 FaultKind = "error-in-200"
	// FaultClockSkew refuses a request as if the server's clock were an hour
	// ahead: 403 RequestTimeTooSkewed. It applies to requests signed with the
	// true time. From then on until Disarm, the Date of each response is an hour
	// ahead and signatures are accepted by either clock, so a request that is
	// signed again with the server's time succeeds.
	FaultClockSkew FaultKind = "clock-skew"
	// FaultDelay waits for Delay and then handles the request as usual.
	FaultDelay FaultKind = "delay"
	// FaultUnavailable answers 503 ServiceUnavailable without doing the work.
	FaultUnavailable FaultKind = "unavailable"
	// FaultUnavailableAfter does the work and answers 503 ServiceUnavailable
	// "Server network error.", as COS's gateway does.
	FaultUnavailableAfter FaultKind = "unavailable-after"
	// FaultInternalErrorAfter does the work and answers 500 InternalError.
	FaultInternalErrorAfter FaultKind = "internal-error-after"
	// FaultConflictAfter does the work and answers 409 PathConflict.
	FaultConflictAfter FaultKind = "conflict-after"
	// FaultUnknownErrorAfter does the work and answers 520, as a proxy does if it
	// does not understand COS's response.
	FaultUnknownErrorAfter FaultKind = "unknown-error-after"
)

// clockShift is how far FaultClockSkew moves the server's clock ahead.
const clockShift = time.Hour

// FaultHelp is a fault with a one-line description.
type FaultHelp struct {
	Kind FaultKind
	Does string
}

// Faults returns all faults.
func Faults() []FaultHelp {
	return []FaultHelp{
		{FaultSlowDown, "503 SlowDown; no work is done"},
		{FaultUnavailable, "503 ServiceUnavailable; no work is done"},
		{FaultInternalError, "500 InternalError; no work is done"},
		{FaultErrorIn200, "an error inside a 200 for copies and completions, 500 for other requests; no work is done"},
		{FaultResetBefore, "resets the connection; no work is done"},
		{FaultResetAfter, "resets the connection after the work"},
		{FaultUnavailableAfter, "503 ServiceUnavailable after the work"},
		{FaultInternalErrorAfter, "500 InternalError after the work"},
		{FaultConflictAfter, "409 PathConflict after the work"},
		{FaultUnknownErrorAfter, "520 after the work, as a proxy in front of COS answers"},
		{FaultTruncate, "closes the connection in the middle of the response, after the work"},
		{FaultDropEncryption, "ignores the encryption headers of a write"},
		{FaultWrongCRC, "a wrong CRC64 in the response"},
		{FaultClockSkew, "403 RequestTimeTooSkewed, and a clock that is an hour ahead from then on"},
		{FaultDelay, "waits for delay_ms"},
	}
}

// afterWork reports whether the fault withholds the response after the work is
// done.
func (f *Fault) afterWork() bool { return f.is(FaultResetAfter) || f.instead() != nil }

// instead returns the error that replaces the response after the work is done, or
// nil if the fault has none.
func (f *Fault) instead() *apiError {
	if f == nil {
		return nil
	}
	switch f.Kind {
	case FaultUnavailableAfter:
		err := fail("ServiceUnavailable")
		err.message = "Server network error."
		return err
	case FaultInternalErrorAfter:
		return fail("InternalError")
	case FaultConflictAfter:
		return fail("PathConflict")
	case FaultUnknownErrorAfter:
		return &apiError{status: 520}
	}
	return nil
}

// Match selects requests. A nil field matches anything. Subresource "" matches
// only requests without a subresource.
type Match struct {
	Method      *string `json:"method"`
	Bucket      *string `json:"bucket"`
	Key         *string `json:"key"`
	Subresource *string `json:"subresource"`
}

// Fault is a failure of the next Times requests that match: 0 means once, -1
// always. Before that, it lets Skip of them pass. If several armed faults apply to
// a request, the oldest is used.
type Fault struct {
	Match Match
	Skip  int
	Times int
	Kind  FaultKind
	Delay time.Duration // before any kind of fault
	// Until is waited for as well. It lets a test decide when the request
	// continues by closing the channel, independent of how fast the machine is. A
	// fault that takes effect after the work waits after the work.
	Until <-chan struct{}
}

// On returns a Match for requests with a method to a key, without a subresource.
func On(method, key string) Match {
	none := ""
	return Match{Method: &method, Key: &key, Subresource: &none}
}

// OnSubresource returns a Match for requests with a method to a subresource of a
// key, such as "uploadId".
func OnSubresource(method, key, subresource string) Match {
	return Match{Method: &method, Key: &key, Subresource: &subresource}
}

func (f Fault) check() error {
	var kinds []FaultKind
	for _, known := range Faults() {
		kinds = append(kinds, known.Kind)
	}
	if !slices.Contains(kinds, f.Kind) {
		return fmt.Errorf("unknown fault %q; faults are %v", f.Kind, kinds)
	}
	if f.Times < -1 {
		return fmt.Errorf("times is %d; it is a number of requests, or -1 for always", f.Times)
	}
	if f.Skip < 0 {
		return fmt.Errorf("skip is %d; it is a number of requests", f.Skip)
	}
	if f.Delay < 0 {
		return fmt.Errorf("a delay of %v is not possible", f.Delay)
	}
	return nil
}

// concerns reports whether the fault can apply to the request.
func (f Fault) concerns(x *exchange) bool {
	eq := func(want *string, got string) bool { return want == nil || *want == got }
	if !eq(f.Match.Method, x.r.Method) || !eq(f.Match.Bucket, x.address.bucket) || !eq(f.Match.Key, x.address.key) || !eq(f.Match.Subresource, x.subresource) {
		return false
	}
	switch f.Kind {
	case FaultDropEncryption:
		return x.isWrite() && carriesEncryption(x.r.Header)
	case FaultWrongCRC:
		return x.address.key != "" && (x.subresource == "" || x.subresource == subUploadID) && x.r.Method != "DELETE"
	case FaultClockSkew:
		return !x.signedAhead()
	default:
		return true
	}
}

// faults are the armed faults, oldest first.
type faults struct {
	mu    sync.Mutex
	armed []*Fault
	skew  bool // a clock-skew fault has happened since Disarm
}

// take returns the oldest fault that applies to a request, and counts the use.
// drops reports whether FaultDropEncryption applies, which goes together with any
// kind that does the work.
func (f *faults) take(x *exchange) (fault *Fault, drops bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	dropped := func(fault *Fault) bool { return fault.Kind == FaultDropEncryption }
	fault = f.use(x, func(fault *Fault) bool { return !dropped(fault) })
	if fault == nil || fault.works() {
		dropping := f.use(x, dropped)
		drops, fault = dropping != nil, cmp.Or(fault, dropping)
	}
	if fault != nil && fault.Kind == FaultClockSkew {
		f.skew = true
	}
	return fault, drops
}

// works reports whether the work is done in spite of the fault.
func (f *Fault) works() bool {
	switch f.Kind {
	case FaultSlowDown, FaultUnavailable, FaultInternalError, FaultErrorIn200, FaultResetBefore, FaultClockSkew:
		return false
	}
	return true
}

// use returns a copy of the oldest fault of some kinds that applies to a request,
// and counts the use.
func (f *faults) use(x *exchange, kind func(*Fault) bool) *Fault {
	at := slices.IndexFunc(f.armed, func(fault *Fault) bool {
		if !kind(fault) || !fault.concerns(x) {
			return false
		}
		fault.Skip--
		return fault.Skip < 0
	})
	if at < 0 {
		return nil
	}
	fault := f.armed[at]
	fault.Skip = 0
	taken := *fault
	if fault.Times > 0 {
		if fault.Times--; fault.Times == 0 {
			f.armed = slices.Delete(f.armed, at, at+1)
		}
	}
	return &taken
}

func (f *faults) skewed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.skew
}

// Arm makes a fault apply to future requests.
func (s *Server) Arm(f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.armed = append(s.faults.armed, &f)
	return nil
}

// Disarm removes all faults.
func (s *Server) Disarm() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.armed, s.faults.skew = nil, false
}

// DisarmIn removes the faults that match only requests to a bucket.
func (s *Server) DisarmIn(bucket string) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.armed = slices.DeleteFunc(s.faults.armed, func(f *Fault) bool { return f.Match.Bucket != nil && *f.Match.Bucket == bucket })
}

// signedAhead reports whether the request was signed with the time that
// FaultClockSkew simulates. Requests arrive shortly after they are signed, within
// maxSkew.
func (x *exchange) signedAhead() bool {
	var sig signature
	switch header := x.r.Header.Get("Authorization"); {
	case header != "":
		sig, _ = parseAuthorization(header)
	case x.query.has("q-signature"):
		sig, _ = parseSignature(x.query.value)
	default:
		sig, _ = parseAuthorization(x.query.value("sign"))
	}
	start, _, ok := parseWindow(sig.signTime)
	return ok && start >= x.server.now().Add(clockShift-maxSkew).Unix()
}
