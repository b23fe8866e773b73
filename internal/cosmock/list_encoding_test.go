package cosmock_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// With encoding-type=url, listings encode everything that comes from a key,
// including markers, prefixes and the delimiter. Without it, they encode nothing.
func TestListingEncoding(t *testing.T) {
	t.Parallel()
	texts := regexp.MustCompile(`<(Key|Prefix|Marker|NextMarker|KeyMarker|NextKeyMarker|Delimiter)>([^<]+)</`)
	for name, tc := range map[string]struct {
		plain bool
		plus  string
	}{
		"by default": {false, "%2B"},
		"plain plus": {true, "+"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, cosmock.Options{Undocumented: cosmock.Undocumented{PlusInListings: tc.plain}})
			r := newRaw(t, s)
			for _, key := range []string{"a+b c/1+1", "a+b c/2 %", "a+b c/d+d/x"} {
				if err := s.PutObject(s.Bucket(), key, cosmock.NewObject{Body: strings.NewReader("x")}); err != nil {
					t.Fatal(err)
				}
				r.do("POST", (&url.URL{Path: "/" + key}).EscapedPath()+"?uploads", "").want(t, 200, "")
			}
			written := func(key string, encoded bool) string {
				if !encoded {
					return key
				}
				return strings.NewReplacer("+", tc.plus, " ", "%20", "%", "%25").Replace(key)
			}
			for _, encoded := range []bool{false, true} {
				suffix := ""
				if encoded {
					suffix = "&encoding-type=url"
				}
				for query, want := range map[string][]string{
					"prefix=a%2Bb%20c%2F":                                   {"Prefix a+b c/", "Key a+b c/1+1", "Key a+b c/2 %", "Key a+b c/d+d/x"},
					"prefix=a%2Bb&delimiter=%2B1":                           {"Prefix a+b", "Delimiter +1", "Prefix a+b c/1+1", "Key a+b c/2 %", "Key a+b c/d+d/x"},
					"marker=a%2Bb%20c%2F1%2B1&max-keys=1":                   {"Marker a+b c/1+1", "NextMarker a+b c/2 %", "Key a+b c/2 %"},
					"versions&key-marker=a%2Bb%20c%2F1%2B1&max-keys=1":      {"KeyMarker a+b c/1+1", "NextKeyMarker a+b c/2 %", "Key a+b c/2 %"},
					"uploads&key-marker=a%2Bb%20c%2F1%2B1&max-uploads=1":    {"KeyMarker a+b c/1+1", "NextKeyMarker a+b c/2 %", "Key a+b c/2 %"},
					"uploads&prefix=a%2Bb&delimiter=d%2Bd&max-uploads=1000": {"Prefix a+b", "Delimiter d+d", "Prefix a+b c/d+d", "Key a+b c/1+1", "Key a+b c/2 %"},
				} {
					a := r.do("GET", "/?"+query+suffix, "")
					a.want(t, 200, "")
					var got []string
					for _, m := range texts.FindAllStringSubmatch(a.body, -1) {
						got = append(got, m[1]+" "+m[2])
					}
					for i := range want {
						kind, text, _ := strings.Cut(want[i], " ")
						want[i] = kind + " " + written(text, encoded)
					}
					slices.Sort(got)
					slices.Sort(want)
					if !slices.Equal(got, want) {
						t.Errorf("%s: got %q, want %q", query+suffix, got, want)
					}
				}
			}
		})
	}
}
