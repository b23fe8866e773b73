package cosclient_test

import (
	"bytes"
	"crypto/sha256"
	"hash/crc64"
	"io"
	"strconv"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const kmsKey = "kms-key-1"

// start runs a server for the test and returns a client for it.
func start(t *testing.T, change ...func(*cosmock.Options)) (*cosmock.Server, *cosclient.Client) {
	t.Helper()
	opts := cosmock.Options{KMSKeys: []string{kmsKey}, SM4: true}
	for _, f := range change {
		f(&opts)
	}
	s, err := cosmock.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, client(t, s)
}

func client(t *testing.T, s *cosmock.Server, change ...func(*cosclient.Config)) *cosclient.Client {
	t.Helper()
	endpoint, err := cosclient.ParseEndpoint(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	cfg := cosclient.Config{
		Endpoint: endpoint, RootCAs: s.CertPool(), MaxRetries: 3, RequestTimeout: time.Hour,
		Credentials: credentials.Static{Value: credentials.Value{SecretID: s.SecretID(), SecretKey: s.SecretKey()}},
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := cosclient.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return cosclient.WithoutPauses(c)
}

func at(s *cosmock.Server, key string) cosclient.Location {
	return cosclient.Location{Region: s.Region(), Bucket: s.Bucket(), Key: key}
}

func customerKey(t *testing.T, name string) sse.CustomerKey {
	t.Helper()
	raw := sha256.Sum256([]byte(name))
	key, err := sse.NewCustomerKey(raw[:])
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// settings returns the ways to encrypt an object.
func settings(t *testing.T) map[string]sse.Settings {
	t.Helper()
	return map[string]sse.Settings{
		"none":                         {},
		"SSE-COS":                      {Mode: sse.ModeAES256},
		"SM4":                          {Mode: sse.ModeSM4},
		"SSE-KMS":                      {Mode: sse.ModeKMS, KMSKeyID: kmsKey, Context: sse.NewContext(map[string]string{"team": "a"})},
		"SSE-KMS with the default key": {Mode: sse.ModeKMS},
		"SSE-C":                        {Mode: sse.ModeCustomer, CustomerKey: customerKey(t, "A")},
	}
}

type content []byte

func (c content) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c)), nil }
func (c content) Size() int64                  { return int64(len(c)) }

func crcOf(b []byte) string {
	return strconv.FormatUint(crc64.Checksum(b, crc64.MakeTable(crc64.ECMA)), 10)
}

// methods returns the server's requests as "PUT key" or "GET ?list".
func methods(s *cosmock.Server) []string {
	var got []string
	for _, r := range s.Requests() {
		line := r.Method + " " + r.Key
		if r.Subresource != "" {
			line += "?" + r.Subresource
		}
		got = append(got, line)
	}
	return got
}
