package provider

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/wholenumber"
)

const (
	defaultMaxRetries     = 8
	defaultRequestTimeout = time.Minute

	mebibyte = 1 << 20
)

// validate checks everything that does not depend on the environment. It runs in
// terraform validate, before credentials are resolved.
func (m model) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	if _, err := m.endpoint(); err != nil {
		diags.AddAttributeError(path.Root("endpoint"), "Invalid Endpoint", arguments.Sentence(err.Error())+".")
	}
	if arguments.Known(m.Region) && !cosclient.IsRegionShaped(m.Region.ValueString()) {
		diags.AddAttributeError(path.Root("region"), "Invalid Region", fmt.Sprintf("%q is not the name of a region such as ap-guangzhou.", m.Region.ValueString()))
	}
	for _, n := range []struct {
		name, summary, text string
		value               types.Number
		valid               wholenumber.Range
	}{
		{"max_retries", "Invalid Number of Retries", "a number", m.MaxRetries, wholenumber.Range{Least: 0, Most: 100}},
		{"upload_concurrency", "Invalid Upload Concurrency", "a number of parts", m.UploadConcurrency, wholenumber.Range{Least: 1, Most: 64}},
		{"part_size", "Invalid Part Size", "a number of MiB", m.PartSize, wholenumber.Range{Least: cosclient.MinPartSize / mebibyte, Most: cosclient.MaxPartSize / mebibyte}},
	} {
		if wrong := n.valid.Check(n.name, n.text, n.value); wrong != "" {
			diags.AddAttributeError(path.Root(n.name), n.summary, wrong+".")
		}
	}
	if _, err := m.requestTimeout(); err != nil {
		diags.AddAttributeError(path.Root("request_timeout"), "Invalid Request Timeout", err.Error()+".")
	}
	diags.Append(m.validateCredentials()...)
	_, keyDiags := m.customerKeys()
	diags.Append(keyDiags...)
	_, _, encryptionDiags := m.encryption()
	diags.Append(encryptionDiags...)
	_, tagDiags := m.tags()
	diags.Append(tagDiags...)
	return diags
}

// resolve combines the provider block and the environment into provider data.
// Unknown arguments are not an error, since Terraform can plan without them.
func resolve(ctx context.Context, m model, getenv func(string) string, userAgent string) (*providerdata.Data, diag.Diagnostics) {
	diags := m.validate()
	if diags.HasError() {
		return nil, diags
	}
	data := &providerdata.Data{
		Began:         time.Now(),
		Region:        orEnv(m.Region, getenv, envRegion),
		RegionUnknown: m.Region.IsUnknown(),
		Unknown:       m.unknown(),

		PartSize:          wholenumber.Of(m.PartSize) * mebibyte,
		UploadConcurrency: int(wholenumber.Of(m.UploadConcurrency)),
	}
	if !data.RegionUnknown && data.Region != "" && !cosclient.IsRegionShaped(data.Region) {
		diags.AddError("Invalid Region", fmt.Sprintf("The environment variable %s holds %q, which is not the name of a region such as ap-guangzhou.", envRegion, data.Region))
	}
	data.DefaultEncryption, data.Policy, _ = m.encryption() // validated
	data.Tags, _ = m.tags()                                 // validated
	keyring, keyDiags := m.keyring(getenv(envCustomerKeys))
	diags.Append(keyDiags...)
	data.Keyring = keyring

	endpoint, _ := m.endpoint() // validated
	data.PlainHTTP = !m.Endpoint.IsUnknown() && !endpoint.Secure()
	roots, err := m.roots()
	if err != nil {
		diags.AddAttributeError(path.Root("ca_certificate_file"), "Unable to Read CA Certificates", unreadableCertificates(m.CACertificateFile.ValueString(), err))
	}
	diags.Append(checkProxies(getenv)...)
	if len(m.unknownCredentials()) > 0 {
		return data, diags
	}
	source, credDiags := m.credentials(getenv, data.Region, roots)
	diags.Append(credDiags...)
	if source != nil && data.Region == "" && !data.RegionUnknown && cosclient.IsRegion(source.Region) {
		data.Region = source.Region
	}
	if diags.HasError() || len(data.Unknown) > 0 {
		return data, diags
	}
	if diags.Append(fetch(ctx, source)...); diags.HasError() {
		return data, diags
	}
	timeout, _ := m.requestTimeout() // validated
	retries := int64(defaultMaxRetries)
	if !m.MaxRetries.IsNull() {
		retries = wholenumber.Of(m.MaxRetries)
	}
	err = data.Connect(cosclient.Config{
		Endpoint:       endpoint,
		Credentials:    source,
		RootCAs:        roots,
		MaxRetries:     int(retries),
		RequestTimeout: timeout,
		UserAgent:      userAgent,
	})
	if err != nil {
		diags.AddError("Unable to Create COS Client", arguments.Sentence(err.Error())+".")
	}
	return data, diags
}

// unknown returns the unknown arguments without which no client can be created.
// An unknown keyring or default region is not among them.
func (m model) unknown() []string {
	names := m.unknownCredentials()
	for _, arg := range []struct {
		name  string
		value attr.Value
	}{
		{"endpoint", m.Endpoint},
		{"ca_certificate_file", m.CACertificateFile},
		{"max_retries", m.MaxRetries},
		{"request_timeout", m.RequestTimeout},
		{"upload_concurrency", m.UploadConcurrency},
		{"part_size", m.PartSize},
	} {
		if arg.value.IsUnknown() {
			names = append(names, arg.name)
		}
	}
	return names
}

