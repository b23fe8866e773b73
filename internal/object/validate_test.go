package object

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

const (
	testBucket = "lab-1250000000"
	testKeyA   = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
	testMD5A   = "U5L61r7jcwdNvT7frmUG8g=="
	testKeyB   = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	testMD5B   = "hRasmdxgYDKV3nvbahU1MA=="
)

func str(s string) types.String { return types.StringValue(s) }

// blank returns a configuration without arguments, each null with its own type.
func blank() model {
	return model{
		CopySource: types.ObjectNull(map[string]attr.Type{
			"bucket": types.StringType, "key": types.StringType, "region": types.StringType,
			"version_id": types.StringType, "etag": types.StringType, "sse_customer_key_name": types.StringType,
		}),
		Metadata: types.MapNull(types.StringType),
		Tags:     types.MapNull(types.StringType),
		TagsAll:  types.MapNull(types.StringType),
	}
}

// declared returns a valid configuration.
func declared() model {
	m := blank()
	m.Bucket, m.Key = str(testBucket), str("dir/a.txt")
	m.Content, m.ServerSideEncryption = str("hello"), str("AES256")
	return m
}

// undeclared returns declared without an encryption.
func undeclared() model {
	m := declared()
	m.ServerSideEncryption = types.StringNull()
	return m
}

// findings formats diagnostics as one line each, with the path of the attribute and
// the summary.
func findings(diags diag.Diagnostics) []string {
	var list []string
	for _, d := range diags {
		where := "(nowhere)"
		if located, ok := d.(diag.DiagnosticWithPath); ok {
			where = located.Path().String()
		}
		list = append(list, where+": "+d.Summary())
	}
	return list
}

func details(diags diag.Diagnostics) string {
	var all []string
	for _, d := range diags {
		all = append(all, d.Detail())
	}
	return strings.Join(all, "\n")
}

func TestValidate(t *testing.T) {
	t.Parallel()
	b64 := func(s string) types.String { return str(base64.StdEncoding.EncodeToString([]byte(s))) }
	metadata := func(values map[string]string) types.Map { return arguments.Map(values) }
	for name, tc := range map[string]struct {
		change func(*model)
		want   []string
		says   string
	}{
		"nothing wrong":           {func(*model) {}, nil, ""},
		"bucket without an appid": {func(m *model) { m.Bucket = str("examplebucket") }, []string{"bucket: Invalid Bucket"}, "name-appid"},
		"bucket in upper case":    {func(m *model) { m.Bucket = str("Lab-1250000000") }, []string{"bucket: Invalid Bucket"}, "lower-case"},
		"empty bucket":            {func(m *model) { m.Bucket = str("") }, []string{"bucket: Invalid Bucket"}, "name-appid"},
		"key is a dot":            {func(m *model) { m.Key = str(".") }, []string{"key: Invalid Object Key"}, "cannot be addressed"},
		"region is a sentence":    {func(m *model) { m.Region = str("ap guangzhou") }, []string{"region: Invalid Region"}, "ap-guangzhou"},
		"region of a mock":        {func(m *model) { m.Region = str("0y2mqmtk") }, nil, ""},
		"region with a dot":       {func(m *model) { m.Region = str("ap.guangzhou") }, []string{"region: Invalid Region"}, "ap-guangzhou"},

		"source and content":         {func(m *model) { m.Source = str("x") }, []string{"content: More Than One Body"}, "source and content"},
		"content and content_base64": {func(m *model) { m.ContentBase64 = b64("x") }, []string{"content_base64: More Than One Body"}, "content and content_base64"},
		"all three bodies": {func(m *model) { m.Source, m.ContentBase64 = str("x"), b64("x") },
			[]string{"content: More Than One Body"}, "source and content and content_base64"},
		"empty source":     {func(m *model) { m.Source, m.Content = str(""), types.StringNull() }, []string{"source: Invalid Source"}, `content = ""`},
		"empty content":    {func(m *model) { m.Content = str("") }, nil, ""},
		"content of 8 MiB": {func(m *model) { m.Content = str(strings.Repeat("x", content.MaxInline)) }, nil, ""},
		"content of 8 MiB and a byte": {func(m *model) { m.Content = str(strings.Repeat("x", content.MaxInline+1)) },
			[]string{"content: Invalid Body"}, "use source"},
		"content_base64 of 8 MiB and a byte": {func(m *model) {
			m.Content, m.ContentBase64 = types.StringNull(), b64(strings.Repeat("x", content.MaxInline+1))
		},
			[]string{"content_base64: Invalid Body"}, "use source"},
		"content_base64 is no base64": {func(m *model) { m.Content, m.ContentBase64 = types.StringNull(), str("se%cret") },
			[]string{"content_base64: Invalid Body"}, "not base64"},
		"content_base64 without its padding": {func(m *model) { m.Content, m.ContentBase64 = types.StringNull(), str("aGVsbG8") },
			[]string{"content_base64: Invalid Body"}, "with padding"},

		"a line break in a header":      {func(m *model) { m.CacheControl = str("no-store\r\nx-cos-acl: public-read") }, []string{"cache_control: Invalid Header"}, "byte 8"},
		"a header with blanks around":   {func(m *model) { m.ContentLanguage = str("zh ") }, []string{"content_language: Invalid Header"}, "white space"},
		"an empty header":               {func(m *model) { m.ContentDisposition = str("") }, []string{"content_disposition: Empty Header"}, "Omit it"},
		"content type with DEL":         {func(m *model) { m.ContentType = str("text/\x7fplain") }, []string{"content_type: Invalid Header"}, "byte 5"},
		"metadata name in upper case":   {func(m *model) { m.Metadata = metadata(map[string]string{"Owner": "me"}) }, []string{"metadata: Invalid Metadata Name"}, `"Owner"`},
		"metadata name is empty":        {func(m *model) { m.Metadata = metadata(map[string]string{"": "me"}) }, []string{"metadata: Invalid Metadata Name"}, `""`},
		"metadata value is empty":       {func(m *model) { m.Metadata = metadata(map[string]string{"owner": ""}) }, []string{"metadata: Empty Header"}, `The value of "owner"`},
		"metadata name with the prefix": {func(m *model) { m.Metadata = metadata(map[string]string{"x-cos-meta-team": "red"}) }, []string{"metadata: Invalid Metadata Name"}, `Write it as "team"`},
		"prefix and upper case":         {func(m *model) { m.Metadata = metadata(map[string]string{"X-Cos-Meta-Team": "red"}) }, []string{"metadata: Invalid Metadata Name"}, `Write it as "team"`},
		"metadata named as an argument": {func(m *model) {
			m.Metadata = metadata(map[string]string{"content-type": "text/css", "x-cos-storage-class": "ARCHIVE", "owner": "me"})
		},
			[]string{"metadata: Metadata Has the Name of an Argument", "metadata: Metadata Has the Name of an Argument"}, "Use storage_class to set that header"},
		"two things at once": {func(m *model) { m.Bucket, m.Key = str("b"), str("./a") }, []string{"bucket: Invalid Bucket", "key: Invalid Object Key"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := declared()
			tc.change(&m)
			checkValidate(t, m, tc.want, tc.says)
		})
	}
}

