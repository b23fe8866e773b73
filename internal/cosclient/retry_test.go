package cosclient

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/sleep"
)

func TestWhatIsSentAgain(t *testing.T) {
	t.Parallel()
	ok := status(200, "")
	tests := map[string]struct {
		first http.HandlerFunc
		want  int // number of requests for a HEAD, which may be retried
	}{
		"500":                  {status(500, ""), 2},
		"502 of a gateway":     {status(502, "<html>"), 2},
		"503":                  {status(503, ""), 2},
		"429":                  {status(429, ""), 2},
		"reset":                {reset, 2},
		"501":                  {status(501, ""), 1},
		"404":                  {status(404, ""), 1},
		"403":                  {status(403, ""), 1},
		"400":                  {status(400, ""), 1},
		"400 RequestTimeout":   {refusing(400, "RequestTimeout"), 2},
		"400 slow network":     {refusing(400, "UserNetworkTooSlow"), 2},
		"409 PathConflict":     {refusing(409, "PathConflict"), 2},
		"409 UploadConflict":   {refusing(409, "UploadConflict"), 2},
		"503 KmsFreqControl":   {refusing(503, "KmsFreqControl"), 2},
		"500 KMS":              {refusing(500, "KmsInternalException"), 2},
		"503 SlowDown":         {refusing(503, "SlowDown"), 2},
		"400 KmsException":     {refusing(400, "KmsException"), 1},
		"409 ObjectLocked":     {refusing(409, "ObjectLocked"), 1},
		"403 of the signature": {refusing(403, "SignatureDoesNotMatch"), 1},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tc.first, ok)
			c := s.client(t, func(cfg *Config) { cfg.MaxRetries = 1 })
			_, err := c.Put(t.Context(), testObject, PutInput{Body: text("x")})
			if n := len(s.seen()); n != tc.want {
				t.Errorf("%d requests, want %d", n, tc.want)
			}
			if (err == nil) != (tc.want == 2) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestRetriesEnd(t *testing.T) {
	t.Parallel()
	s := newServer(t, refusing(503, "SlowDown"))
	var pauses []time.Duration
	c := s.client(t, func(cfg *Config) { cfg.MaxRetries = 3 })
	c.sleep = func(_ context.Context, d time.Duration) error { pauses = append(pauses, d); return nil }
	opened := 0
	body := text("x")
	body.opened = &opened
	_, err := c.Put(t.Context(), testObject, PutInput{Body: body})
	if !errors.Is(err, ErrThrottled) {
		t.Fatalf("error %v", err)
	}
	if n := len(s.seen()); n != 4 || opened != 4 {
		t.Errorf("%d requests, body opened %d times, want 4", n, opened)
	}
	if len(pauses) != 3 {
		t.Fatalf("%d pauses", len(pauses))
	}
	for i, d := range pauses {
		if full := firstPause << i; d < full/2 || d > full {
			t.Errorf("pause %d is %v", i+1, d)
		}
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		number   int
		after    time.Duration
		low, top time.Duration
	}{
		"first":                {1, 0, 100 * time.Millisecond, 200 * time.Millisecond},
		"seventh":              {7, 0, 6400 * time.Millisecond, 12800 * time.Millisecond},
		"eighth":               {8, 0, 10 * time.Second, 20 * time.Second},
		"hundredth":            {100, 0, 10 * time.Second, 20 * time.Second},
		"the server says more": {1, 5 * time.Second, 5 * time.Second, 5 * time.Second},
		"the server says less": {8, time.Second, 10 * time.Second, 20 * time.Second},
		"the server says days": {1, 48 * time.Hour, maxRetryAfter, maxRetryAfter},
		"the server says past": {1, -time.Hour, 100 * time.Millisecond, 200 * time.Millisecond},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			for range 100 {
				if d := pause(tc.number, tc.after); d < tc.low || d > tc.top {
					t.Fatalf("%v is not within %v and %v", d, tc.low, tc.top)
				}
			}
		})
	}
}

func TestRetryAfterIsHeeded(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, value := range map[string]string{"seconds": "7", "a moment": date.Add(7 * time.Second).Format(http.TimeFormat)} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, status(503, "", "Retry-After", value, "Date", date.Format(http.TimeFormat)), status(200, ""))
			var pauses []time.Duration
			c := s.client(t)
			c.sleep = func(_ context.Context, d time.Duration) error { pauses = append(pauses, d); return nil }
			if _, err := c.Head(t.Context(), testObject, HeadInput{}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]time.Duration{7 * time.Second}, pauses); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestACancelledWaitEnds(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(429, ""))
	c := s.client(t, func(cfg *Config) { cfg.MaxRetries = 5 })
	ctx, cancel := context.WithCancel(t.Context())
	c.sleep = func(ctx context.Context, _ time.Duration) error { cancel(); return sleep.For(ctx, time.Hour) }
	_, err := c.Head(ctx, testObject, HeadInput{})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrThrottled) || len(s.seen()) != 1 {
		t.Errorf("error %v after %d requests", err, len(s.seen()))
	}
	if err != nil && !strings.Contains(err.Error(), "cancelled, while waiting to try again after: HeadObject cos://lab-1250000000/dir/a b.txt: 429") {
		t.Errorf("the error does not tell both reasons: %v", err)
	}
}