func (m model) endpoint() (cosclient.Endpoint, error) {
	if !m.Endpoint.IsNull() && !m.Endpoint.IsUnknown() && m.Endpoint.ValueString() == "" {
		return cosclient.Endpoint{}, errors.New("the endpoint is empty: leave the argument out for COS's own")
	}
	return cosclient.ParseEndpoint(m.Endpoint.ValueString())
}

func (m model) requestTimeout() (time.Duration, error) {
	if !arguments.Known(m.RequestTimeout) {
		return defaultRequestTimeout, nil
	}
	text := m.RequestTimeout.ValueString()
	if _, err := strconv.Atoi(text); err == nil {
		text += "s"
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second || d > time.Hour {
		return 0, fmt.Errorf("%q is not a duration between 1s and 1h, such as 30s or 2m", m.RequestTimeout.ValueString())
	}
	return d, nil
}

func (m model) roots() (*x509.CertPool, error) {
	if !arguments.Known(m.CACertificateFile) {
		return nil, nil
	}
	name := m.CACertificateFile.ValueString()
	pem, err := os.ReadFile(content.Resolve(name))
	if err != nil {
		return nil, err
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, noCertificate(pem)
	}
	return roots, nil
}

// customerKeys reads the argument. An unknown element becomes a zero key.
func (m model) customerKeys() (map[string]sse.CustomerKey, diag.Diagnostics) {
	var diags diag.Diagnostics
	keys := map[string]sse.CustomerKey{}
	for name, element := range m.SSECustomerKeys.Elements() {
		shown, at := nameInRing(name)
		value, ok := element.(types.String)
		switch {
		case sse.LooksLikeKey(name):
			diags.AddAttributeError(path.Root("sse_customer_keys"), "Invalid Customer Key Name", keyForName)
		case !ok || value.IsNull():
			diags.AddAttributeError(at, "Invalid Customer Key", fmt.Sprintf("The key %s of the keyring is null.", shown))
		case name == "":
			diags.AddAttributeError(at, "Invalid Customer Key", "A key of the keyring has an empty name.")
		case value.IsUnknown():
			keys[name] = sse.CustomerKey{}
		default:
			key, err := sse.ParseCustomerKey(value.ValueString())
			if err != nil {
				detail, at := unusable(name, value.ValueString(), err)
				diags.AddAttributeError(at, "Invalid Customer Key", "The "+detail)
			}
			keys[name] = key
		}
	}
	return keys, diags
}

const keyForName = "a name of the keyring is itself a customer key: the map goes from names to keys, and names are shown"

// keyring merges the argument with the environment. If both define a name, the
// argument wins.
func (m model) keyring(env string) (*sse.Keyring, diag.Diagnostics) {
	keys, diags := m.customerKeys() // none while the argument is unknown
	fromEnv, err := parseEnvKeys(env)
	if err != nil {
		diags.AddError("Invalid Keyring in the Environment", fmt.Sprintf("The environment variable %s holds a JSON object of names and customer keys, each the base64 of exactly 32 bytes. This one cannot be used: %s.", envCustomerKeys, err))
	}
	for name, key := range fromEnv {
		if _, ok := keys[name]; !ok {
			keys[name] = key
		}
	}
	if m.SSECustomerKeys.IsUnknown() {
		return sse.UnknownKeyring(keys), diags
	}
	return sse.NewKeyring(keys), diags
}

// parseEnvKeys parses COS_SSE_CUSTOMER_KEYS. Its errors never quote the value.
func parseEnvKeys(env string) (map[string]sse.CustomerKey, error) {
	if env == "" {
		return nil, nil
	}
	texts, err := uniqueStrings(env)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]sse.CustomerKey, len(texts))
	for name, text := range texts {
		if name == "" {
			return nil, errors.New("a key has an empty name")
		}
		if sse.LooksLikeKey(name) {
			return nil, errors.New(keyForName)
		}
		key, err := sse.ParseCustomerKey(text)
		if err != nil {
			detail, _ := unusable(name, text, err)
			return nil, errors.New("the " + strings.TrimSuffix(detail, "."))
		}
		keys[name] = key
	}
	return keys, nil
}

// uniqueStrings parses a JSON object of strings and rejects duplicate names.
// encoding/json would keep the last value, while existing objects may be
// encrypted with the first.
func uniqueStrings(text string) (map[string]string, error) {
	errForm := errors.New("its value is not a JSON object of strings")
	if !json.Valid([]byte(text)) {
		return nil, errForm
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	if first, err := decoder.Token(); err != nil || first != json.Delim('{') {
		return nil, errForm
	}
	values := map[string]string{}
	for decoder.More() {
		token, err := decoder.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, errForm
		}
		token, err = decoder.Token()
		value, ok := token.(string)
		if err != nil || !ok {
			return nil, errForm
		}
		if _, twice := values[name]; twice {
			return nil, fmt.Errorf("the name %s is there twice", sse.ShowName(name))
		}
		values[name] = value
	}
	return values, nil
}

func orEnv(s types.String, getenv func(string) string, name string) string {
	if s.IsNull() || (!s.IsUnknown() && s.ValueString() == "") {
		return getenv(name)
	}
	return s.ValueString()
}
