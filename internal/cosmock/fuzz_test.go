package cosmock

import (
	"bytes"
	"crypto/md5"
	"crypto/tls"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"
)

const fuzzKey = "0123456789abcdef0123456789abcdef" // a customer key

// fuzzWorld is a server without a listener that has something of everything:
// objects of each mode, one of several versions, and an upload.
func fuzzWorld(tb testing.TB) *Server {
	tb.Helper()
	clock := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s, err := newServer(Options{SM4: true, Now: func() time.Time { return clock }, KMSKeys: []string{"my-key"}})
	if err != nil {
		tb.Fatal(err)
	}
	if s.store, err = newStore(tb.TempDir()); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	for target, header := range map[string]string{
		"/plain":    "x-cos-meta-a: b\nx-cos-tagging: a=b",
		"/cos":      "x-cos-server-side-encryption: AES256",
		"/kms":      "x-cos-server-side-encryption: cos/kms",
		"/customer": customerHeaders(""),
		"/archived": "x-cos-storage-class: ARCHIVE",
	} {
		if w := fuzzAsk(s, http.MethodPut, target, header, "body"); w == nil || w.Code != http.StatusOK {
			tb.Fatal(target, w)
		}
	}
	for _, err := range []error{
		s.SetVersioning(DefaultBucket, "Enabled"),
		s.BeginUpload(DefaultBucket, "parts", clock),
	} {
		if err != nil {
			tb.Fatal(err)
		}
	}
	return s
}

func customerHeaders(prefix string) string {
	sum := md5.Sum([]byte(fuzzKey))
	name := "x-cos-" + prefix + "server-side-encryption-customer-"
	return name + "algorithm: AES256\n" + name + "key: " + base64.StdEncoding.EncodeToString([]byte(fuzzKey)) + "\n" +
		name + "key-MD5: " + base64.StdEncoding.EncodeToString(sum[:])
}

// fuzzRequest makes a request of what would be on the wire; nil if net/http
// would deliver none. {UPLOAD} in the target is the id of the upload.
func fuzzRequest(s *Server, method, target, header, body string) *http.Request {
	if ids := s.Uploads(DefaultBucket); len(ids) > 0 {
		target = strings.ReplaceAll(target, "{UPLOAD}", ids[0])
	}
	u, err := url.ParseRequestURI(target)
	if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return nil
	}
	r := &http.Request{
		Method: method, URL: u, Host: hostName(DefaultBucket, DefaultRegion), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), RemoteAddr: "192.0.2.1:1", TLS: &tls.ConnectionState{},
	}
	for line := range strings.Lines(header) {
		name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		value = strings.TrimSpace(value)
		if !ok || strings.ContainsFunc(name+value, func(c rune) bool { return c < ' ' || c == 0x7f }) {
			continue
		}
		r.Header.Add(textproto.CanonicalMIMEHeaderKey(name), value)
	}
	return r
}

