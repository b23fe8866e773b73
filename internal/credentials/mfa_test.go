package credentials_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
)

const (
	device = "qcs::cam:uin/1::mfa/softToken"
	mfaEnv = "TENCENTCLOUD_MFA_CERTIFICATION_SERIAL_NUMBER=" + device + " TENCENTCLOUD_MFA_CERTIFICATION_TOKEN_CODE=523886"
)

// withCode are the sources that a code of an MFA device goes into.
func withCode() map[string]credentials.Config {
	return map[string]credentials.Config{
		"a role": {SecretID: "AKIDstatic", SecretKey: secretKey, Role: &credentials.Role{
			ARN: mfaRole, SessionName: "s", ExternalID: "canary-external-id", SerialNumber: device, TokenCode: "523886", Session: time.Hour,
		}},
		"an MFA session": {SecretID: "AKIDstatic", SecretKey: secretKey, MFA: &credentials.MFA{SerialNumber: device, TokenCode: "523886", Session: time.Hour}},
	}
}

func TestBrokenMFA(t *testing.T) {
	t.Parallel()
	mfa := func(code string) *credentials.MFA { return &credentials.MFA{SerialNumber: device, TokenCode: code} }
	rows := map[string]struct {
		cfg   credentials.Config
		env   string
		files map[string]string
		says  []string
		calls int
	}{
		"a wrong code": {cfg: credentials.Config{MFA: mfa("523887")}, env: static, calls: 1,
			says: []string{"to open an MFA session for AKIDstatic with the device " + device, "FailedOperation.CheckMFAError", "(redacted)", "run again with the next code"}},
		"a wrong code for a role": {cfg: credentials.Config{Role: &credentials.Role{ARN: mfaRole, SessionName: "s", ExternalID: "canary-external-id", SerialNumber: device, TokenCode: "523887"}}, env: static, calls: 1,
			says: []string{"UnauthorizedOperation", "run again with the next code"}},
		"a temporary key":         {cfg: credentials.Config{SecretID: "i", SecretKey: "k", SecurityToken: "t", MFA: mfa("523886")}, says: []string{"permanent key of a user", "without a security_token"}},
		"a temporary profile":     {cfg: credentials.Config{SharedCredentialsDir: "{dir}", MFA: mfa("523886")}, files: map[string]string{"default.credential": profileKeys}, says: []string{"permanent key of a user"}},
		"an instance":             {cfg: credentials.Config{CAMRoleName: "instance", MFA: mfa("523886")}, says: []string{"permanent key of a user"}, calls: 1},
		"no device":               {cfg: credentials.Config{MFA: &credentials.MFA{TokenCode: "523886"}}, env: static, says: []string{"mfa_certification needs serial_number, or the environment variable TENCENTCLOUD_MFA_CERTIFICATION_SERIAL_NUMBER"}},
		"no code":                 {cfg: credentials.Config{MFA: mfa("")}, env: static, says: []string{"mfa_certification needs token_code, or the environment variable TENCENTCLOUD_MFA_CERTIFICATION_TOKEN_CODE"}},
		"no key":                  {cfg: credentials.Config{MFA: mfa("523886")}, env: "HOME={dir}", says: []string{"no credentials were found"}},
		"a session too long":      {env: static + " " + mfaEnv + " TENCENTCLOUD_MFA_CERTIFICATION_DURATION_SECONDS=129601", says: []string{"TENCENTCLOUD_MFA_CERTIFICATION_DURATION_SECONDS", "from 0 to 129600"}},
		"a role by variables":     {cfg: credentials.Config{MFA: mfa("523886")}, env: static + " " + role, says: []string{"the environment's role selects a role", "serial_number and token_code in assume_role"}},
		"both by variables":       {env: static + " " + role + " " + mfaEnv, says: []string{"the environment's role selects a role"}},
		"a SAML assertion":        {env: samlEnv + " " + mfaEnv, says: []string{"the environment's SAML assertion selects a role"}},
		"a role of the profile":   {cfg: credentials.Config{SharedCredentialsDir: "{dir}"}, env: mfaEnv, files: map[string]string{"default.credential": `{"secretId": "i", "secretKey": "canary", "role-arn": "` + keyRole + `", "role-session-name": "s"}`}, says: []string{"the profile's role selects a role"}},
		"a role without the code": {cfg: credentials.Config{Role: &credentials.Role{ARN: mfaRole, SessionName: "s", SerialNumber: device}}, env: static, says: []string{"has the serial_number of an MFA device and no token_code", "TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE"}},
		"a role without the device": {env: static + " " + role + " TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE=523886",
			says: []string{"the environment's role has the token_code of an MFA device and no serial_number", "TENCENTCLOUD_ASSUME_ROLE_SERIAL_NUMBER"}},
	}
	for name, tc := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := service(t)
			_, _, err := try(t, tc.cfg, tc.env, tc.files, s)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tc.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if text := err.Error(); strings.Contains(text, "canary") || strings.Contains(text, "523886") || strings.Contains(text, "523887") {
				t.Errorf("it shows a secret: %q", text)
			}
			if len(s.Calls()) != tc.calls {
				t.Errorf("%d calls, want %d", len(s.Calls()), tc.calls)
			}
		})
	}
}

