package credentials

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	stsapi "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/sts/v20180813"
)

// Role is a CAM role to assume with other credentials. The fields are those of
// STS's AssumeRole.
type Role struct {
	ARN         string // qcs::cam::uin/<account>:roleName/<name>
	SessionName string
	Session     time.Duration // 0 means DefaultSession
	Policy      string        // JSON; restricts the role's permissions further
	ExternalID  string
	// SourceIdentity is the UIN of the caller.
	SourceIdentity string
	// SerialNumber and TokenCode are an MFA device and its current code.
	SerialNumber string
	TokenCode    string
}

// Format implements fmt.Formatter: the code and the external ID are secret.
func (Role) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

type assumeRole struct {
	sts    sts
	role   Role
	source Provider
	code   *mfaCode
}

// Format implements fmt.Formatter, because fmt does not call the Format method of
// the role in an unexported field.
func (*assumeRole) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// errCodeUsed is returned when a session that needed an MFA code has to be
// renewed.
var errCodeUsed = errors.New("the session of the role ends, and the code of the MFA device (token_code) is good for one session: run again with a new one, and with a longer session_duration")

// Retrieve implements Provider.
func (a *assumeRole) Retrieve(ctx context.Context) (Value, error) {
	if err := a.code.usable(); err != nil {
		return Value{}, err
	}
	base, err := a.source.Retrieve(ctx)
	if err != nil {
		return Value{}, err
	}
	session := sessionOf(a.role.Session)
	request := stsapi.NewAssumeRoleRequest()
	request.RoleArn, request.RoleSessionName = &a.role.ARN, &a.role.SessionName
	seconds := uint64(session / time.Second)
	request.DurationSeconds = &seconds
	request.ExternalId = optional(a.role.ExternalID)
	request.SourceIdentity = optional(a.role.SourceIdentity)
	request.SerialNumber = optional(a.role.SerialNumber)
	request.TokenCode = optional(a.role.TokenCode)
	if a.role.Policy != "" {
		request.Policy = optional(url.QueryEscape(a.role.Policy)) // STS expects the policy URL-encoded in the JSON
	}
	secrets := []string{base.SecretKey, base.SecurityToken, a.role.ExternalID}
	client, x := a.sts.client(common.NewTokenCredential(base.SecretID, base.SecretKey, base.SecurityToken), secrets)
	x.code = a.role.TokenCode
	var response *stsapi.AssumeRoleResponse
	err = a.sts.again(ctx, fmt.Sprintf("to let %s assume the role %s", base.SecretID, a.role.ARN), x, func() (err error) {
		response, err = client.AssumeRoleWithContext(ctx, request)
		return err
	})
	var v Value
	if err == nil {
		var answer stsapi.AssumeRoleResponseParams
		if response.Response != nil {
			answer = *response.Response
		}
		v, err = a.sts.value(answer.Credentials, answer.ExpiredTime, session, x)
	}
	return v, a.code.sent(x, err, errCodeUsed)
}

func sessionOf(d time.Duration) time.Duration {
	if d <= 0 {
		return DefaultSession
	}
	return d
}