// fuzzAsk signs a request and has it served.
func fuzzAsk(s *Server, method, target, header, body string) *httptest.ResponseRecorder {
	r := fuzzRequest(s, method, target, header, body)
	if r == nil {
		return nil
	}
	now := s.now().Unix()
	window := fmt.Sprintf("%d;%d", now, now+600)
	sig := signature{algorithm: "sha1", secretID: DefaultSecretID, signTime: window, keyTime: window}
	value := sig.sign(DefaultSecretKey, sig.stringToSign(sig.httpString(method, r.URL.Path, parseQuery(r.URL.RawQuery), r.Header)))
	r.Header.Set("Authorization", "q-sign-algorithm=sha1&q-ak="+DefaultSecretID+"&q-sign-time="+window+"&q-key-time="+window+
		"&q-header-list=&q-url-param-list=&q-signature="+value)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// summary is what is stored, without what a read may change.
func summary(s *Server) string {
	var b strings.Builder
	for _, key := range s.Keys(DefaultBucket) {
		o, _ := s.Object(DefaultBucket, key)
		fmt.Fprintf(&b, "%q %s %d %s %s %v %v %t %q\n", key, o.VersionID, o.CRC64, o.ETag, o.Mode, o.Header, o.Tags, o.PublicRead, o.Grants)
	}
	return b.String()
}

// wellFormed reports the first error of a document.
func wellFormed(document []byte) error {
	d := xml.NewDecoder(bytes.NewReader(document))
	for {
		if _, err := d.Token(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// Whatever a client that may sign sends: the server answers, with documents that
// can be read and never by an error of its own, a refused request changes
// nothing, and no answer quotes a customer key.
func FuzzRequest(f *testing.F) {
	const (
		tags      = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
		acl       = `<AccessControlPolicy><Owner><ID>qcs::cam::uin/1:uin/1</ID></Owner><AccessControlList><Grant><Grantee><ID>qcs::cam::uin/1:uin/1</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`
		complete  = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part></CompleteMultipartUpload>`
		remove    = `<Delete><Quiet>true</Quiet><Object><Key>plain</Key></Object><Object><Key>none</Key><VersionId>v</VersionId></Object></Delete>`
		default1  = `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`
		lock      = `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>`
		lifecycle = `<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>`
		retention = `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>2027-01-02T03:04:05Z</RetainUntilDate></Retention>`
		source    = "x-cos-copy-source: lab-1250000000.cos.ap-guangzhou.myqcloud.com/plain"
		restore   = `<RestoreRequest><Days>1</Days><CASJobParameters><Tier>Expedited</Tier></CASJobParameters></RestoreRequest>`
	)
	for _, seed := range [][4]string{
		{"PUT", "/new", "x-cos-server-side-encryption: cos/kms\nx-cos-server-side-encryption-context: eyJhIjoiYiJ9\nx-cos-tagging: a=b&c=%20\nx-cos-acl: public-read\nContent-MD5: hBotaJrYsgTMNHOTU1EE9w==\nx-cos-forbid-overwrite: true", "body"},
		{"PUT", "/new", customerHeaders(""), "x"},
		{"PUT", "/copy", source + "\nx-cos-metadata-directive: Replaced\nx-cos-tagging-directive: Copy\nx-cos-copy-source-If-Match: \"e\"", ""},
		{"PUT", "/copy", "x-cos-copy-source: /lab-1250000000%2Fplain?versionId=null\nx-cos-grant-read: id=\"1/2\", uin=\"3\"\nx-cos-storage-class: STANDARD_IA", ""},
		{"PUT", "/copy", strings.Replace(source, "plain", "customer", 1) + "\n" + customerHeaders("copy-source-"), ""},
		{"GET", "/plain?response-content-type=a%2Fb&versionId=null", "Range: bytes=1-2\nIf-None-Match: \"e\"\nIf-Modified-Since: Fri, 10 Apr 2020 18:20:30 GMT", ""},
		{"HEAD", "/customer", customerHeaders(""), ""},
		{"GET", "/customer", customerHeaders(""), ""},
		{"DELETE", "/plain?versionId=null", "", ""},
		{"POST", "/p?uploads", "", ""}, {"PUT", "/parts?uploadId={UPLOAD}&partNumber=1", "", "part"},
		{"PUT", "/parts?uploadId={UPLOAD}&partNumber=2", source + "\nx-cos-copy-source-range: bytes=0-1", ""},
		{"POST", "/parts?uploadId={UPLOAD}", "", complete}, {"DELETE", "/parts?uploadId={UPLOAD}", "", ""},
		{"GET", "/parts?uploadId={UPLOAD}&max-parts=1&part-number-marker=0&encoding-type=url", "", ""},
		{"GET", "/plain?tagging", "", ""}, {"PUT", "/plain?tagging&versionId=null", "", tags}, {"DELETE", "/plain?tagging", "", ""},
		{"GET", "/plain?acl", "", ""}, {"PUT", "/plain?acl", "", acl}, {"PUT", "/plain?acl", "x-cos-acl: default", ""},
		{"POST", "/archived?restore", "", restore}, {"GET", "/plain?retention", "", ""}, {"PUT", "/plain?retention", "", retention},
		{"GET", "/plain?legal-hold", "", ""}, {"PUT", "/plain?legal-hold", "", "<LegalHold><Status>ON</Status></LegalHold>"},
		{"HEAD", "/", "", ""}, {"GET", "/?prefix=p&delimiter=%2F&marker=a&max-keys=1&encoding-type=url", "", ""},
		{"GET", "/?versions&prefix=p&key-marker=a&version-id-marker=b", "", ""}, {"GET", "/?uploads&key-marker=p&upload-id-marker=u", "", ""},
		{"POST", "/?delete", "", remove}, {"GET", "/?acl", "", ""}, {"PUT", "/?acl", "", acl}, {"GET", "/?tagging", "", ""},
		{"PUT", "/?tagging", "", tags}, {"DELETE", "/?tagging", "", ""}, {"GET", "/?versioning", "", ""},
		{"PUT", "/?versioning", "", "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"},
		{"GET", "/?encryption", "", ""}, {"PUT", "/?encryption", "", default1}, {"DELETE", "/?encryption", "", ""},
		{"GET", "/?object-lock", "", ""}, {"PUT", "/?object-lock", "", lock}, {"GET", "/?location", "", ""}, {"GET", "/?lifecycle", "", ""},
		{"PUT", "/?lifecycle", "", lifecycle}, {"DELETE", "/?lifecycle", "", ""}, {"PUT", "/?select&select-type=2", "", ""}, {"DELETE", "/", "", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, method, target, header, body string) {
		s := fuzzWorld(t)
		before := summary(s)
		w := fuzzAsk(s, method, target, header, body)
		if w == nil {
			return
		}
		said := fmt.Sprintf("%s %q: %d %s", method, target, w.Code, w.Body)
		if w.Code < 200 || w.Code > 499 {
			t.Error(said)
		}
		if strings.HasSuffix(w.Header().Get("Content-Type"), "/xml") && method != http.MethodGet || w.Code >= 300 {
			if err := wellFormed(w.Body.Bytes()); err != nil {
				t.Errorf("%s: %v", said, err)
			}
		}
		if w.Code >= 300 && summary(s) != before {
			t.Errorf("%s: was\n%s\nand is\n%s", said, before, summary(s))
		}
		if key := base64.StdEncoding.EncodeToString([]byte(fuzzKey)); !strings.Contains(target+body, key) && strings.Contains(fmt.Sprint(w.Header(), w.Body), key) {
			t.Errorf("%s: it quotes the key", said)
		}
	})
}

// Nobody without the secret key writes, whatever takes the place of a signature.
func FuzzSignature(f *testing.F) {
	const window = "1767323045;1767323645"
	list := "q-sign-algorithm=sha1&q-ak=" + DefaultSecretID + "&q-sign-time=" + window + "&q-key-time=" + window + "&q-header-list=host;%3b&q-url-param-list=a;b&q-signature=0"
	f.Add(list, "a=1&b=%41")
	f.Add("", list)
	f.Add("", "sign="+url.QueryEscape(list))
	f.Add("AWS4-HMAC-SHA256 Credential=a", "X-Amz-Signature=b")
	f.Fuzz(func(t *testing.T, authorization, query string) {
		s := fuzzWorld(t)
		r := fuzzRequest(s, http.MethodPut, "/new", "", "body")
		r.URL.RawQuery = query
		r.Header.Set("Authorization", authorization)
		before := summary(s)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusForbidden || summary(s) != before {
			t.Errorf("%q, %q: %d %s", authorization, query, w.Code, w.Body)
		}
	})
}

// A copy source that is understood names an object, and by the form that the
// documentation has, the same one.
func FuzzCopySource(f *testing.F) {
	for _, header := range []string{
		"lab-1250000000.cos.ap-guangzhou.myqcloud.com/a%2Fb?versionId=v", "/lab-1250000000/a", "%2Flab-1250000000%2Fa", "cos.ap-guangzhou.myqcloud.com/b/a",
		"own.example.com:443/a", "/", "//", "..", "[::1]/a", "a.cos-internal.b.tencentcos.cn./%zz",
	} {
		f.Add(header)
	}
	domains := map[string]string{"own.example.com": "lab-1250000000"}
	f.Fuzz(func(t *testing.T, header string) {
		u := Undocumented{}.withDefaults()
		a, version, ok := u.parseCopySource(header, domains)
		if !ok {
			return
		}
		if a.bucket == "" || a.key == "" || a.pathStyle {
			t.Fatalf("%q is read as %+v", header, a)
		}
		if a.region == "" || strings.ContainsAny(a.bucket+a.region, "/:?%[]") || strings.ToLower(a.bucket+a.region) != a.bucket+a.region {
			return
		}
		again, v, ok := u.parseCopySource(hostName(a.bucket, a.region)+"/"+urlEncode(a.key)+"?versionId="+urlEncode(version), domains)
		if !ok || again != a || v != version {
			t.Errorf("%q is read as %+v %q, and written again as %+v %q, %t", header, a, version, again, v, ok)
		}
	})
}

// A range that is taken lies within the object.
func FuzzRange(f *testing.F) {
	for _, header := range []string{"bytes=0-3", "bytes=2-", "bytes=-4", "bytes=-0", "bytes=9223372036854775807-", "bytes=0-0,1-1", "bytes=-9223372036854775808"} {
		f.Add(header, int64(16))
	}
	f.Fuzz(func(t *testing.T, header string, size int64) {
		if size < 0 {
			return
		}
		offset, length, partial, err := parseRange(header, size)
		if err == nil && (offset < 0 || length < 0 || offset > size-length || partial && length == 0 || !partial && length != size) {
			t.Errorf("%q of %d bytes: %d from %d on, partial %t", header, size, length, offset, partial)
		}
	})
}

// A fault is armed or refused.
func FuzzFault(f *testing.F) {
	f.Add(`{"match":{"method":"PUT","key":"k","subresource":""},"times":1,"fault":"slowdown","delay_ms":0}`)
	f.Add(`{"fault":"truncate","times":-1}`)
	f.Add(`{"fault":"delay","delay_ms":9223372036854775807} {}`)
	f.Add(`{"match":null}`)
	f.Fuzz(func(t *testing.T, body string) {
		s, err := newServer(Options{})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "/_cosmock/faults", strings.NewReader(body))
		r.RemoteAddr = "127.0.0.1:1"
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusNoContent && w.Code != http.StatusBadRequest {
			t.Errorf("%q: %d %s", body, w.Code, w.Body)
		}
	})
}

// A policy that is taken allows nothing that it does not name.
func FuzzPolicy(f *testing.F) {
	f.Add(`{"version":"2.0","statement":[{"effect":"allow","action":["name/cos:*"],"resource":["*"]},{"effect":"deny","action":["name/cos:PutObject"],"resource":["qcs::cos:*/a[?"]}]}`, "a/b")
	f.Add(`{"version":"2.0","statement":[]}`, "")
	f.Fuzz(func(t *testing.T, text, key string) {
		s, err := newServer(Options{})
		if err != nil {
			t.Fatal(err)
		}
		if text == "" || s.SetPolicy(text) != nil {
			return
		}
		p := s.policy.Load()
		if p.allows(need{"name/cos:PutObject", "qcs::cos:r:uid/1:b-1/" + key}) && !strings.Contains(text, "allow") {
			t.Errorf("%s allows a write of %q", text, key)
		}
	})
}
