package object_test

import (
	"slices"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// A bucket of another region: the error names the right one, whichever way COS
// says it and whatever was asked, and nothing is taken for absent.
func TestAccWrongRegion(t *testing.T) {
	t.Parallel()
	const there = `region = "ap-shanghai"`
	for name, tc := range map[string]struct {
		answer cosmock.Undocumented
		says   []string
	}{
		"NoSuchBucket with the region": {cosmock.Undocumented{WrongRegionTold: true}, []string{"is in ap-guangzhou, and was looked for in ap-shanghai", `set region = "ap-guangzhou"`}},
		"301 with the region":          {cosmock.Undocumented{WrongRegionTold: true, WrongRegion: cosmock.Answer{Status: 301, Code: "PermanentRedirect"}}, []string{`set region = "ap-guangzhou"`}},
		"307 to the place":             {cosmock.Undocumented{WrongRegion: cosmock.Answer{Status: 307, Code: "TemporaryRedirect"}}, []string{`set region = "ap-guangzhou"`}},
		"NoSuchBucket alone":           {cosmock.Undocumented{}, []string{"There is no such bucket in this region"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ws := acctest.NewWorkspace(t)
			w := acctest.New(t, func(o *cosmock.Options) { o.Undocumented = tc.answer })
			ws.Config(w.Provider(), w.Object("a", there, aes, hello))
			// Created, and brought in.
			for _, command := range [][]string{{"apply", "-auto-approve"}, {"import", "cos_encrypted_object.test", "ap-shanghai:" + w.Bucket() + "/a"}} {
				w.ResetRequests()
				r := ws.Fail(command...)
				t.Log(r.Text())
				if !containsAll(r.Text(), tc.says...) {
					t.Errorf("%s says\n%s\nnot %q", command[0], r.Output(), tc.says)
				}
				if name != "NoSuchBucket alone" && slices.ContainsFunc(w.Requests(), func(r cosmock.Request) bool { return r.Method == "PUT" }) {
					t.Errorf("%s tried to write: %q", command[0], w.Calls())
				}
			}
			// An object in the state is not taken for gone where the bucket turns out to be elsewhere.
			if name == "NoSuchBucket alone" {
				return
			}
			fine := acctest.New(t)
			ws = acctest.NewWorkspace(t)
			ws.Config(fine.Provider(), fine.Object("a", aes, hello))
			ws.Apply()
			elsewhere := acctest.New(t, func(o *cosmock.Options) {
				o.Undocumented, o.Region, o.Buckets = tc.answer, "ap-beijing", []string{fine.Bucket()}
			})
			ws.Config(elsewhere.Provider(), elsewhere.Object("a", `region = "ap-guangzhou"`, aes, hello))
			if r := ws.Fail("plan"); !containsAll(r.Text(), `set region = "ap-beijing"`) {
				t.Errorf("refresh says\n%s", r.Output())
			}
		})
	}
}
