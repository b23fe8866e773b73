package credentials

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"

	stsapi "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/sts/v20180813"
)

// SAML is a CAM role that is assumed with an assertion of an identity provider
// (SAML 2.0), without a key. The fields are those of STS's AssumeRoleWithSAML.
type SAML struct {
	Assertion    string // base64
	PrincipalARN string // qcs::cam::uin/<account>:saml-provider/<name>
	ARN          string
	SessionName  string
	Session      time.Duration // 0: DefaultSession
}

// Format implements fmt.Formatter: the assertion is a secret.
func (SAML) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

type samlRole struct {
	sts       sts
	identity  SAML
	assertion assertion
}

// Format implements fmt.Formatter, as assumeRole's does.
func (*samlRole) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// Retrieve implements Provider. An assertion that has ended is sent all the
// same: the clock of STS decides, and not that of this machine.
func (r *samlRole) Retrieve(ctx context.Context) (Value, error) {
	id := r.identity
	session := sessionOf(id.Session)
	seconds := uint64(session / time.Second)
	request := stsapi.NewAssumeRoleWithSAMLRequest()
	request.SAMLAssertion, request.PrincipalArn = &id.Assertion, &id.PrincipalARN
	request.RoleArn, request.RoleSessionName, request.DurationSeconds = &id.ARN, &id.SessionName, &seconds
	request.SetSkipSign(true)
	client, x := r.sts.client(nil, append([]string{id.Assertion}, r.assertion.secrets...))
	var response *stsapi.AssumeRoleWithSAMLResponse
	err := r.sts.again(ctx, fmt.Sprintf("to let the SAML assertion assume the role %s by the principal %s", id.ARN, id.PrincipalARN), x, func() (err error) {
		response, err = client.AssumeRoleWithSAMLWithContext(ctx, request)
		return err
	})
	var refused *refusedError
	switch end := r.assertion.end; {
	case errors.As(err, &refused) && !end.IsZero() && !r.sts.now().Before(end):
		return Value{}, fmt.Errorf("%w; the assertion (saml_assertion) was valid until %s: get a new one from the identity provider, and run again with it", err, end.UTC().Format(time.RFC3339))
	case err != nil:
		return Value{}, err
	case response.Response == nil:
		return r.sts.value(nil, nil, session, x)
	}
	return r.sts.value(response.Response.Credentials, signed(response.Response.ExpiredTime), session, x)
}

// assertion is what this package reads of an assertion.
type assertion struct {
	end time.Time // zero if it does not say when it ends, or is encrypted
	// secrets are the parts without which the rest of it is worth nothing to
	// whoever reads it in an error.
	secrets []string
}

// readAssertion reads an assertion as far as it can. It is STS that checks it;
// an error is what STS could make nothing of, and does not quote it.
func readAssertion(text string) (assertion, error) {
	if strings.HasPrefix(text, "<") {
		return assertion{}, errors.New("saml_assertion is XML: give its base64, as the identity provider posts it in SAMLResponse")
	}
	document, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return assertion{}, errors.New("saml_assertion is not base64: give it as the identity provider posts it in SAMLResponse, without the encoding of a URL")
	}
	var a assertion
	decoder := xml.NewDecoder(bytes.NewReader(document))
	secret := false
	for {
		t, err := decoder.RawToken()
		if err != nil {
			return a, nil //nolint:nilerr // the end of the document, or something that STS has to judge
		}
		switch t := t.(type) {
		case xml.StartElement:
			secret = t.Name.Local == "SignatureValue" || t.Name.Local == "CipherValue"
			if t.Name.Local == "Conditions" || t.Name.Local == "SubjectConfirmationData" {
				a.ends(t.Attr)
			}
		case xml.CharData:
			if value := strings.Join(strings.Fields(string(t)), ""); secret && value != "" {
				a.secrets = append(a.secrets, value)
			}
		case xml.EndElement:
			secret = false
		}
	}
}

// ends takes down the earliest end: whatever ends first ends the assertion.
func (a *assertion) ends(attributes []xml.Attr) {
	for _, attribute := range attributes {
		if attribute.Name.Local != "NotOnOrAfter" {
			continue
		}
		end, err := time.Parse(time.RFC3339, attribute.Value)
		if err == nil && (a.end.IsZero() || end.Before(a.end)) {
			a.end = end
		}
	}
}

// saml takes what the block leaves out from the environment.
func (f *finder) saml(id SAML, name string) (*Source, error) {
	id.Assertion = strings.Join(strings.Fields(f.or(id.Assertion, EnvSAMLAssertion)), "") // base64 may come in lines
	id.PrincipalARN = f.or(id.PrincipalARN, EnvPrincipalARN)
	id.ARN = f.or(id.ARN, EnvRoleARN)
	id.SessionName = f.or(id.SessionName, EnvSessionName)
	var err error
	if id.Session, err = f.session(id.Session); err != nil {
		return nil, err
	}
	for _, part := range []struct{ name, env, value string }{
		{"saml_assertion", EnvSAMLAssertion, id.Assertion}, {"principal_arn", EnvPrincipalARN, id.PrincipalARN},
		{"role_arn", EnvRoleARN, id.ARN}, {"session_name", EnvSessionName, id.SessionName},
	} {
		if part.value == "" {
			return nil, fmt.Errorf("%s needs %s, or the environment variable %s", name, part.name, part.env)
		}
	}
	read, err := readAssertion(id.Assertion)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w", name, err)
	}
	return &Source{Provider: NewCached(&samlRole{f.sts, id, read}, f.Now), Name: name, env: EnvSAMLAssertion}, nil
}
