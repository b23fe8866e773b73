package provider

import (
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

const (
	keyA    = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
	keyAMD5 = "U5L61r7jcwdNvT7frmUG8g=="
	keyB    = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	keyBMD5 = "hRasmdxgYDKV3nvbahU1MA=="
)

func str(s string) types.String { return types.StringValue(s) }

func number(n int64) types.Number { return types.NumberValue(new(big.Float).SetInt64(n)) }

// withCredentials returns a provider block that contains only credentials.
func withCredentials() model {
	return model{SecretID: str("id"), SecretKey: str("canary-secret-key"), SSECustomerKeys: types.MapNull(types.StringType)}
}

func keys(pairs ...string) types.Map {
	values := map[string]attr.Value{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = types.StringValue(pairs[i+1])
	}
	return types.MapValueMust(types.StringType, values)
}

func environment(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

// told formats diagnostics, each with the path of its attribute.
func told(diags diag.Diagnostics) string {
	var b strings.Builder
	for _, d := range diags {
		if located, ok := d.(diag.DiagnosticWithPath); ok {
			b.WriteString(located.Path().String() + ": ")
		}
		b.WriteString(d.Summary() + ": " + d.Detail() + "\n")
	}
	return b.String()
}

func TestResolve(t *testing.T) {
	t.Parallel()
	type outcome struct {
		Client, PlainHTTP, RegionUnknown bool
		Region                           string
		Unknown                          []string
		PartSize                         int64
		Concurrency                      int
	}
	unknown := types.StringUnknown()
	for name, tc := range map[string]struct {
		change func(*model)
		env    []string
		want   outcome
	}{
		"credentials alone":      {func(*model) {}, nil, outcome{Client: true}},
		"region":                 {func(m *model) { m.Region = str("ap-guangzhou") }, nil, outcome{Client: true, Region: "ap-guangzhou"}},
		"region of the variable": {func(*model) {}, []string{"TENCENTCLOUD_REGION", "ap-beijing"}, outcome{Client: true, Region: "ap-beijing"}},
		"region of the argument": {func(m *model) { m.Region = str("ap-guangzhou") }, []string{"TENCENTCLOUD_REGION", "ap-beijing"}, outcome{Client: true, Region: "ap-guangzhou"}},
		"empty region argument":  {func(m *model) { m.Region = str("eu-frankfurt") }, []string{"TENCENTCLOUD_REGION", ""}, outcome{Client: true, Region: "eu-frankfurt"}},
		"unknown region":         {func(m *model) { m.Region = unknown }, []string{"TENCENTCLOUD_REGION", "ap-beijing"}, outcome{Client: true, RegionUnknown: true}},
		"credentials of the environment": {func(m *model) { m.SecretID, m.SecretKey = types.StringNull(), types.StringNull() },
			[]string{"TENCENTCLOUD_SECRET_ID", "id", "TENCENTCLOUD_SECRET_KEY", "key"}, outcome{Client: true}},
		"half and half":           {func(m *model) { m.SecretKey = types.StringNull() }, []string{"TENCENTCLOUD_SECRET_KEY", "key"}, outcome{Client: true}},
		"empty arguments":         {func(m *model) { m.SecretID, m.SecretKey = str(""), str("") }, []string{"TENCENTCLOUD_SECRET_ID", "id", "TENCENTCLOUD_SECRET_KEY", "key"}, outcome{Client: true}},
		"unknown secret id":       {func(m *model) { m.SecretID = unknown }, nil, outcome{Unknown: []string{"secret_id"}}},
		"an unknown is no excuse": {func(m *model) { m.SecretKey = unknown }, []string{"TENCENTCLOUD_SECRET_KEY", "key"}, outcome{Unknown: []string{"secret_key"}}},
		"all unknown": {func(m *model) {
			m.SecretID, m.SecretKey, m.SecurityToken, m.Endpoint, m.CACertificateFile = unknown, unknown, unknown, unknown, unknown
			m.MaxRetries, m.RequestTimeout, m.Region, m.SSECustomerKeys = types.NumberUnknown(), unknown, unknown, types.MapUnknown(types.StringType)
			m.UploadConcurrency, m.PartSize = types.NumberUnknown(), types.NumberUnknown()
		}, nil, outcome{RegionUnknown: true, Unknown: []string{"secret_id", "secret_key", "security_token", "endpoint", "ca_certificate_file", "max_retries", "request_timeout", "upload_concurrency", "part_size"}}},
		"unknown keyring":                    {func(m *model) { m.SSECustomerKeys = types.MapUnknown(types.StringType) }, nil, outcome{Client: true}},
		"plain http":                         {func(m *model) { m.Endpoint = str("http://127.0.0.1:9000") }, nil, outcome{Client: true, PlainHTTP: true}},
		"unknown endpoint":                   {func(m *model) { m.Endpoint = unknown }, nil, outcome{Unknown: []string{"endpoint"}}},
		"an endpoint with both placeholders": {func(m *model) { m.Endpoint = str("https://{bucket}.cos-internal.{region}.tencentcos.cn") }, nil, outcome{Client: true}},
		"no retries, a short timeout":        {func(m *model) { m.MaxRetries, m.RequestTimeout = number(0), str("1s") }, nil, outcome{Client: true}},
		"100 retries, a long timeout":        {func(m *model) { m.MaxRetries, m.RequestTimeout = number(100), str("1h") }, nil, outcome{Client: true}},
		"small parts, one at a time":         {func(m *model) { m.PartSize, m.UploadConcurrency = number(1), number(1) }, nil, outcome{Client: true, PartSize: 1 << 20, Concurrency: 1}},
		"large parts, many at a time":        {func(m *model) { m.PartSize, m.UploadConcurrency = number(5120), number(64) }, nil, outcome{Client: true, PartSize: 5 << 30, Concurrency: 64}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := withCredentials()
			tc.change(&m)
			data, diags := resolve(t.Context(), m, environment(tc.env...), "test")
			if diags.HasError() {
				t.Fatal(told(diags))
			}
			got := outcome{data.Client != nil, data.PlainHTTP, data.RegionUnknown, data.Region, data.Unknown, data.PartSize, data.UploadConcurrency}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, name := range data.Unknown {
				if !strings.Contains(data.WhyNoClient(), name) {
					t.Errorf("%q does not name %s", data.WhyNoClient(), name)
				}
			}
		})
	}
}

func TestResolveErrors(t *testing.T) {
	t.Parallel()
	const secret = "canary-secret-key"
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.pem")
	if err := os.WriteFile(garbage, []byte("-----BEGIN nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	endpoint := func(s string) func(*model) { return func(m *model) { m.Endpoint = str(s) } }
	for name, tc := range map[string]struct {
		change func(*model)
		env    []string
		says   []string
	}{
		"no credentials": {func(m *model) { m.SecretID, m.SecretKey = types.StringNull(), types.StringNull() }, nil,
			[]string{"No Tencent Cloud Credentials", `"secret_id"`, "TENCENTCLOUD_SECRET_ID", `"secret_key"`, "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_SECURITY_TOKEN"}},
		"no secret key":         {func(m *model) { m.SecretKey = types.StringNull() }, nil, []string{`"secret_key"`, "TENCENTCLOUD_SECRET_KEY"}},
		"bad region":            {func(m *model) { m.Region = str("Guangzhou") }, nil, []string{"region: Invalid Region", "ap-guangzhou"}},
		"bad region variable":   {func(*model) {}, []string{"TENCENTCLOUD_REGION", "a/b"}, []string{"Invalid Region", "TENCENTCLOUD_REGION"}},
		"endpoint with a user":  {endpoint("https://user:canary-password@cos.example.com"), nil, []string{"endpoint: Invalid Endpoint", "user name or password"}},
		"endpoint with a path":  {endpoint("https://cos.example.com/base"), nil, []string{"endpoint: Invalid Endpoint", "no path"}},
		"endpoint with a query": {endpoint("https://cos.example.com?a=b"), nil, []string{"endpoint: Invalid Endpoint", "no query"}},
		"endpoint of ftp":       {endpoint("ftp://cos.example.com"), nil, []string{"endpoint: Invalid Endpoint", "https://"}},
		"endpoint, no scheme":   {endpoint("cos.example.com"), nil, []string{"endpoint: Invalid Endpoint", "https://"}},
		"endpoint, no host":     {endpoint("https://"), nil, []string{"endpoint: Invalid Endpoint"}},
		"an empty endpoint":     {endpoint(""), nil, []string{"endpoint: Invalid Endpoint", "empty"}},
		"endpoint, placeholder": {endpoint("https://{account}.cos.example.com"), nil, []string{"endpoint: Invalid Endpoint", "{account}", "{bucket} and {region}"}},
		"endpoint, open brace":  {endpoint("https://{bucket.cos.example.com"), nil, []string{"endpoint: Invalid Endpoint"}},
		"CA file is missing":    {func(m *model) { m.CACertificateFile = str(filepath.Join(dir, "none.pem")) }, nil, []string{"ca_certificate_file: ", "none.pem"}},
		"CA file is a folder":   {func(m *model) { m.CACertificateFile = str(dir) }, nil, []string{"ca_certificate_file: ", dir}},
		"CA file is garbage":    {func(m *model) { m.CACertificateFile = str(garbage) }, nil, []string{"ca_certificate_file: ", "no PEM certificate"}},
		"-1 retries":            {func(m *model) { m.MaxRetries = number(-1) }, nil, []string{"max_retries: ", "0 to 100"}},
		"no part at a time":     {func(m *model) { m.UploadConcurrency = number(0) }, nil, []string{"upload_concurrency: ", "1 to 64"}},
		"65 parts at a time":    {func(m *model) { m.UploadConcurrency = number(65) }, nil, []string{"upload_concurrency: ", "1 to 64"}},
		"parts of nothing":      {func(m *model) { m.PartSize = number(0) }, nil, []string{"part_size: ", "1 to 5120"}},
		"parts of a part more":  {func(m *model) { m.PartSize = number(5121) }, nil, []string{"part_size: ", "1 to 5120"}},
		"101 retries":           {func(m *model) { m.MaxRetries = number(101) }, nil, []string{"max_retries: ", "0 to 100"}},
		"a key of 31 bytes":     {func(m *model) { m.SSECustomerKeys = keys("a", "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LTAw") }, nil, []string{`sse_customer_keys["a"]: Invalid Customer Key`, "32 bytes"}},
		"a key that is no base64": {func(m *model) { m.SSECustomerKeys = keys("a", keyA, "b", "canary%canary") }, nil,
			[]string{`sse_customer_keys["b"]: Invalid Customer Key`, "not base64"}},
		"a key that is null": {func(m *model) {
			m.SSECustomerKeys = types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringNull()})
		}, nil, []string{`sse_customer_keys["a"]`, "null"}},
		"a key without a name":            {func(m *model) { m.SSECustomerKeys = keys("", keyA) }, nil, []string{"sse_customer_keys", "empty name"}},
		"a bad key in the variable":       {func(*model) {}, []string{"COS_SSE_CUSTOMER_KEYS", `{"a":"canary%canary"}`}, []string{"COS_SSE_CUSTOMER_KEYS", `"a"`, "not base64"}},
		"a short key in the variable":     {func(*model) {}, []string{"COS_SSE_CUSTOMER_KEYS", `{"a":"Y2FuYXJ5"}`}, []string{"COS_SSE_CUSTOMER_KEYS", "decodes to 6"}},
		"a name twice in the variable":    {func(*model) {}, []string{"COS_SSE_CUSTOMER_KEYS", `{"a":"` + keyA + `","b":"` + keyB + `","\u0061":"` + keyB + `"}`}, []string{"COS_SSE_CUSTOMER_KEYS", `the name "a" is there twice`}},
		"more than JSON in the variable":  {func(*model) {}, []string{"COS_SSE_CUSTOMER_KEYS", `{"a":"` + keyA + `"} {}`}, []string{"COS_SSE_CUSTOMER_KEYS", "JSON object"}},
		"an object in the variable":       {func(*model) {}, []string{"COS_SSE_CUSTOMER_KEYS", `{"a":{"b":"c"}}`}, []string{"COS_SSE_CUSTOMER_KEYS", "JSON object"}},
		"a newline in the variable":       {func(*model) {}, []string{"COS_SSE_CUSTOMER_KEYS", `{"a":"` + keyA + `\n"}`}, []string{"COS_SSE_CUSTOMER_KEYS", "line break", "trimspace()"}},
		"a newline in the keyring":        {func(m *model) { m.SSECustomerKeys = keys("a", keyA+"\n") }, nil, []string{`sse_customer_keys["a"]: `, "line break", "trimspace()"}},
		"a variable that is no JSON":      {func(*model) {}, []string{"COS_SSE_CUSTOMER_KEYS", keyA}, []string{"COS_SSE_CUSTOMER_KEYS", "JSON object"}},
		"a variable that is a list":       {func(*model) {}, []string{"COS_SSE_CUSTOMER_KEYS", `["` + keyA + `"]`}, []string{"COS_SSE_CUSTOMER_KEYS", "JSON object"}},
		"a variable with a number":        {func(*model) {}, []string{"COS_SSE_CUSTOMER_KEYS", `{"a":12345678}`}, []string{"COS_SSE_CUSTOMER_KEYS", "JSON object"}},
		"a variable with an empty name":   {func(*model) {}, []string{"COS_SSE_CUSTOMER_KEYS", `{"":"` + keyA + `"}`}, []string{"COS_SSE_CUSTOMER_KEYS", "empty name"}},
		"unknown, but something is wrong": {func(m *model) { m.SecretID, m.MaxRetries = types.StringUnknown(), number(-1) }, nil, []string{"max_retries"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := withCredentials()
			tc.change(&m)
			_, diags := resolve(t.Context(), m, environment(tc.env...), "test")
			text := told(diags)
			if !diags.HasError() {
				t.Fatal("no error")
			}
			for _, part := range tc.says {
				if !strings.Contains(text, part) {
					t.Errorf("does not say %q:\n%s", part, text)
				}
			}
			for _, hidden := range []string{secret, "canary", "Y2FuYXJ5", keyA[:12], "12345678"} {
				if strings.Contains(text, hidden) {
					t.Errorf("shows %q:\n%s", hidden, text)
				}
			}
		})
	}
}

func TestKeyring(t *testing.T) {
	t.Parallel()
	withUnknown := types.MapValueMust(types.StringType, map[string]attr.Value{"a": str(keyA), "later": types.StringUnknown()})
	for name, tc := range map[string]struct {
		argument types.Map
		env      string
		want     map[string]string // MD5 by name
	}{
		"none":                   {types.MapNull(types.StringType), "", map[string]string{}},
		"of the argument":        {keys("a", keyA), "", map[string]string{"a": keyAMD5}},
		"without padding":        {keys("a", strings.TrimRight(keyA, "=")), "", map[string]string{"a": keyAMD5}},
		"of the variable":        {types.MapNull(types.StringType), `{"b":"` + keyB + `"}`, map[string]string{"b": keyBMD5}},
		"both":                   {keys("a", keyA), `{"b":"` + keyB + `"}`, map[string]string{"a": keyAMD5, "b": keyBMD5}},
		"the argument wins":      {keys("a", keyA), `{"a":"` + keyB + `"}`, map[string]string{"a": keyAMD5}},
		"one is not known":       {withUnknown, "", map[string]string{"a": keyAMD5, "later": ""}},
		"an unknown name wins":   {withUnknown, `{"later":"` + keyB + `"}`, map[string]string{"a": keyAMD5, "later": ""}},
		"an empty JSON object":   {types.MapNull(types.StringType), `{}`, map[string]string{}},
		"spaces in the variable": {types.MapNull(types.StringType), " {\n\"b\" : \"" + keyB + "\" }\n", map[string]string{"b": keyBMD5}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := withCredentials()
			m.SSECustomerKeys = tc.argument
			data, diags := resolve(t.Context(), m, environment("COS_SSE_CUSTOMER_KEYS", tc.env), "test")
			if diags.HasError() {
				t.Fatal(told(diags))
			}
			got := map[string]string{}
			for _, name := range data.Keyring.Names() {
				key, _ := data.Keyring.ByName(name)
				got[name] = key.MD5()
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("nothing is known of it", func(t *testing.T) {
		t.Parallel()
		m := withCredentials()
		m.SSECustomerKeys = types.MapUnknown(types.StringType)
		data, diags := resolve(t.Context(), m, environment("COS_SSE_CUSTOMER_KEYS", `{"b":"`+keyB+`"}`), "test")
		if diags.HasError() || !data.Keyring.Unknown() {
			t.Errorf("the keyring is known: %s", told(diags))
		}
	})
}

func TestRequestTimeout(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"30s": 30 * time.Second, "2m": 2 * time.Minute, "1m30s": 90 * time.Second, "30": 30 * time.Second, "1": time.Second, "3600": time.Hour, "1500ms": 1500 * time.Millisecond,
		"": 0, "0": 0, "0s": 0, "-5s": 0, "-5": 0, "999ms": 0, "61m": 0, "3601": 0, "soon": 0, "30 s": 0, "1e3": 0, "99999999999999999999": 0,
		"18446744075": 0, // in nanoseconds, it overflows 64 bits by 1.3 s
	} {
		got, err := model{RequestTimeout: str(text)}.requestTimeout()
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
	}
	for name, m := range map[string]model{"not set": {}, "unknown": {RequestTimeout: types.StringUnknown()}} {
		if got, err := m.requestTimeout(); got != time.Minute || err != nil {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

func TestCACertificateFile(t *testing.T) {
	t.Parallel()
	server, err := cosmock.Start(cosmock.Options{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	m := withCredentials()
	m.CACertificateFile = str(server.CAFile())
	data, diags := resolve(t.Context(), m, environment(), "test")
	if diags.HasError() || data.Client == nil {
		t.Error(told(diags))
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ version, cli, add, want string }{
		"all":              {"1.2.3", "1.11.4", "pipeline/7", "terraform-provider-cos/1.2.3 terraform/1.11.4 pipeline/7"},
		"no CLI":           {"dev", "", "", "terraform-provider-cos/dev"},
		"more than a line": {"dev", "", " a\r\nb: c\n", "terraform-provider-cos/dev a b: c"},
		"only blanks":      {"dev", "", " \n", "terraform-provider-cos/dev"},
	} {
		if diff := cmp.Diff(tc.want, userAgent(tc.version, tc.cli, environment("TF_APPEND_USER_AGENT", tc.add))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
