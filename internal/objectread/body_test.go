package objectread

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// readFrom starts a server and returns it with provider data whose keyring has
// the keys a and b.
func readFrom(t *testing.T, change ...func(*cosmock.Options)) (*cosmock.Server, *providerdata.Data) {
	t.Helper()
	opts := cosmock.Options{DataDir: t.TempDir()}
	for _, f := range change {
		f(&opts)
	}
	server, err := cosmock.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	endpoint, err := cosclient.ParseEndpoint(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	client, err := cosclient.New(cosclient.Config{
		Endpoint:       endpoint,
		Credentials:    credentials.Static{Value: credentials.Value{SecretID: server.SecretID(), SecretKey: server.SecretKey()}},
		RootCAs:        server.CertPool(),
		RequestTimeout: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	data := someData(t)
	data.Client = client
	return server, data
}

func putObject(t *testing.T, s *cosmock.Server, o cosmock.NewObject) {
	t.Helper()
	if err := s.PutObject(s.Bucket(), "a", o); err != nil {
		t.Fatal(err)
	}
}

func locationOf(s *cosmock.Server) cosclient.Location {
	return cosclient.Location{Region: s.Region(), Bucket: s.Bucket(), Key: "a"}
}

const objectContent = "[Object Content]"

func TestFindAndRead(t *testing.T) {
	t.Parallel()
	sseC := cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: mustKey(t, testKeyB)}
	for name, tc := range map[string]struct {
		object cosmock.NewObject
		key    sse.CustomerKey
		name   string
		fails  error
	}{
		"no encryption":             {cosmock.NewObject{}, sse.CustomerKey{}, "", nil},
		"SSE-COS":                   {cosmock.NewObject{Mode: sse.ModeAES256}, sse.CustomerKey{}, "", nil},
		"SSE-KMS":                   {cosmock.NewObject{Mode: sse.ModeKMS}, sse.CustomerKey{}, "", nil},
		"SSE-C, declared":           {sseC, mustKey(t, testKeyB), "", nil},
		"SSE-C, from the keyring":   {sseC, sse.CustomerKey{}, "b", nil},
		"SSE-C, another key":        {sseC, mustKey(t, testKeyA), "", cosclient.ErrCustomerKey},
		"SSE-COS, a key declared":   {cosmock.NewObject{Mode: sse.ModeAES256}, mustKey(t, testKeyA), "", errOtherKey},
		"none, a key declared":      {cosmock.NewObject{}, mustKey(t, testKeyA), "", errOtherKey},
		"SSE-C, not in the keyring": {cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: mustKey(t, strings.Repeat("A", 43)+"=")}, sse.CustomerKey{}, "", cosclient.ErrCustomerKey},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, data := readFrom(t)
			tc.object.Body = strings.NewReader(objectContent)
			putObject(t, s, tc.object)
			f, err := find(t.Context(), data, locationOf(s), "", tc.key)
			if !errors.Is(err, tc.fails) {
				t.Fatalf("error %v, want %v", err, tc.fails)
			}
			if err != nil {
				return
			}
			if f.name != tc.name || f.info.Length != int64(len(objectContent)) || f.info.CRC64 != "16749565679157681890" {
				t.Errorf("found %q, %d bytes, CRC64 %s", f.name, f.info.Length, f.info.CRC64)
			}
			for _, part := range []struct {
				offset, length int64
				want           string
			}{{0, 16, objectContent}, {0, 4, "[Obj"}, {8, 7, "Content"}, {8, 8, "Content]"}, {15, 1, "]"}} {
				body, proved, err := f.read(t.Context(), data.Client, part.offset, part.length)
				if err != nil || !proved {
					t.Fatalf("%v: %v, proved %v", part, err, proved)
				}
				if diff := cmp.Diff(part.want, string(body)); diff != "" {
					t.Errorf("%v (-want +got):\n%s", part, diff)
				}
			}
		})
	}
}

