package main

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// refusal returns the status and code of a request that was refused because of its key. Any other response is an error.
func refusal(a rawcos.Answer) (string, error) {
	if a.Status != http.StatusBadRequest && a.Status != http.StatusForbidden {
		return "", fmt.Errorf("status %d, not a refusal", a.Status)
	}
	return a.Verdict(), nil
}

// encryption describes the object's encryption from the response, with the key.
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
