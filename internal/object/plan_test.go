package object

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// planned runs ModifyPlan without a CLI and a server. It returns the planned
// object, and whether it is the prior state as a whole.
func planned(t *testing.T, data *providerdata.Data, config model, prior *model) (p model, same bool, resp resource.ModifyPlanResponse) {
	t.Helper()
	ctx := t.Context()
	r := &Resource{data: data}
	s := schemaOf(t, r)
	raw := func(m *model) tftypes.Value {
		state := tfsdk.State{Schema: s, Raw: tftypes.NewValue(s.Type().TerraformType(ctx), nil)}
		if m != nil {
			if diags := state.Set(ctx, *m); diags.HasError() {
				t.Fatal(diags)
			}
		}
		return state.Raw
	}
	req := resource.ModifyPlanRequest{
		Config: tfsdk.Config{Schema: s, Raw: raw(&config)},
		Plan:   tfsdk.Plan{Schema: s, Raw: raw(&config)},
		State:  tfsdk.State{Schema: s, Raw: raw(prior)},
	}
	resp.Plan = req.Plan
	r.ModifyPlan(ctx, req, &resp)
	if diags := resp.Plan.Get(ctx, &p); diags.HasError() {
		t.Fatal(diags)
	}
	return p, resp.Plan.Raw.Equal(req.State.Raw), resp
}

func schemaOf(t *testing.T, r *Resource) schema.Schema {
	t.Helper()
	var resp resource.SchemaResponse
	r.Schema(context.Background(), resource.SchemaRequest{}, &resp)
	return resp.Schema
}

// someData returns a provider with a keyring and without a client.
func someData(t *testing.T) *providerdata.Data {
	t.Helper()
	return &providerdata.Data{Region: "ap-guangzhou", Keyring: sse.NewKeyring(map[string]sse.CustomerKey{
		"a": mustKey(t, testKeyA), "same as a": mustKey(t, testKeyA), "b": mustKey(t, testKeyB), "later": {},
	})}
}

func mustKey(t *testing.T, s string) sse.CustomerKey {
	t.Helper()
	key, err := sse.ParseCustomerKey(s)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// applied returns the state of a configuration after its object was stored.
func applied(m model, encryption sse.Observed) model {
	m.Region = str("ap-guangzhou")
	m.record(helloInfo(encryption))
	return m
}

// way is a way to encrypt: its arguments, and the encryption that COS reports.
type way struct {
	e     encrypted
	found sse.Observed
}

var (
	onAES    = way{encrypted{Mode: str("AES256")}, sse.Observed{Mode: sse.ModeAES256}}
	onAlias  = way{encrypted{Mode: str("AES-256")}, sse.Observed{Mode: sse.ModeAES256}}
	onKMS    = way{encrypted{Mode: str("cos/kms")}, sse.Observed{Mode: sse.ModeKMS, KMSKeyID: "k1"}}
	onKMSK1  = way{encrypted{Mode: str("cos/kms"), KMSKey: str("k1")}, sse.Observed{Mode: sse.ModeKMS, KMSKeyID: "k1"}}
	onKMSAB  = way{encrypted{Mode: str("cos/kms"), Context: str("eyJhIjoiMSIsImIiOiIyIn0=")}, sse.Observed{Mode: sse.ModeKMS, KMSKeyID: "k1"}}
	onKeyA   = way{encrypted{Key: str(testKeyA)}, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: testMD5A}}
	onNameA  = way{encrypted{Name: str("a")}, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: testMD5A}}
	barely   = str(strings.TrimRight(testKeyA, "="))
	otherCtx = str("eyAiYiI6IjIiLCAiYSI6IjEiIH0") // { "b":"2", "a":"1" }, unpadded
)

func (w way) config() model { return w.e.on(declared()) }

func (e encrypted) on(m model) model {
	m.ServerSideEncryption, m.SSEKMSKeyID, m.SSEContext = e.Mode, e.KMSKey, e.Context
	m.SSECustomerKey, m.SSECustomerKeyName = e.Key, e.Name
	return m
}

