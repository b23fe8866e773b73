package cosclient_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/stsmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const role = "qcs::cam::uin/1:roleName/upload"

// assumed returns a client with the credentials of a role. Sessions, COS server
// and client use the same clock.
func assumed(t *testing.T, clock func() time.Time, session time.Duration, change func(*cosclient.Config)) (*cosmock.Server, *stsmock.Server, *cosclient.Client) {
	t.Helper()
	s, _ := start(t, func(o *cosmock.Options) { o.Now = clock })
	sts := stsmock.Start(stsmock.Options{
		Keys:       []stsmock.Credential{{SecretID: "AKIDstatic", SecretKey: "static"}},
		Roles:      map[string]stsmock.Role{role: {}},
		MaxSession: session,
		Now:        clock,
		Issued: func(c stsmock.Credential) {
			s.AddCredential(cosmock.Credential{SecretID: c.SecretID, SecretKey: c.SecretKey, SessionToken: c.Token, Expires: c.Expires})
		},
	})
	t.Cleanup(sts.Close)
	from, err := credentials.New(credentials.Config{SecretID: "AKIDstatic", SecretKey: "static", STSEndpoint: sts.URL(), Now: clock, Role: &credentials.Role{ARN: role, SessionName: "s"}})
	if err != nil {
		t.Fatal(err)
	}
	c := client(t, s, func(cfg *cosclient.Config) {
		cfg.Credentials = from
		if change != nil {
			change(cfg)
		}
	})
	return s, sts, cosclient.WithClock(c, clock)
}

// An upload of four hours with credentials that are valid for two parts. The
// credentials are renewed in time, and no request is refused.
func TestUploadOfFourHours(t *testing.T) {
	t.Parallel()
	const parts, life, pace = 10, 40 * time.Minute, 24 * time.Minute
	begin := time.Now()
	var passed atomic.Int64
	clock := func() time.Time { return begin.Add(time.Duration(passed.Load())) }
	s, sts, c := assumed(t, clock, life, func(cfg *cosclient.Config) {
		cfg.Writing = func(cosclient.Location) { passed.Add(int64(pace)) }
	})
	data, body := file(t, parts*mib)
	written, err := c.PutMultipart(t.Context(), at(s, "large"), cosclient.PutMultipartInput{
		Body: body, PartSize: mib, Parallel: 1, UploadInput: cosclient.UploadInput{Encryption: sse.Settings{Mode: sse.ModeAES256}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if written.CRC64 != crcOf(data) {
		t.Error("another content")
	}
	if took := clock().Sub(begin); took < 4*time.Hour {
		t.Errorf("it took %s of the clock", took)
	}
	for _, r := range s.Requests() {
		if r.Status/100 != 2 {
			t.Errorf("%s %s: %d", r.Method, r.Subresource, r.Status)
		}
	}
	// Each session is enough for two parts.
	if n := len(sts.Calls()); n < parts/2 || n > parts/2+2 {
		t.Errorf("%d sessions", n)
	}
	t.Logf("%d parts in %s of the clock, %d sessions of %s", parts, clock().Sub(begin), len(sts.Calls()), life)
}

// COS may refuse credentials as expired before their expiry. Those of a renewable
// source are renewed once; those of a static key are an error at once.
func TestExpiredBeforeTheirTime(t *testing.T) {
	t.Parallel()
	s, sts, c := assumed(t, time.Now, time.Hour, nil)
	put := func(c *cosclient.Client, key string) error {
		_, err := c.Put(t.Context(), at(s, key), cosclient.PutInput{Body: content("a"), Encryption: sse.Settings{Mode: sse.ModeAES256}})
		return err
	}
	if err := put(c, "a"); err != nil {
		t.Fatal(err)
	}
	expire := func(n string) {
		s.AddCredential(cosmock.Credential{SecretID: "AKIDtemporary" + n, SecretKey: "temporary-secret-" + n, SessionToken: "temporary-token-" + n, Expires: time.Now().Add(-time.Second)})
	}
	expire("1")
	s.ResetRequests()
	if err := put(c, "a"); err != nil {
		t.Fatal(err)
	}
	if got := len(s.Requests()); got != 2 || s.Requests()[0].Status != 400 || len(sts.Calls()) != 2 {
		t.Errorf("%d requests, %d sessions", got, len(sts.Calls()))
	}
	static := client(t, s, func(cfg *cosclient.Config) {
		cfg.Credentials = credentials.Static{Value: credentials.Value{SecretID: "AKIDtemporary1", SecretKey: "temporary-secret-1", SecurityToken: "temporary-token-1"}}
	})
	s.ResetRequests()
	if err := put(static, "b"); !errors.Is(err, cosclient.ErrExpiredToken) || len(s.Requests()) != 1 {
		t.Errorf("%d requests, %v", len(s.Requests()), err)
	}
}
