package cosmock

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// FaultKind names what goes wrong.
type FaultKind string

const (
	// FaultSlowDown answers 503 SlowDown; no work is done.
	FaultSlowDown FaultKind = "slowdown"
	// FaultInternalError answers 500 InternalError; no work is done.
	FaultInternalError FaultKind = "internal-error"
	// FaultResetBefore resets the connection; no work is done.
	FaultResetBefore FaultKind = "reset-before"
	// FaultResetAfter does the work and resets the connection.
	FaultResetAfter FaultKind = "reset-after"
	// FaultTruncate does the work and closes the connection in the middle of
	// the answer: of its body, or of its header if it has no body.
	FaultTruncate FaultKind = "truncate"
	// FaultDropEncryption treats a write as if it had no header of
	// server-side encryption. It concerns requests that carry one.
	FaultDropEncryption FaultKind = "drop-encryption"
	// FaultWrongCRC answers a wrong CRC64; what is stored is right. It
	// concerns requests whose answer has one.
	FaultWrongCRC FaultKind = "wrong-crc"
	// FaultErrorIn200 answers copies and Complete Multipart Upload by an error
	// inside a 200, other requests by 500 InternalError; no work is done.
	FaultErrorIn200 FaultKind = "error-in-200"
	// FaultClockSkew refuses a request as if the server's clock were an hour
	// ahead: 403 RequestTimeTooSkewed. It concerns requests signed on the true
	// clock. From then on until Disarm the Date of each answer is an hour
	// ahead, and a signature is good on either clock: so a request that is
	// signed again by the server's time succeeds, always.
	FaultClockSkew FaultKind = "clock-skew"
	// FaultDelay waits for Delay and proceeds.
	FaultDelay FaultKind = "delay"
	// FaultUnavailable answers 503 ServiceUnavailable; no work is done.
	FaultUnavailable FaultKind = "unavailable"
	// FaultUnavailableAfter does the work and answers 503 ServiceUnavailable
	// "Server network error.", as COS's gateway does.
	FaultUnavailableAfter FaultKind = "unavailable-after"
	// FaultInternalErrorAfter does the work and answers 500 InternalError.
	FaultInternalErrorAfter FaultKind = "internal-error-after"
	// FaultConflictAfter does the work and answers 409 PathConflict.
	FaultConflictAfter FaultKind = "conflict-after"
	// FaultUnknownErrorAfter does the work and answers 520, which a proxy in
	// front of COS makes of an answer that it does not understand.
	FaultUnknownErrorAfter FaultKind = "unknown-error-after"
)

// clockShift is how far ahead FaultClockSkew puts the server's clock.
const clockShift = time.Hour

// FaultHelp is a fault and, in a line, what it does.
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

// afterWork reports a fault that only keeps the answer back.
func (f *Fault) afterWork() bool { return f.is(FaultResetAfter) || f.instead() != nil }

// instead is the error that takes the place of the answer to a request whose
// work was done; nil for other faults.
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

// Match selects requests. A nil field matches anything; Subresource "" only
// requests without one.
type Match struct {
	Method      *string `json:"method"`
	Key         *string `json:"key"`
	Subresource *string `json:"subresource"`
}

// Fault is something that goes wrong with the next Times requests that match:
// 0 is once, -1 always. Of several armed faults the oldest that concerns a
// request takes it.
type Fault struct {
	Match Match
	Times int
	Kind  FaultKind
	Delay time.Duration // waited before any kind of fault
	// Until is waited for as well: a test that closes it decides when the
	// request goes on, instead of a time that is too short on a busy machine.
	// A fault that strikes after the work waits once the work is done.
	Until <-chan struct{}
}

// On returns a Match for requests of a method on a key without subresource.
func On(method, key string) Match {
	none := ""
	return Match{Method: &method, Key: &key, Subresource: &none}
}

// OnSubresource returns a Match for requests of a method on a subresource,
// such as "uploadId", of a key.
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
	if f.Delay < 0 {
		return fmt.Errorf("a delay of %v is not possible", f.Delay)
	}
	return nil
}

// concerns reports whether the fault can happen to the request at all.
func (f Fault) concerns(x *exchange) bool {
	eq := func(want *string, got string) bool { return want == nil || *want == got }
	if !eq(f.Match.Method, x.r.Method) || !eq(f.Match.Key, x.address.key) || !eq(f.Match.Subresource, x.subresource) {
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

// take finds the fault that befalls a request, and counts it.
func (f *faults) take(x *exchange) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.armed {
		if !fault.concerns(x) {
			continue
		}
		if fault.Kind == FaultClockSkew {
			f.skew = true
		}
		taken := *fault
		if fault.Times > 0 {
			if fault.Times--; fault.Times == 0 {
				f.armed = slices.Delete(f.armed, i, i+1)
			}
		}
		return &taken
	}
	return nil
}

func (f *faults) skewed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.skew
}

// Arm makes a fault happen to coming requests.
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

// signedAhead reports whether the request is signed on the clock that
// FaultClockSkew pretends to. Signatures are made a few seconds before they
// arrive, at most maxSkew.
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