// The environment's session gives way to a role that the configuration selects.
func TestMFAOfTheEnvironmentGivesWay(t *testing.T) {
	t.Parallel()
	source, v, err := try(t, credentials.Config{Role: &credentials.Role{ARN: keyRole, SessionName: "s"}}, static+" "+mfaEnv, nil, service(t))
	if err != nil || v.SecretID != "AKIDtemporary1" {
		t.Fatalf("%s, %v", v.SecretID, err)
	}
	want := "The environment variable TENCENTCLOUD_MFA_CERTIFICATION_SERIAL_NUMBER is set, and the credentials come from assume_role " + keyRole
	if got := strings.Join(source.Warnings, " "); !strings.HasPrefix(got, want) {
		t.Errorf("warnings %q", got)
	}
}

// A code is sent once, by however many requests the credentials are asked for
// at the same time, and not again when the session ends.
func TestTokenCodeIsUsedOnce(t *testing.T) {
	t.Parallel()
	for name, cfg := range withCode() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := service(t)
			clock := now
			cfg := cfg // each has its own
			cfg.STSEndpoint, cfg.Now = s.URL(), func() time.Time { return clock }
			source, err := credentials.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range []time.Duration{0, 56 * time.Minute} { // the margin of a renewal
				clock = now.Add(step)
				var all sync.WaitGroup
				for range 8 {
					all.Go(func() {
						if v, err := source.Retrieve(t.Context()); err != nil || v.SecretID != "AKIDtemporary1" {
							t.Errorf("after %s: %s, %v", step, v.SecretID, err)
						}
					})
				}
				all.Wait()
			}
			clock = now.Add(time.Hour)
			for range 2 {
				clock = clock.Add(time.Minute)
				if _, err := source.Retrieve(t.Context()); err == nil || !strings.Contains(err.Error(), "the code of the") || !strings.Contains(err.Error(), "is good for one session") {
					t.Errorf("after the session: %v", err)
				}
			}
			if len(s.Calls()) != 1 {
				t.Errorf("%d calls", len(s.Calls()))
			}
		})
	}
}

// STS that does not answer as it should may have taken the code: whatever it
// says is final. A session that COS calls expired early is not renewed either.
func TestTokenCodeIsNotRetried(t *testing.T) {
	t.Parallel()
	for answer, handle := range map[string]http.HandlerFunc{
		"status 502":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"a lost answer": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"an internal error": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"Response":{"Error":{"Code":"InternalError.DbError","Message":"m"},"RequestId":"r"}}`)
		},
		"a limit": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"m"},"RequestId":"r"}}`)
		},
		"nonsense": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
		"credentials that are empty": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"Response":{"Credentials":{}}}`)
		},
	} {
		for name, cfg := range withCode() {
			t.Run(name+", "+answer, func(t *testing.T) {
				t.Parallel()
				var asked atomic.Int32
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					asked.Add(1)
					handle(w, r)
				}))
				t.Cleanup(s.Close)
				clock := now
				cfg := cfg // each has its own
				cfg.STSEndpoint, cfg.Now = s.URL, func() time.Time { return clock }
				source, err := credentials.New(cfg)
				if err != nil {
					t.Fatal(err)
				}
				for range 3 {
					clock = clock.Add(time.Minute) // past what is kept of an error
					if _, err := source.Retrieve(t.Context()); err == nil || !strings.Contains(err.Error(), "has been sent and is not sent again: run again with the next code") {
						t.Errorf("%v", err)
					}
				}
				if asked.Load() != 1 {
					t.Errorf("asked %d times", asked.Load())
				}
			})
		}
	}
}

// As long as no connection carries the code, it is not used.
func TestTokenCodeThatWasNotSent(t *testing.T) {
	t.Parallel()
	for name, cfg := range withCode() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := service(t)
			target := strings.TrimPrefix(s.URL(), "http://")
			gone := httptest.NewServer(nil)
			gone.Close()
			var pauses int
			clock := now
			cfg := cfg // each has its own
			cfg.STSEndpoint, cfg.Now = gone.URL, func() time.Time { return clock }
			cfg.Sleep = func(context.Context, time.Duration) error { pauses++; return nil }
			source, err := credentials.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := source.Retrieve(t.Context()); err == nil || strings.Contains(err.Error(), "next code") || pauses != 2 {
				t.Errorf("%d pauses, %v", pauses, err)
			}
			credentials.Redirect(source, target)
			clock = clock.Add(time.Minute)
			if v, err := source.Retrieve(t.Context()); err != nil || v.SecretID != "AKIDtemporary1" {
				t.Errorf("%s, %v", v.SecretID, err)
			}
		})
	}
}

// A caller that gives up while STS thinks has used the code.
func TestTokenCodeOfACallerThatGaveUp(t *testing.T) {
	t.Parallel()
	for name, cfg := range withCode() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			var asked atomic.Int32
			s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				asked.Add(1)
				cancel()
				<-done
			}))
			t.Cleanup(s.Close)
			t.Cleanup(func() { close(done) })
			cfg := cfg // each has its own
			cfg.STSEndpoint = s.URL
			source, err := credentials.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := source.Retrieve(ctx); err == nil {
				t.Error("no error")
			}
			if _, err := source.Retrieve(t.Context()); err == nil || !strings.Contains(err.Error(), "its answer did not arrive") || asked.Load() != 1 {
				t.Errorf("asked %d times, %v", asked.Load(), err)
			}
		})
	}
}

// The same code in two runs, as in a plan and the apply after it.
func TestTokenCodeOfAnotherRun(t *testing.T) {
	t.Parallel()
	for name, cfg := range withCode() {
		s := service(t)
		if _, _, err := try(t, cfg, "", nil, s); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, _, err := try(t, cfg, "", nil, s); err == nil || !strings.Contains(err.Error(), "run again with the next code") {
			t.Errorf("%s, the second time: %v", name, err)
		}
	}
}
