package tfdiag_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Each diagnostic explains what is wrong, where, and what to do.
func TestAdviceByCode(t *testing.T) {
	t.Parallel()
	long := refusal(400, "KeyTooLong")
	long.Key = strings.Repeat("k", 851)
	foreign := func(status int) *cosclient.Error {
		return &cosclient.Error{Op: "GetBucket", Location: object, Status: status}
	}
	for name, tc := range map[string]struct {
		err  error
		says []string
	}{
		"an unknown 403 code":             {refusal(403, "NewRule"), []string{"NewRule", `"Error Codes"`, "CAM action name/cos:PutObject"}},
		"in arrears":                      {refusal(451, "UnavailableForLegalReasons"), []string{"overdue payment", "console"}},
		"451 to a HEAD":                   {&cosclient.Error{Op: "HeadObject", Location: object, Status: 451, RequestID: "NjA"}, []string{"overdue payment"}},
		"402":                             {refusal(402, "PaymentRequired"), []string{"overdue payment"}},
		"too many ACLs":                   {refusal(400, "AttachmentFull"), []string{"1,000", `acl = "default"`}},
		"a conflict that stays":           {refusal(409, "PathConflict"), []string{"cos://lab-1250000000/dir/a", "no other resource"}},
		"an upload's conflict":            {refusal(409, "UploadConflict"), []string{"no other resource"}},
		"metadata, called a long key":     {refusal(400, "KeyTooLong"), []string{"the metadata", "2 KB", "Shorten metadata"}},
		"a key that is too long":          {long, []string{"850 bytes", "shorten key"}},
		"storage class":                   {refusal(400, "NotSupportedStorageClass"), []string{"lab-1250000000", "check storage_class", "DEEP_ARCHIVE", "MAZ_"}},
		"bucket name":                     {refusal(400, "InvalidBucketName"), []string{`"lab-1250000000"`, "name-appid"}},
		"region name":                     {refusal(400, "InvalidRegionName"), []string{`"ap-guangzhou"`, "check region"}},
		"a foreign bucket":                {refusal(403, "UserNotTargetBucketOwner"), []string{"another account"}},
		"a website's host":                {refusal(405, "MethodNotAllowed"), []string{"check endpoint"}},
		"a page of a proxy":               {foreign(http.StatusForbidden), []string{"neither a request id", "HTTPS_PROXY"}},
		"a gateway":                       {foreign(http.StatusBadGateway), []string{"neither a request id", "run again later"}},
		"http at a port for https":        {foreign(http.StatusBadRequest), []string{"a port for https answers to http"}},
		"404 of something that is no COS": {&cosclient.Error{Op: "GetBucket", Location: object, Status: 404}, []string{"Check endpoint"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := tfdiag.Advice(fmt.Errorf("x: %w", tc.err))
			for _, part := range tc.says {
				if !strings.Contains(got, part) {
					t.Errorf("got %q, want something about %q", got, part)
				}
			}
			if strings.Contains(got, "customer key") {
				t.Errorf("a customer key has nothing to do with it: %q", got)
			}
		})
	}
}

// clientAt returns a client for an endpoint that does not retry.
func clientAt(t *testing.T, at string, creds credentials.Value) *cosclient.Client {
	t.Helper()
	endpoint, err := cosclient.ParseEndpoint(at)
	if err != nil {
		t.Fatal(err)
	}
	c, err := cosclient.New(cosclient.Config{Endpoint: endpoint, Credentials: credentials.Static{Value: creds}, RequestTimeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var key = credentials.Value{SecretID: "AKIDEXAMPLE", SecretKey: "secret-canary"}

// Connection errors occur before COS receives the request.
func TestAdviceOfConnections(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	at, err := url.Parse(plain.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, err = clientAt(t, "https://"+at.Host, key).Head(t.Context(), object, cosclient.HeadInput{})
	if got := tfdiag.Advice(err); !errors.Is(err, cosclient.ErrNoTLS) || !strings.Contains(got, "write http://") {
		t.Errorf("TLS at a plain port: %v, %q", err, got)
	}
	for is, says := range map[error]string{
		cosclient.ErrProxy: "NO_PROXY", cosclient.ErrProxyCredentials: "user:password@host:port", cosclient.ErrUnknownHost: "check region and bucket",
	} {
		if got := tfdiag.Advice(fmt.Errorf("x: %w", is)); !strings.Contains(got, says) {
			t.Errorf("%v: %q", is, got)
		}
	}
}

// If credentials are refused for a second object, the error is one sentence,
// which mentions the token if one was sent.
func TestDetailOfARepeatedCause(t *testing.T) {
	t.Parallel()
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Cos-Request-Id", "NjA")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte("<Error><Code>InvalidAccessKeyId</Code><Message>no such id</Message></Error>"))
	}))
	t.Cleanup(refusing.Close)
	withToken := key
	withToken.SecurityToken = "token-canary"
	const again = "COS refuses the credentials (403 InvalidAccessKeyId, request id NjA), as the first error of this kind explains."
	for name, tc := range map[string]struct {
		creds credentials.Value
		says  string
	}{
		"without a token": {key, "They must belong together"},
		"with a token":    {withToken, "A permanent key has no token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := clientAt(t, refusing.URL, tc.creds)
			detail := func(sentence string) string {
				_, err := c.List(t.Context(), object.Region, object.Bucket, cosclient.ListInput{})
				return tfdiag.Detail(sentence, err)
			}
			if first := detail("The object could not be read."); !strings.Contains(first, tc.says) || !strings.Contains(first, "\n\nCause: ") {
				t.Errorf("the first: %s", first)
			}
			if diff := cmp.Diff("The object could not be read: "+again, detail("The object could not be read.")); diff != "" {
				t.Errorf("the second (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff("It was not deleted. It is kept. "+again, detail("It was not deleted. It is kept.")); diff != "" {
				t.Errorf("after two sentences (-want +got):\n%s", diff)
			}
		})
	}
}
