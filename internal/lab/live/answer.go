package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// answer is what came back. Its body is never printed: that of a 403 quotes the signed headers, customer key included.
type answer struct {
	status        int
	header        http.Header
	body          []byte
	code, message string // of the error in the body, also of one inside a 200
}

func newAnswer(res *http.Response, body []byte) answer {
	a := answer{status: res.StatusCode, header: res.Header, body: body}
	var refusal struct {
		XMLName xml.Name `xml:"Error"`
		Code    string   `xml:"Code"`
		Message string   `xml:"Message"`
	}
	// Nothing but an error begins so; white space may stand before one inside a 200.
	if xml.Unmarshal(bytes.TrimSpace(body), &refusal) == nil {
		a.code, a.message = refusal.Code, refusal.Message
	}
	return a
}

// ok reports a success that has no error inside.
func (a answer) ok() bool { return a.status/100 == 2 && a.code == "" }

// pulled reports that an origin-pull rule of the bucket answers for an object that is not there: by the address of
// another host. COS's own hosts are named when the region is wrong, which says nothing about the object.
func (a answer) pulled() bool {
	target, err := url.Parse(a.header.Get("Location"))
	if a.status != http.StatusFound || err != nil || target.Host == "" {
		return false
	}
	host := strings.ToLower(target.Hostname())
	return !strings.HasSuffix(host, ".myqcloud.com") && !strings.HasSuffix(host, ".tencentcos.cn")
}

// verdict is the status with the code, where there is one: a HEAD has none.
func (a answer) verdict() string {
	switch {
	case a.code == "":
		return fmt.Sprint(a.status)
	case a.status/100 == 2:
		return fmt.Sprintf("%d with the error %s inside", a.status, a.code)
	default:
		return fmt.Sprintf("%d %s", a.status, a.code)
	}
}

// encryption is what the headers of an answer say of the object.
func (a answer) encryption() string {
	switch mode := a.header.Get(sse.HeaderMode); {
	case mode != "":
		return mode
	case a.header.Get(sse.HeaderCustomerAlgorithm) != "":
		return "SSE-C"
	default:
		return "no encryption"
	}
}

// written is the verdict on a write, with the encryption that the answer confirms.
func (a answer) written() string {
	if !a.ok() {
		return a.verdict()
	}
	return a.verdict() + ", " + a.encryption()
}

// decode reads an XML document.
func (a answer) decode(into any) error {
	if !a.ok() {
		return fmt.Errorf("it was answered by %s", a.verdict())
	}
	return xml.Unmarshal(bytes.TrimSpace(a.body), into)
}
