package credentials

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/scrub"
)

const (
	defaultMetadataEndpoint = "http://metadata.tencentyun.com"
	metadataTimeout         = 5 * time.Second
	maxMetadata             = 64 << 10
	maxCode                 = 40
)

// instanceRole is the role of a CVM instance. The instance's metadata service
// provides its credentials. The SDK's implementation supports neither a context
// nor another address. Source: CVM documentation, "Instance Metadata".
type instanceRole struct {
	endpoint  *url.URL
	name      string
	transport http.RoundTripper
	sleep     func(context.Context, time.Duration) error
}

// Retrieve implements Provider.
func (i *instanceRole) Retrieve(ctx context.Context) (Value, error) {
	for number := 1; ; number++ {
		v, again, err := i.ask(ctx)
		switch {
		case err == nil:
			return v, nil
		case ctx.Err() != nil:
			return Value{}, ctx.Err()
		case !again || number == attempts:
			return Value{}, fmt.Errorf("the metadata service at %s gave no credentials for the role %q: %w", i.endpoint.Host, i.name, err)
		}
		if err := i.sleep(ctx, firstPause<<(number-1)); err != nil {
			return Value{}, err
		}
	}
}

// ask sends one request. again reports whether a retry may help.
func (i *instanceRole) ask(ctx context.Context) (v Value, again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, metadataTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, i.endpoint.JoinPath("latest/meta-data/cam/security-credentials", url.PathEscape(i.name)).String(), nil)
	if err != nil {
		return Value{}, false, err
	}
	resp, err := i.transport.RoundTrip(req)
	if err != nil {
		return Value{}, true, fmt.Errorf("it cannot be reached: %w; is this a CVM instance?", inWords(err, nil))
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxMetadata))
	switch {
	case err != nil:
		return Value{}, true, inWords(err, nil)
	case resp.StatusCode == http.StatusNotFound:
		return Value{}, false, errors.New("status 404: no such role is bound to this instance")
	case resp.StatusCode != http.StatusOK:
		return Value{}, resp.StatusCode >= 500, fmt.Errorf("status %d", resp.StatusCode)
	}
	var answer struct {
		TmpSecretId, TmpSecretKey, Token, Code string //nolint:revive // the names of the wire
		ExpiredTime                            int64
	}
	if json.Unmarshal(body, &answer) != nil { // the error may quote the body
		return Value{}, false, errors.New("its answer is not the JSON that it should be")
	}
	if answer.Code != "Success" || answer.TmpSecretId == "" || answer.TmpSecretKey == "" || answer.Token == "" {
		return Value{}, false, fmt.Errorf("its answer has the code %q and no usable credentials", (*scrub.Secrets)(nil).Text(answer.Code, maxCode))
	}
	v = Value{SecretID: answer.TmpSecretId, SecretKey: answer.TmpSecretKey, SecurityToken: answer.Token}
	if !v.visible() {
		return Value{}, false, errors.New("its answer has what cannot be credentials")
	}
	if answer.ExpiredTime > 0 {
		v.Expires = time.Unix(answer.ExpiredTime, 0)
	}
	return v, false, nil
}
