package cosclient

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

// clockServer refuses requests that are not signed for its own time.
func clockServer(t *testing.T, now time.Time, refuse http.HandlerFunc) *server {
	t.Helper()
	return newServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
		want := fmt.Sprintf("q-sign-time=%d;", now.Add(-signatureBackdate).Unix())
		if !strings.Contains(r.Header.Get("Authorization"), want) {
			refuse(w, r)
		}
	})
}

func TestAWrongClockIsCorrectedOnce(t *testing.T) {
	t.Parallel()
	ours := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	body := func(code, message, more string) http.HandlerFunc {
		return status(403, "<Error><Code>"+code+"</Code><Message>"+message+"</Message>"+more+"</Error>")
	}
	tests := map[string]struct {
		ahead   time.Duration
		refuse  http.HandlerFunc
		head    bool
		correct bool
	}{
		"skewed":                    {time.Hour, body("RequestTimeTooSkewed", "", ""), false, true},
		"expired, as the message":   {2 * time.Hour, body("AccessDenied", "Request has expired", ""), false, true},
		"expired, as the code":      {2 * time.Hour, body("Request has expired", "", ""), false, true},
		"behind":                    {-20 * time.Minute, body("RequestTimeTooSkewed", "", ""), false, true},
		"the body has the time":     {time.Hour, body("RequestTimeTooSkewed", "", "<ServerTime>"+ours.Add(time.Hour).Format(time.RFC3339)+"</ServerTime>"), false, true},
		"HEAD":                      {time.Hour, status(403, ""), true, true},
		"HEAD, a small difference":  {4 * time.Minute, status(403, ""), true, false},
		"denied for another reason": {time.Hour, body("AccessDenied", "Access Denied.", ""), false, false},
		"skewed, yet on time":       {10 * time.Second, body("RequestTimeTooSkewed", "", ""), false, false},
		"404":                       {time.Hour, status(404, ""), true, false},
		"more than a clock is off":  {30 * time.Hour, body("RequestTimeTooSkewed", "", ""), false, false},
		"years":                     {12 * 365 * 24 * time.Hour, body("RequestTimeTooSkewed", "", ""), false, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := clockServer(t, ours.Add(tc.ahead), tc.refuse)
			c := s.client(t, func(cfg *Config) { cfg.MaxRetries = 0 })
			c.now = func() time.Time { return ours }
			call := func() error {
				if tc.head {
					_, err := c.Head(t.Context(), testObject, HeadInput{})
					return err
				}
				_, err := c.Put(t.Context(), testObject, PutInput{Body: text("x")})
				return err
			}
			err := call()
			if (err == nil) != tc.correct {
				t.Fatalf("error %v", err)
			}
			if !tc.correct {
				if n := len(s.seen()); n != 1 {
					t.Errorf("%d requests", n)
				}
				return
			}
			if err := call(); err != nil {
				t.Fatal(err)
			}
			if n := len(s.seen()); n != 3 {
				t.Errorf("%d requests: the second call should use the corrected clock", n)
			}
		})
	}
}

func TestAClockThatStaysWrong(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		refusing(403, "RequestTimeTooSkewed")(w, r)
	})
	var log bytes.Buffer
	_, err := s.client(t).Put(tflogtest.RootLogger(t.Context(), &log), testObject, PutInput{Body: text("x")})
	if !errors.Is(err, ErrClockSkew) || len(s.seen()) != 2 {
		t.Errorf("error %v after %d requests", err, len(s.seen()))
	}
	if got := strings.Count(log.String(), `"@level":"info"`); got != 1 {
		t.Errorf("%d lines at Info:\n%s", got, log.String())
	}
}
