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
	defaultSTSRegion   = "ap-guangzhou" // the official provider's default; STS is global
	stsTimeoutSeconds  = 30
	attempts           = 3
	firstPause         = 500 * time.Millisecond
)

// DefaultSession and MaxSession are the default and longest validity of a role's
// credentials. Source: STS API documentation, "AssumeRole".
const (
	DefaultSession = 7200 * time.Second
	MaxSession     = 43200 * time.Second
)

// sts is a client of Tencent Cloud's Security Token Service that uses its SDK. It
// does not use the SDK's credential providers, which hide the expiry, ignore
// contexts, and print errors to the standard logger.
type sts struct {
	endpoint  *url.URL
	region    string
	transport http.RoundTripper
	now       func() time.Time
	sleep     func(context.Context, time.Duration) error
}

// ParseEndpoint parses the address of STS or the metadata service: a URL, or a
// host name for https. Because the requests carry secrets, plain HTTP is allowed
// only on this machine.
func ParseEndpoint(text string, plain bool) (*url.URL, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("it is not a URL such as https://sts.internal.tencentcloudapi.com") // err quotes the URL, which may contain a password
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

// client returns an SDK client for one call that contains these secrets.
// credential is nil for unsigned calls.
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

// again runs a call until it succeeds, fails permanently, or has failed three
// times. Its error names what was requested, without any secrets.
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

// codeNetwork is the SDK's code for a failed connection.
const codeNetwork = "ClientError.NetworkError"

// codeNoJSON is the SDK's code for a response that it cannot parse, such as that
// of a proxy that could not reach STS.
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

// describe returns an error of the SDK on one line. The SDK quotes a response
// that it cannot parse in full, which may include credentials, and a server's
// message may repeat what was sent to it.
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

// value converts the credentials in a response of STS. Messages may show the
// key's ID.
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
	seconds := int64(*expired) // a value that does not fit becomes negative, which is refused as expired
	return &seconds
}

func empty(s *string) bool { return s == nil || *s == "" }

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
