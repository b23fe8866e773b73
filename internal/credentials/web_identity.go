package credentials

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	stsapi "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/sts/v20180813"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// WebIdentity is a CAM role to assume with a token of an OIDC identity provider
// instead of a key.
type WebIdentity struct {
	ProviderID string // "" means OIDC
	// Token takes precedence over TokenFile. The file is read again for each
	// session, because its token is replaced before it expires.
	Token       string
	TokenFile   string
	ARN         string
	ARNFile     string // contains the ARN if ARN is empty
	SessionName string
	Session     time.Duration // 0 means DefaultSession
}

// Format implements fmt.Formatter: the token is secret.
func (WebIdentity) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

const defaultProviderID = "OIDC" // the official provider's default

type webIdentity struct {
	sts      sts
	identity WebIdentity
}

// Format implements fmt.Formatter, for the same reason as that of assumeRole.
func (*webIdentity) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// Retrieve implements Provider.
func (w *webIdentity) Retrieve(ctx context.Context) (Value, error) {
	id := w.identity
	if id.Token == "" {
		token, err := readToken(id.TokenFile)
		if err != nil {
			return Value{}, fmt.Errorf("the web identity token cannot be read: %w", err)
		}
		id.Token = token
	}
	if id.ARN == "" {
		arn, err := os.ReadFile(content.Resolve(id.ARNFile))
		if err != nil {
			return Value{}, fmt.Errorf("the ARN of the role cannot be read: %w", err)
		}
		if id.ARN = strings.TrimSpace(string(arn)); id.ARN == "" {
			return Value{}, fmt.Errorf("the file %s with the ARN of the role is empty", id.ARNFile)
		}
	}
	if id.ProviderID == "" {
		id.ProviderID = defaultProviderID
	}
	session := sessionOf(id.Session)
	seconds := int64(session / time.Second)
	request := stsapi.NewAssumeRoleWithWebIdentityRequest()
	request.ProviderId, request.WebIdentityToken = &id.ProviderID, &id.Token
	request.RoleArn, request.RoleSessionName, request.DurationSeconds = &id.ARN, &id.SessionName, &seconds
	request.SetSkipSign(true)
	client, x := w.sts.client(nil, []string{id.Token})
	var response *stsapi.AssumeRoleWithWebIdentityResponse
	err := w.sts.again(ctx, fmt.Sprintf("to let the web identity assume the role %s by the provider %q", id.ARN, id.ProviderID), x, func() (err error) {
		response, err = client.AssumeRoleWithWebIdentityWithContext(ctx, request)
		return err
	})
	switch {
	case err != nil:
		return Value{}, err
	case response.Response == nil:
		return w.sts.value(nil, nil, session, x)
	}
	return w.sts.value(response.Response.Credentials, signed(response.Response.ExpiredTime), session, x)
}

// readToken reads a plain token, as TKE writes it, or one in the JSON object that
// the official provider expects in web_identity_token_file. Errors do not quote
// the file.
func readToken(name string) (string, error) {
	data, err := os.ReadFile(content.Resolve(name))
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(data))
	if strings.HasPrefix(text, "{") {
		var file struct {
			Token string `json:"web_identity_token"`
		}
		if json.Unmarshal(data, &file) != nil {
			return "", fmt.Errorf("%s is neither a token nor a JSON object with a web_identity_token", name)
		}
		text = file.Token
	}
	if text == "" {
		return "", fmt.Errorf("%s holds no token", name)
	}
	return text, nil
}