// A body that is incomplete, altered, or of another object than HEAD described is
// an error.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	fault := func(kind cosmock.FaultKind) func(*testing.T, *cosmock.Server) {
		return func(t *testing.T, s *cosmock.Server) {
			t.Helper()
			if err := s.Arm(cosmock.Fault{Match: cosmock.On("GET", "a"), Kind: kind, Times: -1}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, tc := range map[string]struct {
		between        func(*testing.T, *cosmock.Server)
		offset, length int64
		is             error
	}{
		"truncated":         {fault(cosmock.FaultTruncate), 0, 16, errBodyTruncated},
		"a part, truncated": {fault(cosmock.FaultTruncate), 4, 8, errBodyTruncated},
		"altered":           {fault(cosmock.FaultWrongCRC), 0, 16, errBodyAltered},
		"a part, altered":   {fault(cosmock.FaultWrongCRC), 4, 8, errBodyAltered},
		"replaced": {func(t *testing.T, s *cosmock.Server) {
			t.Helper()
			putObject(t, s, cosmock.NewObject{Body: strings.NewReader("[Object CONTENT]")})
		}, 0, 16, errBodyChanged},
		"a part, replaced": {func(t *testing.T, s *cosmock.Server) {
			t.Helper()
			putObject(t, s, cosmock.NewObject{Body: strings.NewReader("[Object CONTENT]")})
		}, 4, 8, errBodyChanged},
		"replaced by a longer one": {func(t *testing.T, s *cosmock.Server) {
			t.Helper()
			putObject(t, s, cosmock.NewObject{Body: strings.NewReader(strings.Repeat("x", 1<<20))})
		}, 0, 16, errBodyChanged},
		"deleted": {func(t *testing.T, s *cosmock.Server) {
			t.Helper()
			if err := s.DeleteObject(s.Bucket(), "a"); err != nil {
				t.Fatal(err)
			}
		}, 0, 16, cosclient.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, data := readFrom(t)
			putObject(t, s, cosmock.NewObject{Body: strings.NewReader(objectContent)})
			f, err := find(t.Context(), data, locationOf(s), "", sse.CustomerKey{})
			if err != nil {
				t.Fatal(err)
			}
			tc.between(t, s)
			body, _, err := f.read(t.Context(), data.Client, tc.offset, tc.length)
			if !errors.Is(err, tc.is) || body != nil {
				t.Errorf("got %q, %v; want %v", body, err, tc.is)
			}
		})
	}
}

// The body reveals a wrong CRC64 in the HEAD response.
func TestReadComparesWithHead(t *testing.T) {
	t.Parallel()
	s, data := readFrom(t)
	putObject(t, s, cosmock.NewObject{Body: strings.NewReader(objectContent)})
	if err := s.Arm(cosmock.Fault{Match: cosmock.On("HEAD", "a"), Kind: cosmock.FaultWrongCRC}); err != nil {
		t.Fatal(err)
	}
	f, err := find(t.Context(), data, locationOf(s), "", sse.CustomerKey{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.read(t.Context(), data.Client, 0, 16); !errors.Is(err, errBodyAltered) {
		t.Errorf("got %v", err)
	}
}

// In a versioned bucket, the version that HEAD described is read even if others
// are written in the meantime. An object without a CRC64 is read and reported as
// unverified.
func TestReadVersionAndUnproved(t *testing.T) {
	t.Parallel()
	s, data := readFrom(t)
	if err := s.SetVersioning(s.Bucket(), "Enabled"); err != nil {
		t.Fatal(err)
	}
	putObject(t, s, cosmock.NewObject{Body: strings.NewReader("first")})
	if err := s.ForgetCRC64(s.Bucket(), "a"); err != nil {
		t.Fatal(err)
	}
	f, err := find(t.Context(), data, locationOf(s), "", sse.CustomerKey{})
	if err != nil {
		t.Fatal(err)
	}
	putObject(t, s, cosmock.NewObject{Body: strings.NewReader("second")})
	for _, length := range []int64{5, 3} {
		body, proved, err := f.read(t.Context(), data.Client, 0, length)
		if err != nil || string(body) != "first"[:length] || proved != (length == 3) {
			t.Errorf("%d bytes: got %q, %v, proved %v", length, body, err, proved)
		}
	}
	again, err := find(t.Context(), data, locationOf(s), f.info.VersionID, sse.CustomerKey{})
	if err != nil || again.info.Length != 5 {
		t.Errorf("the first version has %d bytes, %v", again.info.Length, err)
	}
}
