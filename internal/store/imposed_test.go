package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// Headers that COS adds to the stored ones are accepted. A header that was not
// stored, removed or changed as requested is an error.
func TestImposedHeaders(t *testing.T) {
	t.Parallel()
	const theirs = "max-age=259200"
	for name, tc := range map[string]struct {
		sent, prior, found cosclient.Attributes
		forced             cosclient.Imposed
		imposed            cosclient.Imposed
		wrong              int
	}{
		"as sent":                      {sent: cosclient.Attributes{CacheControl: "no-store"}, found: cosclient.Attributes{CacheControl: "no-store"}},
		"added to a new object":        {found: cosclient.Attributes{CacheControl: theirs}, imposed: cosclient.Imposed{"Cache-Control": theirs}},
		"added after a removal":        {prior: cosclient.Attributes{CacheControl: "no-store"}, found: cosclient.Attributes{CacheControl: theirs}, imposed: cosclient.Imposed{"Cache-Control": theirs}},
		"not removed":                  {prior: cosclient.Attributes{CacheControl: "no-store"}, found: cosclient.Attributes{CacheControl: "no-store"}, wrong: 1},
		"not stored":                   {sent: cosclient.Attributes{CacheControl: "no-store"}, found: cosclient.Attributes{CacheControl: theirs}, wrong: 1},
		"metadata that was not sent":   {found: cosclient.Attributes{Metadata: map[string]string{"a": "b"}}, wrong: 1},
		"a disposition instead of one": {sent: cosclient.Attributes{ContentDisposition: "inline"}, found: cosclient.Attributes{ContentDisposition: "attachment"}, forced: cosclient.Imposed{"Content-Disposition": "attachment"}, imposed: cosclient.Imposed{"Content-Disposition": "attachment"}},
		"a disposition of its own":     {sent: cosclient.Attributes{ContentDisposition: "inline"}, found: cosclient.Attributes{ContentDisposition: "attachment"}, wrong: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := Write{Attributes: tc.sent, Prior: &cosclient.Info{Attributes: tc.prior}}
			info := cosclient.Info{Attributes: tc.found, Imposed: tc.forced}
			imposed := w.imposed(info)
			if diff := cmp.Diff(tc.imposed, imposed); diff != "" {
				t.Errorf("imposed (-want +got):\n%s", diff)
			}
			if wrong := w.Wrong(info, cosclient.Written{}); len(wrong) != tc.wrong {
				t.Errorf("wrong: %q", wrong)
			}
			own := tc.found
			imposed.Replace(&own, tc.sent)
			if diff := cmp.Diff(tc.sent, own); diff != "" && tc.wrong == 0 {
				t.Errorf("its own (-want +got):\n%s", diff)
			}
		})
	}
}