func checkValidate(t *testing.T, m model, want []string, says string) {
	t.Helper()
	diags := m.validate()
	if diff := cmp.Diff(want, findings(diags)); diff != "" {
		t.Errorf("findings (-want +got):\n%s\n%s", diff, details(diags))
	}
	if !strings.Contains(details(diags), says) {
		t.Errorf("the detail does not say %q:\n%s", says, details(diags))
	}
}

func TestCheckKey(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		key, want string // want is "" if the key is valid
	}{
		"plain":                        {"a.txt", ""},
		"two slashes":                  {"a//b", ""},
		"leading slashes":              {"//a", ""},
		"dots in names":                {".a/..b/c.", ""},
		"three dots":                   {"...", ""},
		"trailing slash":               {"folder/", ""},
		"spaces around":                {" a ", ""},
		"plus, percent, question mark": {"a+b%20c?d#e&f=g", ""},
		"unicode":                      {"目录/ü/🙂", ""},
		"backslash inside":             {`a\b`, ""},
		"850 bytes":                    {strings.Repeat("a", 850), ""},
		"empty":                        {"", "empty"},
		"a dot":                        {".", "cannot be addressed"},
		"two dots":                     {"..", "cannot be addressed"},
		"a dot and a slash":            {"./", `the segment "."`},
		"a dot between slashes":        {"a/./b", `the segment "."`},
		"two dots between slashes":     {"a/../b", `the segment ".."`},
		"down and up":                  {"a/../", `the segment ".."`},
		"slashes alone":                {"//", "names the bucket"},
		"leading backslash":            {`\a`, "begins with"},
		"851 bytes":                    {strings.Repeat("a", 851), "851 bytes"},
		"851 bytes in 426 characters":  {strings.Repeat("ü", 425) + "a", "851 bytes"},
		"not UTF-8":                    {"a\xffb", "UTF-8"},
		"a line break":                 {"a\nb", "control character U+000A at byte 1"},
		"NUL":                          {"\x00", "control character U+0000 at byte 0"},
		"ESC":                          {"abc\x1b", "control character U+001B at byte 3"},
		"DEL":                          {"a\x7f", "control character U+007F at byte 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := cosclient.CheckKey(tc.key)
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("got %v, want an error about %q", err, tc.want)
			}
		})
	}
}
