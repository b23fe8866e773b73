package credentials

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	sdkerrors "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
	stsapi "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/sts/v20180813"

	"github.com/cos-terraform/terraform-provider-cos/internal/scrub"
)

const (
	defaultSTSEndpoint = "https://sts.tencentcloudapi.com"
	defaultSTSRegion   = "ap-guangzhou" // the official provider's; STS is global
	stsTimeoutSeconds  = 30
	attempts           = 3
	firstPause         = 500 * time.Millisecond
)

// DefaultSession and MaxSession are how long the credentials of a role live.
// Source: STS API documentation, "AssumeRole".
const (
	DefaultSession = 7200 * time.Second
	MaxSession     = 43200 * time.Second
)

// sts is Tencent Cloud's Security Token Service, called with its own SDK. The
// SDK's credential providers are left alone: they hide when credentials end,
// know no context, and print errors to the standard logger.
type sts struct {
	endpoint  *url.URL
	region    string
	transport http.RoundTripper
	now       func() time.Time
	sleep     func(context.Context, time.Duration) error
}

// ParseEndpoint reads the address of STS or of the metadata service: a URL, or
// a host for https. What carries secrets must not go over plain HTTP, except
// on this machine.
func ParseEndpoint(text string, plain bool) (*url.URL, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("it is not a URL such as https://sts.internal.tencentcloudapi.com") // err quotes it, with what may be a password
	case u.User != nil:
		return nil, errors.New("user information in it is not allowed")
	case u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/":
		return nil, errors.New("it is not a URL of a scheme and a host alone, such as https://sts.internal.tencentcloudapi.com")
	case u.Scheme == "https":
	case u.Scheme == "http" && (plain || loopback(u.Hostname())):
	default:
		return nil, fmt.Errorf("the scheme %q is not allowed: credentials travel over https", u.Scheme)
	}
	u.Path = ""
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// client makes a client of the SDK for one call, which has these secrets in it.
// The credential is nil for calls that are not signed.
func (s sts) client(credential common.CredentialIface, secrets []string) (*stsapi.Client, *exchange) {
	prof := profile.NewClientProfile()
	prof.Language = "en-US"
	prof.HttpProfile.Scheme = strings.ToUpper(s.endpoint.Scheme)
	prof.HttpProfile.Endpoint = s.endpoint.Host
	prof.HttpProfile.ReqTimeout = stsTimeoutSeconds
	client := &stsapi.Client{}
	client.Init(s.region).WithCredential(credential).WithProfile(prof)
	x := &exchange{next: s.transport, known: secrets}
	client.WithHttpTransport(x)
	return client, x
}

// again runs a call until it succeeds, fails for good, or has failed thrice.
// What it fails with names what was asked for, and none of the secrets.
func (s sts) again(ctx context.Context, what string, x *exchange, call func() error) error {
	for number := 1; ; number++ {
		err := call()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if number == attempts || !temporary(err) || x.code != "" && x.sent.Load() {
			return &refusedError{fmt.Sprintf("STS at %s refused %s: %s", s.endpoint.Host, what, describe(err, x.secrets()))}
		}
		if err := s.sleep(ctx, firstPause<<(number-1)); err != nil {
			return err
		}
	}
}

// refusedError is a call that failed, but for one that its caller gave up.
type refusedError struct{ text string }

func (e *refusedError) Error() string { return e.text }

// codeNetwork is what the SDK makes of a connection that fails.
const codeNetwork = "ClientError.NetworkError"

// codeNoJSON is what the SDK makes of an answer that it cannot read, such as
// that of a proxy that could not reach STS.
const codeNoJSON = "ClientError.ParseJsonError"

func temporary(err error) bool {
	var status *statusError
	if errors.As(err, &status) {
		return status.temporary()
	}
	var refused *sdkerrors.TencentCloudSDKError
	if !errors.As(err, &refused) {
		return false
	}
	for _, code := range []string{codeNetwork, codeNoJSON, "InternalError", "RequestLimitExceeded"} {
		if refused.Code == code || strings.HasPrefix(refused.Code, code+".") {
			return true
		}
	}
	return false
}

// describe writes an error of the SDK in one line. What it says itself of an
// answer that it cannot read is the whole answer, which may hold credentials;
// a message comes from a server, which may repeat what it was sent.
func describe(err error, secrets *scrub.Secrets) string {
	var status *statusError
	var worded *wordedError
	var refused *sdkerrors.TencentCloudSDKError
	switch {
	case errors.As(err, &status):
		return status.Error()
	case errors.As(err, &worded):
		return codeNetwork + ": " + worded.Error()
	case !errors.As(err, &refused):
		return "the SDK could not make the request"
	case strings.HasPrefix(refused.Code, "ClientError."):
		return secrets.Text(refused.Code, maxSaid) + ": the answer is not the JSON that it should be"
	}
	text := secrets.Text(refused.Code+": "+refused.Message, maxSaid)
	if refused.RequestId != "" {
		text += " (request id " + secrets.Text(refused.RequestId, maxSaid) + ")"
	}
	return strings.Join(strings.Fields(text), " ")
}

// value reads what STS gave. The id of a key is shown in messages.
func (s sts) value(c *stsapi.Credentials, expired *int64, session time.Duration, x *exchange) (Value, error) {
	if c == nil || empty(c.TmpSecretId) || empty(c.TmpSecretKey) || empty(c.Token) {
		return Value{}, fmt.Errorf("STS at %s answered without credentials", s.endpoint.Host)
	}
	v := Value{SecretID: *c.TmpSecretId, SecretKey: *c.TmpSecretKey, SecurityToken: *c.Token, Expires: s.now().Add(session)}
	if !v.visible() || x.in(v.SecretID) {
		return Value{}, fmt.Errorf("STS at %s answered with what cannot be credentials", s.endpoint.Host)
	}
	if expired != nil && *expired > 0 {
		v.Expires = time.Unix(*expired, 0)
	}
	return v, nil
}

// signed is a time of expiry as AssumeRole, alone among the calls, gives it.
func signed(expired *uint64) *int64 {
	if expired == nil {
		return nil
	}
	seconds := int64(*expired) //nolint:gosec // one that does not fit is before all others, and is refused
	return &seconds
}

func empty(s *string) bool { return s == nil || *s == "" }

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
