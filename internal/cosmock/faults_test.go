package cosmock_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func arm(t *testing.T, s *cosmock.Server, f cosmock.Fault) {
	t.Helper()
	if err := s.Arm(f); err != nil {
		t.Fatal(err)
	}
}

func stored(s *cosmock.Server, key string) bool {
	_, ok := s.Object(s.Bucket(), key)
	return ok
}

func TestFaultsThatAnswer(t *testing.T) {
	tests := map[string]struct {
		kind   cosmock.FaultKind
		copied bool
		status int
		code   string
	}{
		"slowdown":               {cosmock.FaultSlowDown, false, 503, "SlowDown"},
		"internal error":         {cosmock.FaultInternalError, false, 500, "InternalError"},
		"error in 200, of a PUT": {cosmock.FaultErrorIn200, false, 500, "InternalError"},
		"error in 200, a copy":   {cosmock.FaultErrorIn200, true, 200, "InternalError"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{})
			r := newRaw(t, s)
			r.do("PUT", "/source", "x").want(t, 200, "")
			put := func() answer {
				if test.copied {
					return r.do("PUT", "/k", "", "x-cos-copy-source", r.host+"/source")
				}
				return r.do("PUT", "/k", strings.Repeat("x", 1<<20))
			}
			arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "k"), Times: 2, Kind: test.kind})
			r.do("PUT", "/other", "x").want(t, 200, "")
			r.do("GET", "/source", "").want(t, 200, "")
			for range 2 {
				put().want(t, test.status, test.code)
				if stored(s, "k") {
					t.Error("the work was done")
				}
			}
			put().want(t, 200, "")
			if !stored(s, "k") {
				t.Error("the fault does not end")
			}
		})
	}
}

func TestErrorIn200OfComplete(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	id := initiate(t, r, "/k")
	part := putPart(t, r, "/k", id, 1, "x")
	arm(t, s, cosmock.Fault{Match: cosmock.OnSubresource("POST", "k", "uploadId"), Kind: cosmock.FaultErrorIn200})
	r.do("POST", "/k?uploadId="+id, completion(1, part)).want(t, 200, "InternalError")
	if stored(s, "k") {
		t.Error("the work was done")
	}
	r.do("POST", "/k?uploadId="+id, completion(1, part)).want(t, 200, "")
}

func TestResets(t *testing.T) {
	for name, kind := range map[string]cosmock.FaultKind{"before": cosmock.FaultResetBefore, "after": cosmock.FaultResetAfter} {
		for _, plain := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				s := start(t, cosmock.Options{})
				r := newRaw(t, s)
				r.plain = plain
				arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "k"), Kind: kind})
				req := r.request("PUT", "/k", struct{ io.Reader }{strings.NewReader("body")}) // cannot be sent again
				r.sign(req)
				a := r.send(req)
				if a.err == nil {
					t.Fatalf("there is an answer: %d", a.status)
				}
				if kind == cosmock.FaultResetAfter && !errors.Is(a.err, syscall.ECONNRESET) {
					t.Errorf("error is %v", a.err)
				}
				if done := stored(s, "k"); done != (kind == cosmock.FaultResetAfter) {
					t.Errorf("the work was done: %v", done)
				}
				if got := s.Requests()[0]; got.Status != 0 || got.Key != "k" {
					t.Errorf("journal has %+v", got)
				}
				r.do("PUT", "/k", "body").want(t, 200, "")
			})
		}
	}
}

func TestTruncate(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	large := strings.Repeat("0123456789", 100000)
	r.do("PUT", "/large", large).want(t, 200, "")
	tests := map[string]struct {
		method, target, body string
		headers              []string
		inBody               bool
	}{
		"GET":  {method: "GET", target: "/large", inBody: true},
		"HEAD": {method: "HEAD", target: "/large"},
		"PUT":  {method: "PUT", target: "/k", body: "x"},
		"list": {method: "GET", target: "/", inBody: true},
		"copy": {method: "PUT", target: "/c", headers: []string{"x-cos-copy-source", r.host + "/large"}, inBody: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			arm(t, s, cosmock.Fault{Kind: cosmock.FaultTruncate})
			req := r.request(test.method, test.target, struct{ io.Reader }{strings.NewReader(test.body)}, test.headers...)
			req.ContentLength = int64(len(test.body))
			if test.body == "" {
				req.Body = http.NoBody
			}
			r.sign(req)
			a := r.send(req)
			if a.err == nil {
				t.Fatalf("a whole answer: %d %s", a.status, a.body)
			}
			if test.inBody != (a.status == 200 && len(a.body) > 0) {
				t.Errorf("status %d, %d bytes, %v", a.status, len(a.body), a.err)
			}
			s.Disarm() // the client may have retried a HEAD or GET
		})
	}
	for _, key := range []string{"k", "c"} {
		if !stored(s, key) {
			t.Errorf("the work on %s was not done", key)
		}
	}
}

