package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// reader reads objects as anybody with the account's credentials could, with nothing of the provider's client in between.
type reader struct {
	http *http.Client
	base string
}

// send asks for an object; the zero key asks without one.
func (r *reader) send(ctx context.Context, method, key string, customerKey sse.CustomerKey) (rawcos.Answer, error) {
	address, err := url.Parse(r.base)
	if err != nil {
		return rawcos.Answer{}, err
	}
	request, err := http.NewRequestWithContext(ctx, method, address.JoinPath(key).String(), nil)
	if err != nil {
		return rawcos.Answer{}, err
	}
	// By IP address, the bucket can only be named in the Host header.
	request.Host = bucket + ".cos." + region + ".myqcloud.com"
	customerKey.SetHeaders(request.Header)
	now := time.Now()
	rawcos.Credential{ID: secretID, Key: rawcos.NewSecret(secretKey)}.Sign(request, now, now.Add(time.Minute))
	return rawcos.Send(r.http, request)
}

// refusal tells status and code of a request that was refused because of its key, and fails for any other answer.
func refusal(a rawcos.Answer) (string, error) {
	if a.Status != http.StatusBadRequest && a.Status != http.StatusForbidden {
		return "", fmt.Errorf("status %d, not a refusal", a.Status)
	}
	return a.Verdict(), nil
}

// encryption is how the answer says the object is stored, with the key.
func encryption(a rawcos.Answer) string {
	switch a.Encryption() {
	case "SSE-C":
		return "SSE-C, key MD5 " + a.Header.Get(sse.HeaderCustomerKeyMD5)
	case string(sse.ModeKMS):
		return "SSE-KMS, key " + a.Header.Get(sse.HeaderKMSKeyID)
	default:
		return strings.Replace(a.Encryption(), string(sse.ModeAES256), "SSE-COS, AES256", 1)
	}
}
