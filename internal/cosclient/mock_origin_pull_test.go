package cosclient_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// An origin-pull rule may answer failed reads with any configured status. The
// client checks the listing, so it neither treats an existing object as missing
// nor the reverse.
func TestOriginPull(t *testing.T) {
	t.Parallel()
	const origin = "https://origin.example.com"
	type outcome struct{ pulled, absent, refused, elsewhere bool }
	what := func(err error) outcome {
		return outcome{errors.Is(err, cosclient.ErrOriginPull), errors.Is(err, cosclient.ErrNotFound), errors.Is(err, cosclient.ErrForbidden), errors.Is(err, cosclient.ErrWrongRegion)}
	}
	gone, plain, hidden := outcome{pulled: true, absent: true}, outcome{absent: true}, outcome{pulled: true, refused: true}
	for name, tc := range map[string]struct {
		rule              cosmock.OriginPull
		head, get, secret outcome // for a missing key; for an object whose customer key is missing
	}{
		"a redirect":              {cosmock.OriginPull{Origin: origin}, gone, gone, outcome{}},
		"a redirect for refusals": {cosmock.OriginPull{Origin: origin, Statuses: []int{400, 404}}, gone, gone, hidden},
		"a redirect to a bucket":  {cosmock.OriginPull{Origin: "https://origin-1250000000.cos.ap-guangzhou.myqcloud.com"}, gone, gone, outcome{}},
		"a redirect to the CDN":   {cosmock.OriginPull{Origin: "http://lab-1250000000.file.myqcloud.com"}, gone, gone, outcome{}},
		"asynchronous":            {cosmock.OriginPull{Origin: origin, Mode: cosmock.OriginAsync}, plain, gone, outcome{}},
		"an origin that fails":    {cosmock.OriginPull{Origin: origin, Mode: cosmock.OriginFailing}, plain, gone, outcome{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := start(t, func(o *cosmock.Options) { o.OriginPull = tc.rule })
			ctx, missing, secret := t.Context(), at(s, "missing"), at(s, "secret")
			for _, loc := range []cosclient.Location{at(s, "missing but longer"), secret} {
				if _, err := c.Put(ctx, loc, cosclient.PutInput{Body: content("x"), Encryption: sse.Settings{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, "A")}}); err != nil {
					t.Fatal(err)
				}
			}
			_, err := c.Head(ctx, missing, cosclient.HeadInput{})
			if got := what(err); got != tc.head {
				t.Errorf("HEAD of a missing object: %v, %+v", err, got)
			}
			s.ResetRequests()
			if explained := c.Explain(ctx, missing, cosclient.HeadInput{}, err); what(explained) != tc.head {
				t.Errorf("explained as %v", explained)
			}
			if tc.head.pulled && len(s.Requests()) > 0 {
				t.Error("to explain it, COS was made to ask the origin")
			}
			if _, _, err = c.GetRange(ctx, missing, cosclient.HeadInput{}, 0, 1); what(err) != tc.get {
				t.Errorf("GET of a missing object: %v, %+v", err, what(err))
			}
			if _, err = c.Head(ctx, secret, cosclient.HeadInput{}); what(err) != tc.secret || err == nil {
				t.Errorf("HEAD of an object without its key: %v, %+v", err, what(err))
			}
			if _, err = c.Delete(ctx, missing, cosclient.DeleteInput{}); err != nil {
				t.Errorf("DELETE of a missing object: %v", err)
			}
		})
	}
}

// A missing version is looked up in the listing of versions.
func TestOriginPullOfAVersion(t *testing.T) {
	t.Parallel()
	s, c := start(t, func(o *cosmock.Options) {
		o.OriginPull, o.Limits.ListMaxKeys = cosmock.OriginPull{Origin: "https://origin.example.com", Statuses: []int{400, 404}}, 2
	})
	if err := s.SetVersioning(s.Bucket(), "Enabled"); err != nil {
		t.Fatal(err)
	}
	ctx, loc := t.Context(), at(s, "k")
	in := cosclient.PutInput{Body: content("x"), Encryption: sse.Settings{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, "A")}}
	var versions []string
	for range 5 {
		written, err := c.Put(ctx, loc, in)
		if err != nil {
			t.Fatal(err)
		}
		versions = append(versions, written.VersionID)
	}
	if _, err := c.Delete(ctx, loc, cosclient.DeleteInput{VersionID: versions[4]}); err != nil {
		t.Fatal(err)
	}
	for i, version := range versions {
		_, err := c.Head(ctx, loc, cosclient.HeadInput{VersionID: version})
		absent, refused := errors.Is(err, cosclient.ErrNotFound), errors.Is(err, cosclient.ErrForbidden)
		if !errors.Is(err, cosclient.ErrOriginPull) || absent != (i == 4) || refused == absent {
			t.Errorf("version %d: %v, absent %t, refused %t", i, err, absent, refused)
		}
	}
}

// Without the listing, no object is treated as missing.
func TestOriginPullWithoutTheListing(t *testing.T) {
	t.Parallel()
	s, c := start(t, func(o *cosmock.Options) { o.OriginPull.Origin = "https://origin.example.com" })
	if err := s.SetPolicy(`{"version": "2.0", "statement": [{"effect": "allow", "action": ["name/cos:HeadObject"], "resource": ["*"]}]}`); err != nil {
		t.Fatal(err)
	}
	_, err := c.Head(t.Context(), at(s, "k"), cosclient.HeadInput{})
	for _, sentinel := range []error{cosclient.ErrNotFound, cosclient.ErrForbidden, cosclient.ErrWrongRegion} {
		if errors.Is(err, sentinel) {
			t.Errorf("it counts as %v: %v", sentinel, err)
		}
	}
	if !errors.Is(err, cosclient.ErrOriginPull) {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff([]string{"HEAD k", "GET "}, methods(s)); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}
