package cosmock_test

import (
	"crypto/tls"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// The server has certificates for the host names of every region, since a copy
// between regions uses both.
func TestCertificatesOfRegions(t *testing.T) {
	s := start(t, cosmock.Options{Domains: map[string]string{"files.example.com": cosmock.DefaultBucket}})
	dial := func(name string) error {
		conn, err := tls.Dial("tcp", strings.TrimPrefix(s.URL(), "https://"), &tls.Config{RootCAs: s.CertPool(), ServerName: name})
		if err != nil {
			return err
		}
		return conn.Close()
	}
	for _, name := range []string{
		"127.0.0.1", "localhost", "files.example.com", "service.cos.myqcloud.com", "b-1.cos.accelerate.myqcloud.com",
		"b-1.cos." + s.Region() + ".myqcloud.com", "b-1.cos.eu-frankfurt.myqcloud.com", "b-1.cos.eu-frankfurt.tencentcos.cn",
		"cos.na-ashburn.myqcloud.com", "b-1.cos-internal.ap-beijing-1.tencentcos.cn", "b-1.cos.a-region-to-come.myqcloud.com",
	} {
		for range 2 {
			if err := dial(name); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for _, name := range []string{"example.com", "b-1.cos.myqcloud.com.example.com", "a.b-1.cos.eu-frankfurt.myqcloud.com"} {
		if err := dial(name); err == nil {
			t.Errorf("the certificate is good for %s", name)
		}
	}
	if err := s.CreateBucket("far-1250000000", "eu-frankfurt"); err != nil {
		t.Fatal(err)
	}
	far, near := newRaw(t, s), newRaw(t, s)
	far.host = "far-1250000000.cos.eu-frankfurt.myqcloud.com"
	far.do("PUT", "/k", "body").want(t, 200, "")
	near.do("PUT", "/k", "", "x-cos-copy-source", far.host+"/k").want(t, 200, "")
	if got := near.do("GET", "/k", "").body; got != "body" {
		t.Errorf("the copy is %q", got)
	}
}