func TestDropEncryption(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	for name, headers := range map[string][]string{"SSE-COS": {hMode, "AES256"}, "SSE-KMS": {hMode, "cos/kms"}, "SSE-C": triple(keyText)} {
		arm(t, s, cosmock.Fault{Kind: cosmock.FaultDropEncryption})
		r.do("PUT", "/without", "x").want(t, 200, "") // the fault does not apply to it
		a := r.do("PUT", "/k", "x", headers...)
		a.want(t, 200, "")
		for header := range a.header {
			if strings.HasPrefix(header, "X-Cos-Server-Side") {
				t.Errorf("%s: answers %s", name, header)
			}
		}
		if o, _ := s.Object(s.Bucket(), "k"); o.Mode != sse.ModeNone {
			t.Errorf("%s: stored under %s", name, o.Mode)
		}
		r.do("PUT", "/k", "x", headers...)
		if o, _ := s.Object(s.Bucket(), "k"); o.Mode == sse.ModeNone {
			t.Errorf("%s: the fault does not end", name)
		}
		arm(t, s, cosmock.Fault{Kind: cosmock.FaultUnavailableAfter}) // together with another fault
		arm(t, s, cosmock.Fault{Kind: cosmock.FaultDropEncryption})
		r.do("PUT", "/k", "x", headers...).want(t, 503, "ServiceUnavailable")
		if o, _ := s.Object(s.Bucket(), "k"); o.Mode != sse.ModeNone {
			t.Errorf("%s: stored under %s", name, o.Mode)
		}
	}
}

func TestWrongCRC(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	const right = "16749565679157681890"
	arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "k"), Kind: cosmock.FaultWrongCRC})
	if got := r.do("PUT", "/k", "[Object Content]").header.Get("X-Cos-Hash-Crc64ecma"); got == right || got == "" {
		t.Errorf("CRC64 of PUT is %q", got)
	}
	if got := r.do("HEAD", "/k", "").header.Get("X-Cos-Hash-Crc64ecma"); got != right {
		t.Errorf("stored is %q", got)
	}
	arm(t, s, cosmock.Fault{Kind: cosmock.FaultWrongCRC})
	if a := r.do("PUT", "/c", "", "x-cos-copy-source", r.host+"/k"); strings.Contains(a.body, right) || !strings.Contains(a.body, "<CRC64>") {
		t.Errorf("copy answers %s", a.body)
	}
}

// TestClockSkew uses a client that corrects its clock with the Date of the
// response.
func TestClockSkew(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/k", "x").want(t, 200, "")
	arm(t, s, cosmock.Fault{Times: -1, Kind: cosmock.FaultClockSkew})
	a := r.do("GET", "/k", "")
	a.want(t, 403, "RequestTimeTooSkewed")
	date, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		t.Fatal(err)
	}
	if ahead := time.Until(date); ahead < 50*time.Minute {
		t.Errorf("the server's clock is only %v ahead", ahead)
	}
	if !strings.Contains(a.body, "<ServerTime>"+date.UTC().Format("2006-01-02T15")) {
		t.Error(a.body)
	}
	r.do("GET", "/k", "").want(t, 403, "RequestTimeTooSkewed")
	offset := time.Until(date)
	r.clock = func() time.Time { return time.Now().Add(offset) }
	r.do("GET", "/k", "").want(t, 200, "")
	s.Disarm()
	r.do("GET", "/k", "").want(t, 403, "RequestTimeTooSkewed")
	r.clock = time.Now
	r.do("GET", "/k", "").want(t, 200, "")

	arm(t, s, cosmock.Fault{Kind: cosmock.FaultClockSkew}) // takes effect once
	r.do("GET", "/k", "").want(t, 403, "RequestTimeTooSkewed")
	r.do("GET", "/k", "").want(t, 200, "")
	r.clock = func() time.Time { return time.Now().Add(offset) }
	r.do("GET", "/k", "").want(t, 200, "")
}

// A held request does not delay others, and is handled once it is released.
func TestAHeldRequestHoldsUpNobodyElse(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	gate := make(chan struct{})
	arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "held"), Kind: cosmock.FaultDelay, Delay: time.Nanosecond, Until: gate})
	done := make(chan int)
	go func() { done <- r.do("PUT", "/held", "x").status }()
	for len(s.Requests()) == 0 {
		runtime.Gosched()
	}
	r.do("PUT", "/other", "x").want(t, 200, "")
	select {
	case status := <-done:
		t.Errorf("it was answered with %d before it was let go", status)
	default:
	}
	if stored(s, "held") {
		t.Error("it was worked on before it was let go")
	}
	close(gate)
	if status := <-done; status != 200 || !stored(s, "held") {
		t.Errorf("let go, it is answered with %d", status)
	}
}

