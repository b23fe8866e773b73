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

// client makes a client of the SDK. The credential is nil for calls that are
// not signed.
func (s sts) client(credential common.CredentialIface) *stsapi.Client {
	prof := profile.NewClientProfile()
	prof.Language = "en-US"
	prof.HttpProfile.Scheme = strings.ToUpper(s.endpoint.Scheme)
	prof.HttpProfile.Endpoint = s.endpoint.Host
	prof.HttpProfile.ReqTimeout = stsTimeoutSeconds
	client := &stsapi.Client{}
	client.Init(s.region).WithCredential(credential).WithProfile(prof)
	client.WithHttpTransport(s.transport)
	return client
}

// again runs a call until it succeeds, fails for good, or has failed thrice.
// What it fails with names what was asked for, and none of the secrets.
func (s sts) again(ctx context.Context, what string, secrets []string, call func() error) error {
	for number := 1; ; number++ {
		err := call()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if number == attempts || !temporary(err) {
			return fmt.Errorf("STS at %s refused %s: %s", s.endpoint.Host, what, describe(err, secrets))
		}
		if err := s.sleep(ctx, firstPause<<(number-1)); err != nil {
			return err
		}
	}
}

// codeNoJSON is what the SDK makes of an answer that it can not read, such as
// that of a proxy that could not reach STS.
const codeNoJSON = "ClientError.ParseJsonError"

func temporary(err error) bool {
	var refused *sdkerrors.TencentCloudSDKError
	if !errors.As(err, &refused) {
		return false
	}
	for _, code := range []string{"ClientError.NetworkError", "ClientError.HttpStatusCodeError", codeNoJSON, "InternalError", "RequestLimitExceeded"} {
		if refused.Code == code || strings.HasPrefix(refused.Code, code+".") {
			return true
		}
	}
	return false
}

// describe writes an error of the SDK in one line. A message comes from a
// server, which may repeat what it was sent.
func describe(err error, secrets []string) string {
	text := err.Error()
	if refused := new(sdkerrors.TencentCloudSDKError); errors.As(err, &refused) {
		text = refused.Code + ": " + refused.Message
		if refused.Code == codeNoJSON { // the message is the whole answer, which may hold credentials
			text = refused.Code + ": the answer is not the JSON that it should be"
		}
		if refused.RequestId != "" {
			text += " (request id " + refused.RequestId + ")"
		}
	}
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, redacted)
		}
	}
	return strings.Join(strings.Fields(text), " ")
}

// value reads what STS gave.
func (s sts) value(c *stsapi.Credentials, expired *int64, session time.Duration) (Value, error) {
	if c == nil || empty(c.TmpSecretId) || empty(c.TmpSecretKey) || empty(c.Token) {
		return Value{}, fmt.Errorf("STS at %s answered without credentials", s.endpoint.Host)
	}
	v := Value{SecretID: *c.TmpSecretId, SecretKey: *c.TmpSecretKey, SecurityToken: *c.Token, Expires: s.now().Add(session)}
	if expired != nil && *expired > 0 {
		v.Expires = time.Unix(*expired, 0)
	}
	return v, nil
}

func empty(s *string) bool { return s == nil || *s == "" }

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
