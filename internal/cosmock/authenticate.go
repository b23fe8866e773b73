package cosmock

import (
	"crypto/subtle"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxSkew is how far a client's clock may differ from the server's ("Error
// Codes", RequestTimeTooSkewed).
const maxSkew = 15 * time.Minute

const headerSecurityToken = "X-Cos-Security-Token"

// authenticate verifies the request's signature, in the Authorization header or
// in the query. It sets x.anonymous if the request has none.
func (x *exchange) authenticate() error {
	var sig signature
	var ok bool
	switch {
	case x.r.Header.Get("Authorization") != "":
		sig, ok = parseAuthorization(x.r.Header.Get("Authorization"))
	case x.query.has("q-signature"):
		sig, ok = parseSignature(x.query.value)
		x.presigned = true
	case x.query.has("sign"): // the value of the Authorization header as a URL parameter
		sig, ok = parseAuthorization(x.query.value("sign"))
		x.presigned = true
	default:
		x.anonymous = true
		return nil
	}
	if !ok {
		return x.denied(fail("AccessDenied"))
	}
	credential, ok := x.server.credential(sig.secretID)
	if !ok {
		return x.denied(fail("InvalidAccessKeyId"))
	}
	if err := x.checkWindow(sig); err != nil {
		return x.denied(err)
	}
	if err := x.checkToken(credential); err != nil {
		return x.denied(err)
	}
	httpString := sig.httpString(x.r.Method, x.r.URL.Path, x.query, x.signableHeader())
	stringToSign := sig.stringToSign(httpString)
	if subtle.ConstantTimeCompare([]byte(sig.sign(credential.SecretKey, stringToSign)), []byte(sig.value)) != 1 {
		err := fail("SignatureDoesNotMatch")
		err.stringToSign, err.formatString = stringToSign, httpString
		return x.denied(err)
	}
	return nil
}

// denied rewrites an error as Undocumented.ReasonInMessage says.
func (x *exchange) denied(e *apiError) *apiError {
	if x.undocumented.ReasonInMessage && e.status == 403 && e.code != "AccessDenied" && e.code != "RequestTimeTooSkewed" {
		e.code, e.message = "AccessDenied", e.code
	}
	return e
}

// signableHeader returns the request's headers, including those that net/http
// moves to other fields of the request.
func (x *exchange) signableHeader() http.Header {
	h := make(http.Header, len(x.r.Header)+2)
	for name, values := range x.r.Header {
		h[name] = values
	}
	h.Set("Host", x.r.Host)
	if x.r.ContentLength >= 0 && h.Get("Content-Length") == "" {
		h.Set("Content-Length", strconv.FormatInt(x.r.ContentLength, 10))
	}
	if len(x.r.TransferEncoding) > 0 {
		h.Set("Transfer-Encoding", strings.Join(x.r.TransferEncoding, ", "))
	}
	return h
}

// checkWindow compares q-sign-time with the server's clock. A start too far in
// the future means that the client's clock is wrong; an end in the past means
// that the signature has expired. While a clock-skew fault is in effect, the
// shifted clock is accepted too.
func (x *exchange) checkWindow(sig signature) *apiError {
	signStart, signEnd, ok1 := parseWindow(sig.signTime)
	keyStart, keyEnd, ok2 := parseWindow(sig.keyTime)
	if !ok1 || !ok2 {
		return fail("AccessDenied")
	}
	start, end := max(signStart, keyStart), min(signEnd, keyEnd)
	now := x.server.now()
	err := checkClock(start, end, now)
	if err != nil && x.server.faults.skewed() && checkClock(start, end, now.Add(clockShift)) == nil {
		return nil
	}
	if err != nil && x.undocumented.ExpiredServerTime {
		err.serverTime = now.UTC().Format(time.RFC3339)
	}
	return err
}

func checkClock(start, end int64, now time.Time) *apiError {
	switch {
	case start > now.Add(maxSkew).Unix():
		err := fail("RequestTimeTooSkewed")
		err.serverTime = now.UTC().Format(time.RFC3339)
		return err
	case end < now.Unix():
		return failf("AccessDenied", "Request has expired")
	}
	return nil
}

func parseWindow(s string) (start, end int64, ok bool) {
	from, to, found := strings.Cut(s, ";")
	start, err1 := strconv.ParseInt(from, 10, 64)
	end, err2 := strconv.ParseInt(to, 10, 64)
	return start, end, found && err1 == nil && err2 == nil && start <= end
}

// checkToken requires a temporary credential's exact token, and no token for a
// permanent credential.
func (x *exchange) checkToken(c Credential) *apiError {
	token := x.r.Header.Get(headerSecurityToken)
	if token == "" {
		token = x.query.value(headerSecurityToken)
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(c.SessionToken)) != 1 {
		return fail("InvalidAccessKeyId")
	}
	if !c.Expires.IsZero() && !x.server.now().Before(c.Expires) {
		def := fail("ExpiredToken")
		return x.undocumented.TokenExpired.or(Answer{def.status, def.code, def.message}).err()
	}
	return nil
}
