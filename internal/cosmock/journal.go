package cosmock

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Request is a journal entry. It contains no secrets, and no values of headers
// that could be secret.
type Request struct {
	Method      string   `json:"method"`
	Bucket      string   `json:"bucket"`
	Key         string   `json:"key"`
	Subresource string   `json:"subresource"`  // "acl", "uploads", "uploadId", ...; "" is none
	Status      int      `json:"status"`       // 0 if the connection was reset or the response is pending
	SSE         string   `json:"sse"`          // as the request asks: "", AES256, SM4, cos/kms or customer
	KMSKeyID    string   `json:"kms_key_id"`   // as in the request
	BodyBytes   int64    `json:"body_bytes"`   // as far as the server read them
	CopySource  string   `json:"copy_source"`  // as in x-cos-copy-source
	HeaderNames []string `json:"header_names"` // lower case, sorted
}

// journal records requests in the order in which they arrive.
type journal struct {
	mu      sync.Mutex
	entries []*Request
}

// add records a request when it arrives. update fills in the rest later.
func (j *journal) add(e *Request) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, e)
}

// update changes an entry while holding the journal's lock.
func (j *journal) update(change func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change()
}

func (j *journal) requests() []Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	list := make([]Request, len(j.entries))
	for i, e := range j.entries {
		list[i] = *e
		list[i].HeaderNames = slices.Clone(e.HeaderNames)
	}
	return list
}

func (j *journal) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = nil
}

// Requests returns the journal, oldest first, without requests to the control
// API. An entry is complete before its response leaves the server.
func (s *Server) Requests() []Request { return s.journal.requests() }

// ResetRequests clears the journal.
func (s *Server) ResetRequests() { s.journal.reset() }

// entry returns the journal entry for a request that has just arrived.
func (x *exchange) entry() *Request {
	h := x.r.Header
	e := &Request{
		Method:      x.r.Method,
		Bucket:      x.address.bucket,
		Key:         x.address.key,
		Subresource: x.subresource,
		CopySource:  h.Get("X-Cos-Copy-Source"),
		HeaderNames: headerNames(x.r),
	}
	switch mode := sse.Mode(h.Get(sse.HeaderMode)); {
	case h.Get(sse.HeaderCustomerAlgorithm) != "" || h.Get(sse.HeaderCustomerKey) != "":
		e.SSE = string(sse.ModeCustomer)
	case mode == sse.ModeAES256, mode == sse.ModeSM4, mode == sse.ModeKMS:
		e.SSE = string(mode)
	}
	e.KMSKeyID = h.Get(sse.HeaderKMSKeyID)
	return e
}

func headerNames(r *http.Request) []string {
	names := []string{"host"}
	for name := range r.Header {
		names = append(names, strings.ToLower(name))
	}
	if len(r.TransferEncoding) > 0 {
		names = append(names, "transfer-encoding")
	}
	slices.Sort(names)
	return slices.Compact(names)
}
