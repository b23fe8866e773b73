package main

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	bucket   = "demo-1250000000"
	kmsKeyID = "11111111-c05d-11ef-8000-5254005dfa17"
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

// summary counts the requests by method, in order of first use.
func summary(calls []cosmock.Request) string {
	if len(calls) == 0 {
		return "no request"
	}
	var order []string
	counts := map[string]int{}
	var bytes int64
	for _, c := range calls {
		if counts[c.Method] == 0 {
			order = append(order, c.Method)
		}
		counts[c.Method]++
		bytes += c.BodyBytes
	}
	for i, method := range order {
		order[i] = fmt.Sprintf("%d %s", counts[method], method)
	}
	return fmt.Sprintf("the server saw %s; %d bytes were uploaded", strings.Join(order, ", "), bytes)
}
