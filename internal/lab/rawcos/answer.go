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

// Answer is what COS says to a request. Do not print its body: that of a 403 quotes the signed headers, customer key
// included.
type Answer struct {
	Status        int
	Header        http.Header
	Body          []byte
	Code, Message string // of the error in the body, also of one inside a 200; a HEAD has none
}

func newAnswer(res *http.Response, body []byte) Answer {
	a := Answer{Status: res.StatusCode, Header: res.Header, Body: body}
	var refusal struct {
		XMLName xml.Name `xml:"Error"`
		Code    string   `xml:"Code"`
		Message string   `xml:"Message"`
	}
	// Nothing but an error begins so; white space may stand before one inside a 200.
	if xml.Unmarshal(bytes.TrimSpace(body), &refusal) == nil {
		a.Code, a.Message = refusal.Code, refusal.Message
	}
	return a
}

// OK reports a success that has no error inside.
func (a Answer) OK() bool { return a.Status/100 == 2 && a.Code == "" }

// Pulled reports that an origin-pull rule of the bucket answers for an object that is not there: by the address of
// another host. COS's own hosts are named when the region is wrong, which says nothing about the object.
func (a Answer) Pulled() bool {
	target, err := url.Parse(a.Header.Get("Location"))
	if a.Status != http.StatusFound || err != nil || target.Host == "" {
		return false
	}
	host := strings.ToLower(target.Hostname())
	return !strings.HasSuffix(host, ".myqcloud.com") && !strings.HasSuffix(host, ".tencentcos.cn")
}

// Verdict is the status with the code, if there is one: a HEAD has none.
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

// Encryption is what the headers of an answer say of the object.
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

// Written is the verdict on a write, with the encryption that the answer confirms.
func (a Answer) Written() string {
	if !a.OK() {
		return a.Verdict()
	}
	return a.Verdict() + ", " + a.Encryption()
}

// Decode reads an XML document.
func (a Answer) Decode(into any) error {
	if !a.OK() {
		return fmt.Errorf("it was answered by %s", a.Verdict())
	}
	return xml.Unmarshal(bytes.TrimSpace(a.Body), into)
}
