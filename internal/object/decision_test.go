package object

import (
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// An update is decided from the planned configuration, the prior state, the private
// state and the keys, without requests.
func TestDecide(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	hello, other := filepath.Join(dir, "hello"), filepath.Join(dir, "other")
	for path, text := range map[string]string{hello: "hello", other: "other bytes"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	missing := filepath.Join(dir, "missing")
	null, unknown := types.StringNull(), types.StringUnknown()
	nothing := func(m *model) { m.Content = null }
	bySource := func(path string) func(*model) {
		return func(m *model) { m.Content, m.Source = null, str(path) }
	}
	version := func(n float64) types.Number { return types.NumberValue(big.NewFloat(n)) }
	writeOnly := func(m *model) { m.Content, m.ContentWO, m.ContentWOVersion = null, str("hello"), version(1) }
	seen := &inspect.Record{ETag: "other", CRC64: "1", Length: 5, LastModified: "2026-01-02T03:04:06Z"}
	rewritten := &inspect.Record{ETag: "other", CRC64: content.SumBytes([]byte("hello")).CRC64String(), Length: 5, LastModified: "2026-01-02T03:04:06Z"}
	opaque := &inspect.Record{ETag: "other", Length: 5, LastModified: "2026-01-02T03:04:06Z", Opaque: true}
	lost := func(m *model) {
		m.ServerSideEncryption, m.SSEKMSKeyID, m.SSECustomerKeyMD5, m.ContentCRC64 = null, null, null, null
	}
	noKeys := &providerdata.Data{Region: "ap-guangzhou", Keyring: sse.NewKeyring(nil)}
	const (
		noKey      = "Customer Key Not Available"
		noBody     = "Write-Only Body Not Set"
		plainThere = "Object Not Encrypted"
	)
	for name, tc := range map[string]struct {
		was     way
		first   func(*model) // what was applied
		drifted func(*model) // the effect of a refresh on the state
		after   func(*model) // what is declared now
		private privateState
		data    *providerdata.Data
		want    decision
		refused string
		warned  string
		same    bool
	}{
		"nothing":                         {was: onAES, same: true},
		"another body":                    {was: onAES, after: func(m *model) { m.Content = str("HELLO") }, want: decision{Body: bodyContent, Fallback: bodyContent}},
		"another file":                    {was: onAES, first: bySource(hello), after: bySource(other), want: decision{Body: bodySource, Fallback: bodySource, Path: other}},
		"a file with the same bytes":      {was: onAES, first: bySource("/elsewhere"), after: bySource(hello), same: true},
		"a file in place of a text":       {was: onAES, after: bySource(hello), want: decision{Fallback: bodySource, Path: hello}},
		"a body that is not known":        {was: onAES, after: func(m *model) { m.Content = unknown }, want: decision{Body: bodyContent, Optional: true, Fallback: bodyContent}},
		"a header":                        {was: onAES, after: func(m *model) { m.CacheControl = str("no-store") }, want: decision{Rewrite: true, Fallback: bodyContent}},
		"a header, no body declared":      {was: onAES, first: nothing, after: func(m *model) { nothing(m); m.CacheControl = str("no-store") }, want: decision{Rewrite: true}},
		"the body no longer declared":     {was: onAES, after: nothing},
		"only overwrite":                  {was: onAES, after: func(m *model) { m.Overwrite = types.BoolValue(true) }, want: decision{Fallback: bodyContent}},
		"tags":                            {was: onAES, after: func(m *model) { m.Tags = arguments.Map(map[string]string{"a": "b"}) }, want: decision{Tags: true, Fallback: bodyContent}},
		"tags no longer declared":         {was: onAES, first: func(m *model) { m.Tags = arguments.Map(map[string]string{"a": "b"}) }, want: decision{Fallback: bodyContent}, warned: "Tags Are Kept"},
		"acl":                             {was: onAES, after: func(m *model) { m.ACL = str("private") }, want: decision{ACL: true, Fallback: bodyContent}},
		"acl no longer declared":          {was: onAES, first: func(m *model) { m.ACL = str("public-read") }, want: decision{Fallback: bodyContent}, warned: "ACL Is Kept"},
		"grants no longer declared":       {was: onAES, first: func(m *model) { m.ACL = str("private") }, drifted: func(m *model) { m.ACL = str(aclCustom) }, want: decision{Fallback: bodyContent}, warned: "ACL Is Kept"},
		"moved":                           {was: onAES, after: func(m *model) { m.Key = str("b") }, want: decision{Move: true, Fallback: bodyContent}},
		"rotated":                         {was: onNameA, after: func(m *model) { m.SSECustomerKeyName = str("b") }, want: decision{Rewrite: true, Key: encryption.OriginName, Fallback: bodyContent}},
		"a key that is not known yet":     {was: onNameA, first: func(m *model) { m.SSECustomerKeyName = str("later") }, want: decision{Rewrite: true, Key: encryption.OriginName, Fallback: bodyContent}},
		"the same key, written only":      {was: onNameA, after: func(m *model) { m.SSECustomerKeyName, m.SSECustomerKeyWO = null, str(testKeyA) }, want: decision{Key: encryption.OriginWriteOnly}, same: true},
		"a write-only body as before":     {was: onAES, first: writeOnly, private: privateState{WriteOnlyBody: true}, same: true},
		"a write-only body, left out":     {was: onAES, first: writeOnly, after: func(m *model) { m.ContentWO = null }, private: privateState{WriteOnlyBody: true}, same: true},
		"its version alone":               {was: onAES, first: writeOnly, after: func(m *model) { m.ContentWO, m.ContentWOVersion = null, version(2) }, private: privateState{WriteOnlyBody: true}, want: decision{WriteOnlyBody: true}, refused: noBody},
		"its version":                     {was: onAES, first: writeOnly, after: func(m *model) { m.ContentWOVersion = version(2) }, private: privateState{WriteOnlyBody: true}, want: decision{Body: bodyWriteOnly, Fallback: bodyWriteOnly, WriteOnlyBody: true}},
		"a write-only body after import":  {was: onAES, first: nothing, after: writeOnly, want: decision{Body: bodyWriteOnly, Fallback: bodyWriteOnly, WriteOnlyBody: true, Optional: true}},
		"a key, left out":                 {was: onNameA, first: func(m *model) { m.SSECustomerKeyName = null }, private: privateState{WriteOnlyKey: true}, want: decision{Key: encryption.OriginKept}, same: true},
		"a key, left out, with a default": {was: onNameA, first: func(m *model) { m.SSECustomerKeyName = null }, private: privateState{WriteOnlyKey: true}, data: &providerdata.Data{Keyring: sse.NewKeyring(nil), DefaultEncryption: &providerdata.Encryption{ServerSideEncryption: str("AES256")}}, want: decision{Key: encryption.OriginKept}, same: true},
		"a key, left out, and a header":   {was: onNameA, first: func(m *model) { m.SSECustomerKeyName = null }, after: func(m *model) { m.CacheControl = str("no-store") }, private: privateState{WriteOnlyKey: true}, data: noKeys, want: decision{Key: encryption.OriginKept, Rewrite: true, Fallback: bodyContent}, refused: noKey},
		"the default, nothing declared":   {was: onNameA, first: func(m *model) { m.SSECustomerKeyName = null }, data: &providerdata.Data{Keyring: sse.NewKeyring(map[string]sse.CustomerKey{"a": mustKey(t, testKeyA)}), DefaultEncryption: &providerdata.Encryption{ServerSideEncryption: str("AES256")}}, want: decision{Rewrite: true, Fallback: bodyContent}},
		"the only copy of a key":          {was: onKeyA, after: func(m *model) { m.SSECustomerKey = null }, data: noKeys, want: decision{Key: encryption.OriginKept, Fallback: bodyContent}, refused: "Only Copy of the Customer Key"},
		"a key that the keyring has too":  {was: onKeyA, after: func(m *model) { m.SSECustomerKey = null }, want: decision{Key: encryption.OriginKept, Fallback: bodyContent}},
		"not encrypted, none declared":    {was: onAES, first: func(m *model) { m.ServerSideEncryption = null }, drifted: func(m *model) { m.ServerSideEncryption = null }, refused: plainThere, same: true},
		"the old key is lost":             {was: onNameA, after: func(m *model) { m.SSECustomerKeyName = null; m.ServerSideEncryption = str("AES256") }, data: noKeys, want: decision{Rewrite: true, Fallback: bodyContent}},
		"the old key is lost, no body":    {was: onNameA, first: nothing, after: func(m *model) { m.SSECustomerKeyName = null; m.ServerSideEncryption = str("AES256") }, data: noKeys, want: decision{Rewrite: true}, refused: noKey},
		"a foreign rotation":              {was: onAES, drifted: lost, private: privateState{Seen: opaque}, want: decision{Rewrite: true, Body: bodyContent, Optional: true, Fallback: bodyContent}, warned: "External Key Rotation Will Be Overwritten"},
		"a foreign rotation, no body":     {was: onAES, first: nothing, drifted: lost, private: privateState{Seen: opaque}, want: decision{Rewrite: true}, refused: noKey},
		"a foreign body":                  {was: onAES, drifted: func(m *model) { m.ContentCRC64 = str("1") }, private: privateState{Seen: seen}, want: decision{Body: bodyContent, Fallback: bodyContent}},
		"a foreign body, none declared":   {was: onAES, first: nothing, drifted: func(m *model) { m.ContentCRC64 = str("1") }, private: privateState{Seen: seen}, same: true},
		"the same, written by another":    {was: onAES, private: privateState{Seen: rewritten}, want: decision{Renew: true, Fallback: bodyContent}},
		"the same, none declared":         {was: onAES, first: nothing, private: privateState{Seen: rewritten}, want: decision{Renew: true}},
		"archived":                        {was: onAES, first: func(m *model) { m.StorageClass = str("ARCHIVE") }, drifted: func(m *model) { m.StorageClass = str("ARCHIVE") }, after: func(m *model) { m.CacheControl = str("no-store") }, want: decision{Rewrite: true, Fallback: bodyContent}, warned: "Archived Object Is Uploaded Again"},
		"another class, multi-AZ":         {was: onAES, drifted: func(m *model) { m.StorageClass = str("MAZ_STANDARD") }, after: func(m *model) { m.StorageClass = str("MAZ_STANDARD_IA") }, want: decision{Rewrite: true, Fallback: bodyContent}, warned: "Multi-AZ Object Is Uploaded Again"},
		"no longer multi-AZ":              {was: onAES, drifted: func(m *model) { m.StorageClass = str("MAZ_STANDARD") }, after: func(m *model) { m.StorageClass = str("STANDARD") }, want: decision{Rewrite: true, Fallback: bodyContent}, warned: "Multi-AZ Object Is Uploaded Again"},
		"the same with another body":      {was: onAES, drifted: func(m *model) { m.StorageClass = str("MAZ_STANDARD") }, after: func(m *model) { m.StorageClass, m.Content = str("MAZ_STANDARD_IA"), str("other") }, want: decision{Rewrite: true, Body: bodyContent, Fallback: bodyContent}},
		"the same without a body":         {was: onAES, first: nothing, drifted: func(m *model) { m.StorageClass = str("MAZ_STANDARD") }, after: func(m *model) { m.StorageClass = str("MAZ_STANDARD_IA") }, want: decision{Rewrite: true}, warned: "Storage Class May Not Change"},
		"a header, multi-AZ":              {was: onAES, first: nothing, drifted: func(m *model) { m.StorageClass = str("MAZ_STANDARD") }, after: func(m *model) { m.CacheControl = str("no-store") }, want: decision{Rewrite: true}},
		"a file that is gone":             {was: onAES, first: bySource(missing), same: true, warned: "Source Does Not Exist Yet"},
		"a file that is gone, a header":   {was: onAES, first: bySource(missing), after: func(m *model) { m.CacheControl = str("no-store") }, want: decision{Rewrite: true}, warned: "Source Does Not Exist Yet"},
		"a new file that is not there":    {was: onAES, first: bySource(hello), after: bySource(missing), want: decision{Body: bodySource, Optional: true, Path: missing}, warned: "Source Does Not Exist Yet"},
		"the same hash":                   {was: onAES, first: func(m *model) { bySource(missing)(m); m.SourceHash = str("x") }, same: true},
		"another hash":                    {was: onAES, first: func(m *model) { bySource(missing)(m); m.SourceHash = str("x") }, after: func(m *model) { m.SourceHash = str("y") }, want: decision{Body: bodySource, Optional: true, Fallback: bodySource, Path: missing}},
		"the same hash, another body":     {was: onAES, first: func(m *model) { bySource(missing)(m); m.SourceHash = str("x") }, drifted: func(m *model) { m.ContentCRC64 = str("1") }, private: privateState{Seen: seen, Record: rewritten}, want: decision{Body: bodySource, Fallback: bodySource, Path: missing}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := tc.was.config()
			if tc.first != nil {
				tc.first(&config)
			}
			prior := applied(config, tc.was.found)
			prior.ContentWO = types.StringNull()
			if tc.private.WriteOnlyBody {
				prior.hideContent()
			}
			if tc.drifted != nil {
				tc.drifted(&prior)
			}
			if tc.after != nil {
				tc.after(&config)
			}
			if name == "tags no longer declared" || name == "acl no longer declared" || name == "grants no longer declared" {
				config.Tags, config.ACL = types.MapNull(types.StringType), types.StringNull()
			}
			data := tc.data
			if data == nil {
				data = someData(t)
			}
			if tc.private.Seen != nil && tc.private.Record == nil {
				tc.private.Record = &inspect.Record{ETag: "first", CRC64: content.SumBytes([]byte("hello")).CRC64String(), Length: 5, LastModified: "2026-01-02T03:04:05Z"}
			}
			o := decide(t.Context(), situation{config: config, prior: &prior, private: tc.private, data: data})
			if o.diags.HasError() {
				t.Fatal(o.diags)
			}
			got := o.decision
			refused := ""
			if got.Refused != nil {
				refused = got.Refused.Summary
			}
			got.Refused = nil
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("decided (-want +got):\n%s", diff)
			}
			if refused != tc.refused || o.same != tc.same {
				t.Errorf("refused %q, want %q; same %v, want %v", refused, tc.refused, o.same, tc.same)
			}
			warned := ""
			for _, d := range o.diags {
				warned = d.Summary()
			}
			if want := arguments.FirstOf(arguments.Optional(tc.warned), arguments.Optional(tc.refused)).ValueString(); warned != want {
				t.Errorf("warned of %q, want %q", warned, want)
			}
		})
	}
}
