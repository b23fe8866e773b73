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
	"slices"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/leak"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/sleep"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// validity is how long a signature is valid. It is short because one question is sent over plain HTTP.
const validity = 5 * time.Minute

// family is the common prefix of all runs.
const family = "terraform-provider-cos-live/"

func newPrefix() string {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // it never fails
	return family + hex.EncodeToString(random) + "/"
}

var prefixForm = regexp.MustCompile("^" + family + "[0-9a-f]{16}/$")

// errOutside protects everything outside of the run's prefix.
var errOutside = errors.New("this request is about something outside of the prefix, and is not sent")

// target is a bucket to ask, at COS or on the bundled server. The two differ only in their address.
type target struct {
	settings
	prefix     string
	keyA, keyB sse.CustomerKey
	client     *http.Client
	clock      func() time.Time
	sleep      func(context.Context, time.Duration) error
	pause      time.Duration // between retries
	// patience is how long a listing may take to show a change.
	patience time.Duration
	ledger   ledger
}

// newTarget returns a target for the configured bucket and a prefix, with new customer keys. They are removed from
// printed messages.
func newTarget(s settings, prefix string) (*target, error) {
	if !prefixForm.MatchString(prefix) {
		return nil, fmt.Errorf("%q is not a prefix of this command", prefix)
	}
	client, err := rawcos.NewClient(s.caFile)
	if err != nil {
		return nil, err
	}
	return &target{
		settings: s, prefix: prefix, keyA: rawcos.NewCustomerKey(), keyB: rawcos.NewCustomerKey(), client: client,
		clock: time.Now, sleep: sleep.For, pause: time.Second, patience: listingPatience,
		ledger: ledger{keys: map[string]bool{}, items: map[item]bool{}},
	}, nil
}

func (t *target) close() { t.client.CloseIdleConnections() }

// request is a hand-made request, which can differ from what an SDK sends.
type request struct {
	method      string
	key         string // "" for the bucket
	subresource string // such as "uploads"; the first parameter of the query
	query       url.Values
	header      http.Header
	body        string
	plain       bool // use plain HTTP
	late        bool // wait until another second has begun

	forge       func(*rawcos.Credential) // changes the target's own before it signs
	signedSince time.Duration
	unsigned    bool
}

// listingOf returns the request for a listing by prefix: of objects, or of what the subresource names.
func listingOf(subresource, prefix string) request {
	return request{method: http.MethodGet, subresource: subresource, query: url.Values{"prefix": {prefix}}}
}

// owns reports whether a key belongs to the run. One question uses a key that begins with a slash.
func (t *target) owns(key string) bool {
	return strings.HasPrefix(strings.TrimPrefix(key, "/"), t.prefix)
}

// allowed refuses a request that could change or read anything outside of the run.
func (t *target) allowed(r request) error {
	own := t.owns(r.key)
	if r.key == "" {
		setting := !slices.Contains([]string{"", "versions", "uploads"}, r.subresource)
		own = (r.method == http.MethodGet || r.method == http.MethodHead) && (setting || t.owns(r.query.Get("prefix")))
	}
	source := r.header.Get("X-Cos-Copy-Source")
	if !own || source != "" && !strings.HasPrefix(source, t.domain()+"/"+t.prefix) {
		return errOutside
	}
	return nil
}

// attempts is how often a request is sent if COS answers SlowDown.
const attempts = 4

// send signs and sends a request and reads the response. It retries only a 503 SlowDown.
func (t *target) send(ctx context.Context, r request) (rawcos.Answer, error) {
	if err := t.allowed(r); err != nil {
		return rawcos.Answer{}, err
	}
	if r.late {
		if err := t.sleep(ctx, t.pause+t.pause/10); err != nil {
			return rawcos.Answer{}, err
		}
	}
	for attempt := 1; ; attempt++ {
		a, err := t.sendOnce(ctx, r)
		if err != nil {
			// Omit the URL, whose query adds no information.
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
	query := strings.Trim(r.subresource+"&"+r.query.Encode(), "&")
	req, err := rawcos.NewRequest(ctx, r.method, t.expand(endpoint), t.host(), r.key, query, r.header, r.body)
	if err != nil {
		return rawcos.Answer{}, err
	}
	req.Header.Set("User-Agent", "terraform-provider-cos-live")
	if !r.unsigned {
		by := t.credential
		if r.forge != nil {
			r.forge(&by)
		}
		// Allow a minute for a clock that is fast.
		from := t.clock().Add(r.signedSince - time.Minute)
		by.Sign(req, from, from.Add(validity))
	}
	t.ledger.record(r, rawcos.Answer{})
	a, err := rawcos.Send(t.client, req)
	t.ledger.record(r, a)
	return a, err
}

// maxMessage is the length to which printed messages are cut.
const maxMessage = 160

// scrub removes the run's secrets from a text.
func (t *target) scrub(text string) string {
	for _, secret := range []string{t.credential.Key.Text(), t.credential.Token.Text(), t.keyA.Base64(), t.keyB.Base64()} {
		// Longest form first, since base64 without padding is a prefix of base64 with padding.
		for _, form := range slices.Backward(leak.Forms(secret)) {
			if form != "" {
				text = strings.ReplaceAll(text, form, sse.Redacted)
			}
		}
	}
	return text
}

// clean returns a text from the server on one line, without secrets.
func (t *target) clean(text string) string {
	text = strings.Join(strings.Fields(t.scrub(strings.ToValidUTF8(text, ""))), " ")
	if runes := []rune(text); len(runes) > maxMessage {
		text = string(runes[:maxMessage]) + "…"
	}
	return text
}