// Differences without effect plan the prior state.
func TestPlanNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hello")
	if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		was way
		// before changes the applied model, after the declared one
		before, after func(*model)
	}{
		"the same":                          {was: onAES},
		"the SDKs' spelling now":            {was: onAES, after: func(m *model) { m.ServerSideEncryption = str("AES-256") }},
		"the SDKs' spelling before":         {was: onAlias, after: func(m *model) { m.ServerSideEncryption = str("AES256") }},
		"KMS, the key was left to COS":      {was: onKMS},
		"KMS, that key named now":           {was: onKMS, after: func(m *model) { m.SSEKMSKeyID = str("k1") }},
		"KMS, that key no longer named":     {was: onKMSK1, after: func(m *model) { m.SSEKMSKeyID = types.StringNull() }},
		"KMS, the context in another form":  {was: onKMSAB, after: func(m *model) { m.SSEContext = otherCtx }},
		"SSE-C":                             {was: onKeyA},
		"SSE-C, now without padding":        {was: onKeyA, after: func(m *model) { m.SSECustomerKey = barely }},
		"SSE-C, padded now":                 {was: onKeyA, before: func(m *model) { m.SSECustomerKey = barely }, after: func(m *model) { m.SSECustomerKey = str(testKeyA) }},
		"SSE-C by name":                     {was: onNameA},
		"metadata {} and none":              {was: onAES, before: func(m *model) { m.Metadata = arguments.Map(nil) }},
		"what the object has, declared now": {was: onAES, after: func(m *model) { m.ContentType, m.StorageClass = str("text/plain; charset=utf-8"), str("STANDARD") }},
		"what the object has, not declared": {was: onAES, before: func(m *model) { m.ContentType, m.StorageClass = str("text/plain; charset=utf-8"), str("STANDARD") }, after: func(m *model) { m.ContentType, m.StorageClass = types.StringNull(), types.StringNull() }},
		"the region it is in":               {was: onAES, after: func(m *model) { m.Region = str("ap-guangzhou") }},
		"the same bytes in another file":    {was: onAES, before: func(m *model) { m.Source, m.Content = str("/elsewhere"), types.StringNull() }, after: func(m *model) { m.Source = str(path) }},
		"no body, none declared":            {was: onAES, before: func(m *model) { m.Content = types.StringNull() }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := tc.was.config()
			if tc.before != nil {
				tc.before(&config)
			}
			prior := applied(config, tc.was.found)
			if tc.after != nil {
				tc.after(&config)
			}
			_, same, resp := planned(t, someData(t), config, &prior)
			if resp.Diagnostics.HasError() || !same || len(resp.RequiresReplace) > 0 {
				t.Errorf("same as the prior state: %v, replaced: %v, %v", same, resp.RequiresReplace, resp.Diagnostics)
			}
		})
	}
}