// A fault after the work withholds only the response: a test can inspect what is
// stored before it releases the request.
func TestAFaultAfterTheWorkIsHeldAfterIt(t *testing.T) {
	for kind, want := range map[cosmock.FaultKind]int{cosmock.FaultConflictAfter: 409, cosmock.FaultUnavailableAfter: 503} {
		s := start(t, cosmock.Options{})
		r := newRaw(t, s)
		gate := make(chan struct{})
		arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "held"), Kind: kind, Until: gate})
		done := make(chan int)
		go func() { done <- r.do("PUT", "/held", "x").status }()
		for !stored(s, "held") {
			runtime.Gosched()
		}
		select {
		case status := <-done:
			t.Errorf("%s: it was answered with %d before it was let go", kind, status)
		default:
		}
		close(gate)
		if status := <-done; status != want {
			t.Errorf("%s: let go, it is answered with %d", kind, status)
		}
	}
}

// Each request waits for the delay and the latency separately. Requests that wait
// for an hour delay neither each other nor the server's shutdown.
func TestDelayAndLatencyAreWaitedFor(t *testing.T) {
	for name, tc := range map[string]struct {
		options cosmock.Options
		delay   time.Duration
	}{
		"delay":   {cosmock.Options{}, time.Hour},
		"latency": {cosmock.Options{Latency: time.Hour}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, tc.options)
			r := newRaw(t, s)
			if tc.delay > 0 {
				arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "slow"), Kind: cosmock.FaultDelay, Delay: tc.delay})
			}
			req := r.request("PUT", "/slow", strings.NewReader("x"))
			r.sign(req)
			ctx, cancel := context.WithCancel(t.Context())
			answered := make(chan error)
			go func() {
				resp, err := r.client.Do(req.WithContext(ctx))
				if err == nil {
					_ = resp.Body.Close()
				}
				answered <- err
			}()
			for len(s.Requests()) == 0 {
				runtime.Gosched()
			}
			if tc.delay > 0 {
				r.do("PUT", "/fast", "x").want(t, 200, "")
			}
			select {
			case err := <-answered:
				t.Errorf("it was answered at once: %v", err)
			default:
			}
			if stored(s, "slow") {
				t.Error("it was worked on at once")
			}
			cancel()
			if err := <-answered; !errors.Is(err, context.Canceled) {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

// A fault lets matching requests pass before it applies.
func TestSkip(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	bucket, other := s.Bucket(), "other-1250000000"
	arm(t, s, cosmock.Fault{Match: cosmock.Match{Bucket: &other}, Times: -1, Kind: cosmock.FaultInternalError})
	arm(t, s, cosmock.Fault{Match: cosmock.Match{Bucket: &bucket}, Skip: 2, Times: 2, Kind: cosmock.FaultSlowDown})
	arm(t, s, cosmock.Fault{Match: cosmock.Match{Bucket: &bucket}, Skip: 3, Times: -1, Kind: cosmock.FaultUnavailable})
	for number, want := range []int{200, 200, 503, 503, 200, 503, 503} {
		a := r.do("PUT", "/k", "x")
		a.want(t, want, map[bool]string{true: "SlowDown", false: a.code()}[number == 2 || number == 3])
	}
	s.DisarmIn(bucket)
	r.do("PUT", "/k", "x").want(t, 200, "")
}

func TestMatch(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/k", "x", "x-cos-tagging", "a=1").want(t, 200, "")
	put, none, tagging := "PUT", "", "tagging"
	tests := map[string]struct {
		match               cosmock.Match
		get, tagging, other int // status of GET k, GET k?tagging and GET other
	}{
		"anything":            {cosmock.Match{}, 503, 503, 503},
		"a method":            {cosmock.Match{Method: &put}, 200, 200, 404},
		"no subresource":      {cosmock.Match{Subresource: &none}, 503, 200, 503},
		"a subresource":       {cosmock.Match{Subresource: &tagging}, 200, 503, 404},
		"a key":               {cosmock.On("GET", "k"), 503, 200, 404},
		"a key's subresource": {cosmock.OnSubresource("GET", "k", "tagging"), 200, 503, 404},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			defer s.Disarm()
			arm(t, s, cosmock.Fault{Match: test.match, Times: -1, Kind: cosmock.FaultSlowDown})
			for target, want := range map[string]int{"/k": test.get, "/k?tagging": test.tagging, "/other": test.other} {
				if a := r.do("GET", target, ""); a.status != want {
					t.Errorf("GET %s answers %d, want %d", target, a.status, want)
				}
			}
		})
	}
}
