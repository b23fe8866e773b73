package cosmock_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// The Node, Python, PHP and older Go SDKs send another name for the rule element
// than COS returns.
func TestSpellingsOfBucketEncryption(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	configuration := func(rule string) string {
		return "<ServerSideEncryptionConfiguration>" + rule + "</ServerSideEncryptionConfiguration>"
	}
	rule := func(node, algorithm string) string {
		return "<Rule><" + node + "><SSEAlgorithm>" + algorithm + "</SSEAlgorithm></" + node + "></Rule>"
	}
	const newer, older = "ApplyServerSideEncryptionByDefault", "ApplySideEncryptionConfiguration"
	r.do("GET", "/?encryption", "").want(t, 404, "NoSuchEncryptionConfiguration")
	for _, algorithm := range []string{"AES256", "SM4", "KMS"} {
		for _, node := range []string{newer, older} {
			r.do("PUT", "/?encryption", configuration(rule(node, algorithm))).want(t, 200, "")
			if got := r.do("GET", "/?encryption", "").body; !strings.Contains(got, configuration(rule(newer, algorithm))) {
				t.Errorf("%s by %s reads back as %s", algorithm, node, got)
			}
		}
	}
	r.do("PUT", "/k", "x").want(t, 200, "")
	for name, body := range map[string]string{
		"unknown algorithm": configuration(rule(newer, "AES128")),
		"an object's name":  configuration(rule(older, "cos/kms")),
	} {
		t.Run(name, func(t *testing.T) { r.do("PUT", "/?encryption", body).want(t, 400, "InvalidArgument") })
	}
	for name, body := range map[string]string{
		"two rules":  configuration(rule(newer, "AES256") + rule(newer, "AES256")),
		"empty rule": configuration("<Rule></Rule>"),
		"both nodes": configuration(strings.Replace(rule(newer, "AES256"), "</Rule>", "<"+older+"></"+older+"></Rule>", 1)),
	} {
		t.Run(name, func(t *testing.T) { r.do("PUT", "/?encryption", body).want(t, 400, "MalformedXML") })
	}
	if got := r.do("GET", "/?encryption", "").body; !strings.Contains(got, "KMS") {
		t.Errorf("a refused configuration is there: %s", got)
	}
	r.do("PUT", "/?encryption", configuration("")).want(t, 200, "")
	r.do("GET", "/?encryption", "").want(t, 404, "NoSuchEncryptionConfiguration")
	s.Configure(func(u *cosmock.Undocumented) { u.BucketSM4Refused = true })
	r.do("PUT", "/?encryption", configuration(rule(newer, "SM4"))).want(t, 400, "InvalidArgument")
}

// A list of grants is returned as it was sent, with the owner's grant only if it
// was sent.
func TestACLReadsBackAsItCame(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.do("PUT", "/k", "x").want(t, 200, "")
	const owner = "<Owner><ID>qcs::cam::uin/100000000001:uin/100000000001</ID></Owner>"
	grant := func(grantee, permission string) string {
		return "<Grant><Grantee>" + grantee + "</Grantee><Permission>" + permission + "</Permission></Grant>"
	}
	own := grant("<ID>qcs::cam::uin/100000000001:uin/100000000001</ID>", "FULL_CONTROL")
	everybody := grant("<URI>http://cam.qcloud.com/groups/global/AllUsers</URI>", "READ")
	body := func(grants string) string {
		return "<AccessControlPolicy>" + owner + "<AccessControlList>" + grants + "</AccessControlList></AccessControlPolicy>"
	}
	for _, target := range []string{"/k?acl", "/?acl"} {
		for name, tc := range map[string]struct {
			grants string
			want   []string
		}{
			"one grant":       {everybody, []string{"READ"}},
			"owner":           {own, []string{"FULL_CONTROL"}},
			"owner and group": {own + everybody, []string{"FULL_CONTROL", "READ"}},
			"group and owner": {everybody + own, []string{"READ", "FULL_CONTROL"}},
			"none":            {"", nil},
		} {
			t.Run(target+" "+name, func(t *testing.T) {
				r.do("PUT", target, body(tc.grants)).want(t, 200, "")
				var got []string
				for _, part := range strings.Split(r.do("GET", target, "").body, "<Permission>")[1:] {
					permission, _, _ := strings.Cut(part, "<")
					got = append(got, permission)
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("permissions (-want +got):\n%s", diff)
				}
			})
		}
		r.do("PUT", target, body(grant("<ID>qcs::camuin/1:uin/2</ID>", "READ"))).want(t, 400, "InvalidArgument")
		r.do("PUT", target, "", "x-cos-acl", "public-read").want(t, 200, "")
		if got := r.do("GET", target, "").body; strings.Count(got, "<Grant>") != 2 {
			t.Errorf("a canned ACL reads back as %s", got)
		}
		r.do("PUT", target, "", "x-cos-acl", "public").want(t, 400, "InvalidArgument")
	}
	r.do("PUT", "/k?acl", body(grant("<ID>qcs::cam::anyone:anyone</ID>", "READ"))).want(t, 200, "")
	r.send(r.request("GET", "/k", nil)).want(t, 200, "")
}

// A bucket that was never versioned lists versions without an ID.
func TestVersionsWithoutVersioning(t *testing.T) {
	s := start(t, cosmock.Options{Limits: cosmock.Limits{ListMaxKeys: 1}})
	r := newRaw(t, s)
	r.do("PUT", "/a", "x").want(t, 200, "")
	r.do("PUT", "/b", "x").want(t, 200, "")
	if diff := cmp.Diff([]string{""}, versions(t, r, "")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if a := r.do("GET", "/?versions&key-marker=a", ""); !strings.Contains(a.body, "<Key>b</Key>") || strings.Contains(a.body, "<Key>a</Key>") {
		t.Errorf("the second page is %s", a.body)
	}
	s.Configure(func(u *cosmock.Undocumented) { u.NullVersionID = true })
	if diff := cmp.Diff([]string{"null"}, versions(t, r, "")); diff != "" {
		t.Errorf("as an option (-want +got):\n%s", diff)
	}
	s.Configure(func(u *cosmock.Undocumented) { u.NullVersionID = false })
	if err := s.SetVersioning(s.Bucket(), cosmock.VersioningSuspended); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"null"}, versions(t, r, "")); diff != "" {
		t.Errorf("suspended (-want +got):\n%s", diff)
	}
}
