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

// validity is how long a signature is good. It is short: one question is asked over plain HTTP.
const validity = 5 * time.Minute

// family is what the prefixes of all runs begin with.
const family = "terraform-provider-cos-live/"

// newPrefix makes the prefix of one run.
func newPrefix() string {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // it never fails
	return family + hex.EncodeToString(random) + "/"
}

var prefixForm = regexp.MustCompile("^" + family + "[0-9a-f]{16}/$")

// errOutside guards everything but the run's own prefix.
var errOutside = errors.New("this request is about something outside of the prefix, and is not sent")

// target is a bucket that is asked, at COS or at the server in the box: nothing but its address tells them apart.
type target struct {
	settings
	prefix string
	// keyA and keyB are customer keys of the run.
	keyA, keyB sse.CustomerKey
	client     *http.Client
	clock      func() time.Time
	sleep      func(context.Context, time.Duration) error
	pause      time.Duration // between the attempts of what is tried again
	// patience is how long a listing may take to show a change.
	patience time.Duration
	ledger   ledger
}

// newTarget makes the bucket that settings name ready to be asked below a prefix, with keys of its own. They are cut out of what
// COS says.
func newTarget(s settings, prefix string) (*target, error) {
	if !prefixForm.MatchString(prefix) {
		return nil, fmt.Errorf("%q is not a prefix of this command", prefix)
	}
	client, err := rawcos.NewClient(s.caFile)
	if err != nil {
		return nil, err
	}
	keyA, errA := rawcos.NewCustomerKey()
	keyB, errB := rawcos.NewCustomerKey()
	if err := errors.Join(errA, errB); err != nil {
		return nil, err
	}
	return &target{
		settings: s, prefix: prefix, keyA: keyA, keyB: keyB, client: client,
		clock: time.Now, sleep: sleep.For, pause: time.Second, patience: listingPatience,
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
	query := strings.Trim(r.subresource+"&"+r.query.Encode(), "&")
	req, err := rawcos.NewRequest(ctx, r.method, t.expand(endpoint), t.host(), r.key, query, r.header, r.body)
	if err != nil {
		return rawcos.Answer{}, err
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

// scrub cuts the secrets of a run out of a text.
func (t *target) scrub(text string) string {
	for _, secret := range []string{t.credential.Key.Text(), t.credential.Token.Text(), t.keyA.Base64(), t.keyB.Base64()} {
		// From the longest form to its beginnings: base64 with and without padding.
		for _, form := range slices.Backward(leak.Forms(secret)) {
			if form != "" {
				text = strings.ReplaceAll(text, form, sse.Redacted)
			}
		}
	}
	return text
}

// clean is a text of the server's without secrets, on one line.
func (t *target) clean(text string) string {
	text = strings.Join(strings.Fields(t.scrub(strings.ToValidUTF8(text, ""))), " ")
	if runes := []rune(text); len(runes) > maxMessage {
		text = string(runes[:maxMessage]) + "…"
	}
	return text
}
