package credentials

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	stsapi "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/sts/v20180813"
)

// MFA is a session of a user who has an MFA device, opened with the user's key
// and a code of the device. The fields are those of STS's GetSessionToken.
type MFA struct {
	SerialNumber string // qcs::cam:uin/<account>::mfa/softToken
	TokenCode    string
	Session      time.Duration // 0: DefaultMFASession
}

// Format implements fmt.Formatter: the code is a secret.
func (MFA) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// DefaultMFASession and MaxMFASession are how long the credentials of an MFA
// session live; those of a root account end after two hours at the latest.
// Source: STS API documentation, "GetSessionToken".
const (
	DefaultMFASession = 1800 * time.Second
	MaxMFASession     = 129600 * time.Second
)

var (
	errMFAEnded = errors.New("the MFA session ends, and the code of the device (token_code) is good for one session: run again with the next code, and with a longer duration_seconds")
	// Source: STS API documentation, "GetSessionToken", FailedOperation.TempKeyNotAllowed.
	errMFATemporary = errors.New("STS opens an MFA session for the permanent key of a user, and these credentials are temporary: use an API key without a security_token")
)

type mfaSession struct {
	sts    sts
	mfa    MFA
	source Provider
	code   *mfaCode
}

// Format implements fmt.Formatter, as assumeRole's does.
func (*mfaSession) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// Retrieve implements Provider.
func (m *mfaSession) Retrieve(ctx context.Context) (Value, error) {
	if err := m.code.usable(); err != nil {
		return Value{}, err
	}
	base, err := m.source.Retrieve(ctx)
	switch {
	case err != nil:
		return Value{}, err
	case base.SecurityToken != "":
		return Value{}, errMFATemporary
	}
	session := m.mfa.Session
	if session <= 0 {
		session = DefaultMFASession
	}
	seconds := int64(session / time.Second)
	request := stsapi.NewGetSessionTokenRequest()
	request.SerialNumber, request.TokenCode, request.DurationSeconds = &m.mfa.SerialNumber, &m.mfa.TokenCode, &seconds
	client, x := m.sts.client(common.NewCredential(base.SecretID, base.SecretKey), []string{base.SecretKey})
	x.code = m.mfa.TokenCode
	var response *stsapi.GetSessionTokenResponse
	err = m.sts.again(ctx, fmt.Sprintf("to open an MFA session for %s with the device %s", base.SecretID, m.mfa.SerialNumber), x, func() (err error) {
		response, err = client.GetSessionTokenWithContext(ctx, request)
		return err
	})
	var v Value
	if err == nil {
		var answer stsapi.GetSessionTokenResponseParams
		if response.Response != nil {
			answer = *response.Response
		}
		v, err = m.sts.value(answer.Credentials, signed(answer.ExpiredTime), session, x)
	}
	return v, m.code.sent(x, err, errMFAEnded)
}

// mfa is the MFA session that the block or the environment asks for, or nil.
func (f *finder) mfa() (*MFA, error) {
	switch {
	case f.MFA != nil:
	case f.Role != nil, f.CAMRoleName != "", f.Getenv(EnvMFASerialNumber) == "", f.Getenv(EnvMFATokenCode) == "":
		return nil, nil
	}
	var mfa MFA
	if f.MFA != nil {
		mfa = *f.MFA
	}
	mfa.SerialNumber = f.or(mfa.SerialNumber, EnvMFASerialNumber)
	mfa.TokenCode = f.or(mfa.TokenCode, EnvMFATokenCode)
	var err error
	if mfa.Session, err = f.seconds(mfa.Session, EnvMFADuration, MaxMFASession); err != nil {
		return nil, err
	}
	switch {
	case mfa.SerialNumber == "":
		return nil, fmt.Errorf("mfa_certification needs serial_number, or the environment variable %s", EnvMFASerialNumber)
	case mfa.TokenCode == "":
		return nil, fmt.Errorf("mfa_certification needs token_code, or the environment variable %s", EnvMFATokenCode)
	}
	return &mfa, nil
}

func (f *finder) openMFA(base *Source, mfa MFA) *Source {
	name := "the environment's MFA session"
	if f.MFA != nil {
		name = "mfa_certification"
	}
	opened := *base
	opened.Provider = NewCached(&mfaSession{sts: f.sts, mfa: mfa, source: base.Provider, code: &mfaCode{code: mfa.TokenCode}}, f.Now)
	opened.env = EnvMFASerialNumber
	opened.Name = fmt.Sprintf("%s with the device %s, opened with %s", name, mfa.SerialNumber, base.Name)
	return &opened
}

// mfaAndRole is an error before anything is sent: the code would be lost, since
// STS opens an MFA session for permanent keys alone.
func mfaAndRole(role string) error {
	return fmt.Errorf("mfa_certification opens a session for the user of an API key, and %s selects a role: with an MFA device, assume a role with serial_number and token_code in assume_role instead", role)
}