// unknownsOf returns the names of the values that are planned as unknown.
func unknownsOf(m model) []string {
	var names []string
	for name, v := range map[string]attr.Value{
		"etag": m.ETag, "content_length": m.ContentLength, "content_crc64": m.ContentCRC64, "version_id": m.VersionID, "last_modified": m.LastModified,
	} {
		if v.IsUnknown() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// A difference makes exactly those values unknown that the write changes and that
// cannot be planned.
func TestPlanSomething(t *testing.T) {
	t.Parallel()
	unknown := types.StringUnknown()
	var nothing []string
	writing := []string{"etag", "last_modified", "version_id"}
	everything := []string{"content_crc64", "content_length", "etag", "last_modified", "version_id"}
	for name, tc := range map[string]struct {
		was   way
		after func(*model)
		want  encrypted
		told  []string // computed values that are unknown until the apply
	}{
		"content":                               {onAES, func(m *model) { m.Content = str("HELLO") }, encrypted{Mode: str("AES256")}, writing},
		"content, other length":                 {onAES, func(m *model) { m.Content = str("hello!") }, encrypted{Mode: str("AES256")}, writing},
		"content, the key left to COS":          {onKMS, func(m *model) { m.Content = str("HELLO") }, encrypted{Mode: str("cos/kms"), KMSKey: str("k1")}, writing},
		"a header":                              {onAlias, func(m *model) { m.CacheControl = str("no-store") }, encrypted{Mode: str("AES-256")}, writing},
		"metadata":                              {onAES, func(m *model) { m.Metadata = arguments.Map(map[string]string{"a": "b"}) }, encrypted{Mode: str("AES256")}, writing},
		"only overwrite":                        {onAES, func(m *model) { m.Overwrite = types.BoolValue(true) }, encrypted{Mode: str("AES256")}, nothing},
		"content unknown":                       {onAES, func(m *model) { m.Content = unknown }, encrypted{Mode: str("AES256")}, everything},
		"another mode":                          {onAES, func(m *model) { m.ServerSideEncryption = str("SM4") }, encrypted{Mode: str("SM4")}, writing},
		"KMS after SSE-COS":                     {onAES, func(m *model) { m.ServerSideEncryption = str("cos/kms") }, encrypted{Mode: str("cos/kms"), KMSKey: unknown}, writing},
		"SSE-COS after KMS":                     {onKMS, func(m *model) { m.ServerSideEncryption = str("AES256") }, encrypted{Mode: str("AES256")}, writing},
		"another KMS key":                       {onKMSK1, func(m *model) { m.SSEKMSKeyID = str("k2") }, encrypted{Mode: str("cos/kms"), KMSKey: str("k2")}, writing},
		"another context":                       {onKMSAB, func(m *model) { m.SSEContext = str("e30=") }, encrypted{Mode: str("cos/kms"), KMSKey: str("k1"), Context: str("e30=")}, writing},
		"no context any more":                   {onKMSAB, func(m *model) { m.SSEContext = types.StringNull() }, encrypted{Mode: str("cos/kms"), KMSKey: str("k1")}, writing},
		"another customer key":                  {onKeyA, func(m *model) { m.SSECustomerKey = str(testKeyB) }, encrypted{Key: str(testKeyB), MD5: str(testMD5B)}, writing},
		"another key name":                      {onNameA, func(m *model) { m.SSECustomerKeyName = str("b") }, encrypted{Name: str("b"), MD5: unknown}, writing},
		"a name of an unknown key":              {onNameA, func(m *model) { m.SSECustomerKeyName = str("later") }, encrypted{Name: str("later"), MD5: unknown}, writing},
		"the same key by name":                  {onKeyA, func(m *model) { m.SSECustomerKey, m.SSECustomerKeyName = types.StringNull(), str("a") }, encrypted{Name: str("a"), MD5: unknown}, writing},
		"the same key by value":                 {onNameA, func(m *model) { m.SSECustomerKey, m.SSECustomerKeyName = str(testKeyA), types.StringNull() }, encrypted{Key: str(testKeyA), MD5: str(testMD5A)}, nothing},
		"a name of a key that is not known yet": {way{encrypted{Name: str("later")}, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: testMD5A}}, func(*model) {}, encrypted{Name: str("later"), MD5: unknown}, writing},
		"a header, unpadded now":                {onKeyA, func(m *model) { m.SSECustomerKey, m.CacheControl = barely, str("no-store") }, encrypted{Key: barely, MD5: str(testMD5A)}, writing},
		"mode unknown":                          {onAES, func(m *model) { m.ServerSideEncryption = unknown }, encrypted{Mode: unknown, KMSKey: unknown}, writing},
		"KMS key unknown":                       {onKMSK1, func(m *model) { m.SSEKMSKeyID = unknown }, encrypted{Mode: str("cos/kms"), KMSKey: unknown}, writing},
		"context unknown":                       {onKMSAB, func(m *model) { m.SSEContext = unknown }, encrypted{Mode: str("cos/kms"), KMSKey: str("k1"), Context: unknown}, writing},
		"customer key unknown":                  {onKeyA, func(m *model) { m.SSECustomerKey = unknown }, encrypted{Key: unknown, MD5: unknown}, writing},
		"key name unknown":                      {onNameA, func(m *model) { m.SSECustomerKeyName = unknown }, encrypted{Name: unknown, MD5: unknown}, writing},
		"a key unknown beside the mode":         {onAES, func(m *model) { m.SSECustomerKey = unknown }, encrypted{Mode: str("AES256"), Key: unknown}, nothing},
		"a name unknown beside the mode":        {onAES, func(m *model) { m.SSECustomerKeyName = unknown }, encrypted{Mode: str("AES256"), Name: unknown}, nothing},
		"the mode unknown beside a key":         {onKeyA, func(m *model) { m.ServerSideEncryption = unknown }, encrypted{Mode: unknown, Key: str(testKeyA), MD5: str(testMD5A)}, nothing},
		"a KMS key unknown beside AES":          {onAES, func(m *model) { m.SSEKMSKeyID = unknown }, encrypted{Mode: str("AES256"), KMSKey: unknown}, nothing},
		"mode and key unknown":                  {onAES, func(m *model) { m.ServerSideEncryption, m.SSECustomerKey = unknown, unknown }, encrypted{Mode: unknown, KMSKey: unknown, Key: unknown, MD5: unknown}, writing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := tc.was.config()
			prior := applied(config, tc.was.found)
			tc.after(&config)
			p, same, resp := planned(t, someData(t), config, &prior)
			if resp.Diagnostics.HasError() || same || len(resp.RequiresReplace) > 0 {
				t.Fatalf("same as the prior state: %v, replaced: %v, %v", same, resp.RequiresReplace, resp.Diagnostics)
			}
			if diff := cmp.Diff(tc.want, encryptedOf(p)); diff != "" {
				t.Errorf("encryption (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.told, unknownsOf(p)); diff != "" {
				t.Errorf("what only the apply tells (-want +got):\n%s", diff)
			}
			if sum := content.SumBytes([]byte(p.Content.ValueString())); arguments.Known(p.ContentCRC64) && (p.ContentCRC64.ValueString() != sum.CRC64String() || p.ContentLength.ValueInt64() != sum.Length) {
				t.Errorf("the body is planned as %s, %s", p.ContentCRC64, p.ContentLength)
			}
			kept := []types.String{p.ID, p.Region, p.ContentType, p.StorageClass}
			if diff := cmp.Diff([]types.String{prior.ID, prior.Region, prior.ContentType, prior.StorageClass}, kept); diff != "" {
				t.Errorf("what does not change (-want +got):\n%s", diff)
			}
		})
	}
}

// A changed address is an update in place, with a known body.
func TestPlanMove(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*model)
		moves  bool
		id     types.String
	}{
		"none":                     {func(*model) {}, false, str(testBucket + "/dir/a.txt")},
		"bucket":                   {func(m *model) { m.Bucket = str("other-1250000000") }, true, str("other-1250000000/dir/a.txt")},
		"key":                      {func(m *model) { m.Key = str("b") }, true, str(testBucket + "/b")},
		"region":                   {func(m *model) { m.Region = str("ap-beijing") }, true, str(testBucket + "/dir/a.txt")},
		"all":                      {func(m *model) { m.Bucket, m.Key, m.Region = str("o-1"), str("b"), str("ap-beijing") }, true, str("o-1/b")},
		"a key that is not known":  {func(m *model) { m.Key = types.StringUnknown() }, true, types.StringUnknown()},
		"the region that it is in": {func(m *model) { m.Region = str("ap-guangzhou") }, false, str(testBucket + "/dir/a.txt")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := onAES.config()
			prior := applied(config, onAES.found)
			tc.change(&config)
			data := someData(t)
			data.Region = "ap-shanghai" // a change of the provider's region does not affect existing objects
			p, same, resp := planned(t, data, config, &prior)
			if resp.Diagnostics.HasError() || len(resp.RequiresReplace) > 0 || same == tc.moves {
				t.Fatalf("same %v, replaced %v, %v", same, resp.RequiresReplace, resp.Diagnostics)
			}
			if !p.ID.Equal(tc.id) || !p.ContentCRC64.Equal(prior.ContentCRC64) || !p.ContentLength.Equal(prior.ContentLength) || p.ETag.IsUnknown() != tc.moves {
				t.Errorf("planned id %s, body %s of %s, ETag %s", p.ID, p.ContentCRC64, p.ContentLength, p.ETag)
			}
		})
	}
}
