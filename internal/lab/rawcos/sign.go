package rawcos

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Credential signs requests. With a token, it is a temporary credential.
type Credential struct {
	ID         string
	Key, Token Secret
}

// Sign adds the Authorization header that COS's page "Request Signature" describes. It signs all headers, the host and
// all parameters.
func (c Credential) Sign(req *http.Request, from, until time.Time) {
	if token := c.Token.Text(); token != "" {
		req.Header.Set("X-Cos-Security-Token", token)
	}
	window := fmt.Sprintf("%d;%d", from.Unix(), until.Unix())

	headers := []pair{{"host", req.Host}}
	for name, values := range req.Header {
		if name != "User-Agent" {
			headers = append(headers, pair{name, values[0]})
		}
	}
	var params []pair
	for name, values := range req.URL.Query() {
		params = append(params, pair{name, values[0]})
	}
	headerList, headerText := canonical(headers)
	paramList, paramText := canonical(params)

	text := strings.ToLower(req.Method) + "\n" + req.URL.Path + "\n" + paramText + "\n" + headerText + "\n"
	sum := sha1.Sum([]byte(text))
	signature := hmacHex(hmacHex(c.Key.Text(), window), "sha1\n"+window+"\n"+hex.EncodeToString(sum[:])+"\n")
	req.Header.Set("Authorization", "q-sign-algorithm=sha1&q-ak="+c.ID+"&q-sign-time="+window+"&q-key-time="+window+
		"&q-header-list="+headerList+"&q-url-param-list="+paramList+"&q-signature="+signature)
}

type pair struct{ name, value string }

// canonical returns the list of names and the text to sign, sorted by encoded lower-case name.
func canonical(pairs []pair) (list, text string) {
	for i, p := range pairs {
		pairs[i] = pair{strings.ToLower(escape(p.name)), escape(p.value)}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.name, b.name) })
	var names, texts []string
	for _, p := range pairs {
		names, texts = append(names, p.name), append(texts, p.name+"="+p.value)
	}
	return strings.Join(names, ";"), strings.Join(texts, "&")
}

// unlikeQuery replaces what differs from the escaping of a query.
var unlikeQuery = strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~")

// escape encodes everything except letters, digits and "-_.~".
func escape(s string) string {
	return unlikeQuery.Replace(url.QueryEscape(s))
}

func hmacHex(key, message string) string {
	mac := hmac.New(sha1.New, []byte(key))
	mac.Write([]byte(message))
	return hex.EncodeToString(mac.Sum(nil))
}