func TestACancelledRequestIsNotSentAgain(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) { cancel(); stall(w, r) })
	asked := false
	_, err := s.client(t).Put(ctx, testObject, PutInput{
		Body: text("x"), Landed: func(context.Context) (bool, error) { asked = true; return true, nil },
	})
	if !errors.Is(err, context.Canceled) || len(s.seen()) != 1 || asked {
		t.Errorf("error %v after %d requests, asked %t", err, len(s.seen()), asked)
	}
	var transport *TransportError
	if !errors.As(err, &transport) || transport.Op != "PutObject" || transport.Location != testObject {
		t.Errorf("the error does not say where: %#v", err)
	}
}

func TestLanded(t *testing.T) {
	t.Parallel()
	errLook := errors.New("cannot look")
	tests := map[string]struct {
		handlers []http.HandlerFunc
		retries  int
		found    bool
		lookErr  error

		requests, asked int
		recovered       bool
		is              error
	}{
		"lost and there":                  {handlers: []http.HandlerFunc{reset}, retries: 2, found: true, requests: 1, asked: 1, recovered: true},
		"lost and there, no retries":      {handlers: []http.HandlerFunc{reset}, found: true, requests: 1, asked: 1, recovered: true},
		"lost and not there":              {handlers: []http.HandlerFunc{reset, status(200, "")}, retries: 2, requests: 2, asked: 1},
		"lost and nobody knows":           {handlers: []http.HandlerFunc{reset, status(200, "")}, retries: 2, lookErr: errLook, found: true, requests: 2, asked: 1},
		"500":                             {handlers: []http.HandlerFunc{status(500, "")}, retries: 2, found: true, requests: 1, asked: 1, recovered: true},
		"slowed down is a clear answer":   {handlers: []http.HandlerFunc{refusing(503, "SlowDown"), status(200, "")}, retries: 2, found: true, requests: 2},
		"refused is a clear answer":       {handlers: []http.HandlerFunc{refusing(403, "AccessDenied")}, retries: 2, found: true, requests: 1, is: ErrForbidden},
		"exists, and nothing was lost":    {handlers: []http.HandlerFunc{refusing(409, "FileAlreadyExists")}, retries: 2, found: true, requests: 1, is: ErrAlreadyExists},
		"exists after something was lost": {handlers: []http.HandlerFunc{reset, refusing(409, "FileAlreadyExists")}, retries: 2, requests: 2, asked: 2, is: ErrAlreadyExists},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tc.handlers...)
			c := s.client(t, func(cfg *Config) { cfg.MaxRetries = tc.retries })
			asked := 0
			got, err := c.Put(t.Context(), testObject, PutInput{
				Body: text("x"), ForbidOverwrite: true,
				Landed: func(context.Context) (bool, error) { asked++; return tc.found, tc.lookErr },
			})
			if !errors.Is(err, tc.is) {
				t.Errorf("error %v, want %v", err, tc.is)
			}
			if n := len(s.seen()); n != tc.requests || asked != tc.asked || got.Recovered != tc.recovered {
				t.Errorf("%d requests, asked %d times, recovered %t; want %d, %d, %t", n, asked, got.Recovered, tc.requests, tc.asked, tc.recovered)
			}
		})
	}
}

// The object becomes visible only when the second attempt is refused because it
// exists.
func TestLandedIsAskedAgainWhenTheRetryFindsItsOwnWork(t *testing.T) {
	t.Parallel()
	s := newServer(t, reset, refusing(409, "FileAlreadyExists"))
	asked := 0
	got, err := s.client(t).Put(t.Context(), testObject, PutInput{
		Body: text("x"), ForbidOverwrite: true,
		Landed: func(context.Context) (bool, error) { asked++; return asked == 2, nil },
	})
	if err != nil || !got.Recovered || asked != 2 {
		t.Errorf("recovered %t, error %v, asked %d times", got.Recovered, err, asked)
	}
}

// A copy of an object onto itself whose first attempt succeeded and thereby broke
// its own condition.
func TestACopyThatBrokeItsOwnConditionHasLanded(t *testing.T) {
	t.Parallel()
	s := newServer(t, reset, refusing(412, "PreconditionFailed"))
	asked := 0
	got, err := s.client(t).Copy(t.Context(), testObject, CopyInput{
		Source: testObject, IfMatch: "e", ReplaceMetadata: true,
		Landed: func(context.Context) (bool, error) { asked++; return asked == 2, nil },
	})
	if err != nil || !got.Recovered || asked != 2 {
		t.Errorf("recovered %t, error %v, asked %d times", got.Recovered, err, asked)
	}
}
