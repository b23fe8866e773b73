package rawcos

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Answer is a response of COS. Do not print its body: the body of a 403 quotes the signed headers, which can include a
// customer key.
type Answer struct {
	Status        int
	Header        http.Header
	Body          []byte
	Code, Message string // from an error body, also inside a 200; empty for a HEAD
}

func newAnswer(res *http.Response, body []byte) Answer {
	a := Answer{Status: res.StatusCode, Header: res.Header, Body: body}
	var refusal struct {
		XMLName xml.Name `xml:"Error"`
		Code    string   `xml:"Code"`
		Message string   `xml:"Message"`
	}
	// Only an error has this root element. Inside a 200, white space can precede it.
	if xml.Unmarshal(bytes.TrimSpace(body), &refusal) == nil {
		a.Code, a.Message = refusal.Code, refusal.Message
	}
	return a
}

// OK reports whether the request succeeded. A 200 with an error inside does not count.
func (a Answer) OK() bool { return a.Status/100 == 2 && a.Code == "" }

// Pulled reports whether an origin-pull rule of the bucket answered for a missing object by redirecting to another
// host. A redirect to a COS host means that the region is wrong, and says nothing about the object.
func (a Answer) Pulled() bool {
	target, err := url.Parse(a.Header.Get("Location"))
	if a.Status != http.StatusFound || err != nil || target.Host == "" {
		return false
	}
	host := strings.ToLower(target.Hostname())
	return !strings.HasSuffix(host, ".myqcloud.com") && !strings.HasSuffix(host, ".tencentcos.cn")
}

// Verdict returns the status and, if the response has one, the error code.
func (a Answer) Verdict() string {
	switch {
	case a.Code == "":
		return fmt.Sprint(a.Status)
	case a.Status/100 == 2:
		return fmt.Sprintf("%d with the error %s inside", a.Status, a.Code)
	default:
		return fmt.Sprintf("%d %s", a.Status, a.Code)
	}
}

// Encryption describes the object's encryption from the response headers.
func (a Answer) Encryption() string {
	switch mode := a.Header.Get(sse.HeaderMode); {
	case mode != "":
		return mode
	case a.Header.Get(sse.HeaderCustomerAlgorithm) != "":
		return "SSE-C"
	default:
		return "no encryption"
	}
}

// Written returns the verdict on a write, with the encryption that the response confirms.
func (a Answer) Written() string {
	if !a.OK() {
		return a.Verdict()
	}
	return a.Verdict() + ", " + a.Encryption()
}

// Decode parses the XML body.
func (a Answer) Decode(into any) error {
	if !a.OK() {
		return fmt.Errorf("it was answered by %s", a.Verdict())
	}
	return xml.Unmarshal(bytes.TrimSpace(a.Body), into)
}
