package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// validity is how long a signature is good. It is short: one question is asked over plain HTTP.
const validity = 5 * time.Minute

// family is what the prefixes of all runs begin with.
const family = "terraform-provider-cos-live/"

// newPrefix makes the prefix of one run.
func newPrefix() (string, error) {
	random := make([]byte, 8)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	return family + hex.EncodeToString(random) + "/", nil
}

var prefixForm = regexp.MustCompile("^" + family + "[0-9a-f]{16}/$")

// errOutside guards everything but the run's own prefix.
var errOutside = errors.New("this request is about something outside of the prefix, and is not sent")

// target is a bucket that is asked, at COS or at the server in the box: nothing but its address tells them apart.
type target struct {
	settings
	prefix string
	client *http.Client
	clock  func() time.Time
	sleep  func(context.Context, time.Duration) error
	pause  time.Duration // between the attempts of what is tried again
	// patience is how long a listing may take to show a change.
	patience time.Duration
	scrub    *strings.Replacer
	ledger   ledger
}

// newTarget makes the bucket that settings name ready to be asked below a prefix. The keys are cut out of what COS says.
func newTarget(s settings, prefix string, keys ...sse.CustomerKey) (*target, error) {
	if !prefixForm.MatchString(prefix) {
		return nil, fmt.Errorf("%q is not a prefix of this command", prefix)
	}
	client, err := rawcos.NewClient(s.caFile)
	if err != nil {
		return nil, err
	}
	secrets := []string{s.credential.Key.Text(), s.credential.Token.Text()}
	for _, key := range keys {
		secrets = append(secrets, key.Base64(), strings.TrimRight(key.Base64(), "="), string(key.Bytes()), hex.EncodeToString(key.Bytes()))
	}
	var pairs []string
	for _, text := range secrets {
		if text != "" {
			pairs = append(pairs, text, sse.Redacted, url.QueryEscape(text), sse.Redacted)
		}
	}
	return &target{
		settings: s, prefix: prefix, client: client, scrub: strings.NewReplacer(pairs...),
		clock: time.Now, sleep: wait, pause: time.Second, patience: listingPatience,
	}, nil
}

func (t *target) close() { t.client.CloseIdleConnections() }

// request is one request, made by hand to say what no SDK would.
type request struct {
	method      string
	key         string // "" is the bucket
	subresource string // such as "uploads"; it stands first in the query
	query       url.Values
	header      http.Header
	body        string
	plain       bool // over HTTP

	credential  *rawcos.Credential // nil is the target's
	signedSince time.Duration
	unsigned    bool
}

// owns reports whether a key is the run's. One question is about a key that begins with a slash.
func (t *target) owns(key string) bool {
	return strings.HasPrefix(strings.TrimPrefix(key, "/"), t.prefix)
}

// allowed says no to whatever could touch or even see something that is not the run's own.
func (t *target) allowed(r request) error {
	read := r.method == http.MethodGet || r.method == http.MethodHead
	switch {
	case r.key == "" && !read:
		return errOutside
	case r.key == "" && (r.subresource == "" || r.subresource == "versions" || r.subresource == "uploads"):
		if !t.owns(r.query.Get("prefix")) {
			return errOutside
		}
	case r.key == "":
		// The bucket's own settings.
	case !t.owns(r.key):
		return errOutside
	}
	if source := r.header.Get("X-Cos-Copy-Source"); source != "" && !strings.HasPrefix(source, t.domain()+"/"+t.prefix) {
		return errOutside
	}
	return nil
}

// attempts bounds how often a request is sent that COS is too busy for.
const attempts = 4

// send signs a request, sends it and reads the answer. Only what is answered by 503 SlowDown is sent again.
func (t *target) send(ctx context.Context, r request) (rawcos.Answer, error) {
	if err := t.allowed(r); err != nil {
		return rawcos.Answer{}, err
	}
	for attempt := 1; ; attempt++ {
		a, err := t.sendOnce(ctx, r)
		if err != nil {
			// Without the URL, whose query says nothing that the reader has not.
			if inURL := (*url.Error)(nil); errors.As(err, &inURL) {
				err = inURL.Err
			}
			return a, fmt.Errorf("%s %s: %w", r.method, r.what(), err)
		}
		if a.Code != "SlowDown" || attempt == attempts {
			return a, nil
		}
		if err := t.sleep(ctx, t.pause<<attempt); err != nil {
			return rawcos.Answer{}, err
		}
	}
}

func (r request) what() string {
	if r.subresource != "" {
		return r.key + "?" + r.subresource
	}
	return r.key
}

func (t *target) sendOnce(ctx context.Context, r request) (rawcos.Answer, error) {
	endpoint := t.endpoint
	if r.plain {
		endpoint = t.plainEndpoint
	}
	base, err := url.Parse(t.expand(endpoint))
	if err != nil {
		return rawcos.Answer{}, err
	}
	// Not by parsing: a key may begin with a slash.
	base.Path = "/" + r.key
	base.RawQuery = strings.Trim(r.subresource+"&"+r.query.Encode(), "&")
	req, err := http.NewRequestWithContext(ctx, r.method, base.Scheme+"://"+base.Host, strings.NewReader(r.body))
	if err != nil {
		return rawcos.Answer{}, err
	}
	req.URL, req.Host = base, t.host()
	if r.header != nil {
		req.Header = r.header.Clone()
	}
	req.Header.Set("User-Agent", "terraform-provider-cos-live")
	if !r.unsigned {
		by := t.credential
		if r.credential != nil {
			by = *r.credential
		}
		// A minute for a clock that is fast.
		from := t.clock().Add(r.signedSince - time.Minute)
		by.Sign(req, from, from.Add(validity))
	}
	t.ledger.begin(r)
	a, err := rawcos.Send(t.client, req)
	if err == nil {
		t.ledger.end(r, a)
	}
	return a, err
}

// maxMessage bounds what is printed of a message.
const maxMessage = 160

// clean is a text of the server's without secrets, on one line.
func (t *target) clean(text string) string {
	text = strings.Join(strings.Fields(t.scrub.Replace(strings.ToValidUTF8(text, ""))), " ")
	if runes := []rune(text); len(runes) > maxMessage {
		text = string(runes[:maxMessage]) + "…"
	}
	return text
}

// wait sleeps, or ends with the context.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
