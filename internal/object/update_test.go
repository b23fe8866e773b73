package object_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	update  = "update"
	nothing = "no-op"
)

// One configuration changes every argument: the plan, the requests of the apply,
// and the resulting state.
func TestAccEveryArgument(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	dir := t.TempDir()
	one, two := acctest.Quote(writeFile(t, dir, "one", "hello")), acctest.Quote(writeFile(t, dir, "two", "HELLO"))
	const kms = `server_side_encryption = "cos/kms"`
	copied, uploaded := []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, []string{"HEAD 200", "GET ?acl 200", "PUT 200 AES256 5 bytes", "HEAD 200"}
	type attributes = map[string]any
	cases := map[string]struct {
		before, after []string
		action        string
		requests      []string
		want          attributes
	}{
		"content":        {[]string{aes, hello}, []string{aes, `content = "HELLO"`}, update, uploaded, attributes{"content": "HELLO", "content_length": 5.0, "etag": "eb61eead90e3b899c6bcbe27ac581660"}},
		"content_base64": {[]string{aes, `content_base64 = "aGVsbG8="`}, []string{aes, `content_base64 = "SEVMTE8="`}, update, uploaded, attributes{"content_base64": "SEVMTE8="}},
		"source":         {[]string{aes, "source = " + one}, []string{aes, "source = " + two}, update, uploaded, attributes{"content_length": 5.0}},
		"empty":          {[]string{aes, hello}, []string{aes, `content = ""`}, update, []string{"HEAD 200", "GET ?acl 200", "PUT 200 AES256", "HEAD 200"}, attributes{"content": "", "content_length": 0.0, "content_crc64": "0"}},
		"spelling":       {[]string{aes, hello}, []string{`server_side_encryption = "AES-256"`, hello}, nothing, nil, attributes{"server_side_encryption": "AES256"}},
		"mode":           {[]string{aes, hello}, []string{kms, hello}, update, []string{"GET ?acl 200", "PUT copy 200 cos/kms", "HEAD 200"}, attributes{"server_side_encryption": "cos/kms", "sse_kms_key_id": cosmock.DefaultKMSKeyID}},
		"mode_back":      {[]string{kms, hello}, []string{aes, hello}, update, copied, attributes{"server_side_encryption": "AES256", "sse_kms_key_id": nil}},
		"kms_key": {[]string{kms, hello}, []string{kms, hello, "sse_kms_key_id = " + acctest.Quote(acctest.KMSKey1)}, update,
			[]string{"GET ?acl 200", "PUT copy 200 cos/kms", "HEAD 200"}, attributes{"sse_kms_key_id": acctest.KMSKey1}},
		"kms_key_left_out": {[]string{kms, hello, "sse_kms_key_id = " + acctest.Quote(acctest.KMSKey1)}, []string{kms, hello}, nothing, nil, attributes{"sse_kms_key_id": acctest.KMSKey1}},
		"context": {[]string{kms, hello, `sse_context = base64encode("{\"a\":\"b\"}")`}, []string{kms, hello, `sse_context = base64encode("{\"a\":\"c\"}")`}, update,
			[]string{"GET ?acl 200", "PUT copy 200 cos/kms", "HEAD 200"}, attributes{"sse_context": "eyJhIjoiYyJ9"}},
		"context_form":     {[]string{kms, hello, `sse_context = base64encode("{\"a\":\"b\"}")`}, []string{kms, hello, `sse_context = base64encode("{ \"a\": \"b\" }")`}, nothing, nil, attributes{"sse_context": "eyJhIjoiYiJ9"}},
		"customer_key":     {[]string{"sse_customer_key = var.a", hello}, []string{"sse_customer_key = var.b", hello}, update, []string{"GET ?acl 200", "PUT copy 200 customer", "HEAD 200 customer"}, attributes{"sse_customer_key_md5": acctest.KeyBMD5}},
		"customer_key_pad": {[]string{"sse_customer_key = var.a", hello}, []string{`sse_customer_key = trimsuffix(var.a, "=")`, hello}, nothing, nil, attributes{"sse_customer_key": acctest.KeyA}},
		"customer_name":    {[]string{`sse_customer_key_name = "a"`, hello}, []string{`sse_customer_key_name = "b"`, hello}, update, []string{"GET ?acl 200", "PUT copy 200 customer", "HEAD 200 customer"}, attributes{"sse_customer_key_name": "b", "sse_customer_key_md5": acctest.KeyBMD5}},
		"by_name_instead":  {[]string{"sse_customer_key = var.a", hello}, []string{`sse_customer_key_name = "a"`, hello}, update, nil, attributes{"sse_customer_key": nil, "sse_customer_key_name": "a", "sse_customer_key_md5": acctest.KeyAMD5}},
		"by_value_instead": {[]string{`sse_customer_key_name = "a"`, hello}, []string{"sse_customer_key = var.a", hello}, update, nil, attributes{"sse_customer_key": acctest.KeyA, "sse_customer_key_name": nil}},

		"content_type":        {[]string{aes, hello}, []string{aes, hello, `content_type = "text/css"`}, update, copied, attributes{"content_type": "text/css"}},
		"content_type_left":   {[]string{aes, hello, `content_type = "text/css"`}, []string{aes, hello}, nothing, nil, attributes{"content_type": "text/css"}},
		"cache_control":       {[]string{aes, hello}, []string{aes, hello, `cache_control = "no-store"`}, update, copied, attributes{"cache_control": "no-store"}},
		"cache_control_gone":  {[]string{aes, hello, `cache_control = "no-store"`}, []string{aes, hello}, update, copied, attributes{"cache_control": nil}},
		"content_disposition": {[]string{aes, hello, `content_disposition = "inline"`}, []string{aes, hello, `content_disposition = "attachment"`}, update, copied, attributes{"content_disposition": "attachment"}},
		"content_encoding":    {[]string{aes, hello}, []string{aes, hello, `content_encoding = "gzip"`}, update, copied, attributes{"content_encoding": "gzip"}},
		"content_language":    {[]string{aes, hello}, []string{aes, hello, `content_language = "zh"`}, update, copied, attributes{"content_language": "zh"}},
		"expires":             {[]string{aes, hello}, []string{aes, hello, `expires = "Wed, 21 Oct 2026 07:28:00 GMT"`}, update, copied, attributes{"expires": "Wed, 21 Oct 2026 07:28:00 GMT"}},
		"metadata":            {[]string{aes, hello, `metadata = { a = "1", b = "2" }`}, []string{aes, hello, `metadata = { a = "1", c = "3" }`}, update, copied, attributes{"metadata": attributes{"a": "1", "c": "3"}}},
		"metadata_gone":       {[]string{aes, hello, `metadata = { a = "1" }`}, []string{aes, hello}, update, copied, attributes{"metadata": nil}},
		"metadata_emptied":    {[]string{aes, hello, `metadata = { a = "1" }`}, []string{aes, hello, "metadata = {}"}, update, copied, attributes{"metadata": attributes{}}},
		"metadata_empty":      {[]string{aes, hello}, []string{aes, hello, "metadata = {}"}, update, nil, attributes{"metadata": attributes{}}},
		"storage_class":       {[]string{aes, hello}, []string{aes, hello, `storage_class = "STANDARD_IA"`}, update, copied, attributes{"storage_class": "STANDARD_IA"}},
		"storage_class_left":  {[]string{aes, hello, `storage_class = "STANDARD_IA"`}, []string{aes, hello}, nothing, nil, attributes{"storage_class": "STANDARD_IA"}},
		"overwrite":           {[]string{aes, hello}, []string{aes, hello, "overwrite = true"}, update, nil, attributes{"overwrite": true}},
		"deletion_policy":     {[]string{aes, hello}, []string{aes, hello, `deletion_policy = "abandon"`}, update, nil, attributes{"deletion_policy": "abandon"}},
		"region_named":        {[]string{aes, hello}, []string{aes, hello, `region = "ap-guangzhou"`}, nothing, nil, attributes{"region": "ap-guangzhou"}},
		"nothing_at_all":      {[]string{aes, hello}, []string{aes, hello}, nothing, nil, attributes{"content_crc64": "11177612005948864433", "version_id": nil}},
		"content_and_mode": {[]string{aes, hello}, []string{kms, `content = "HELLO"`, `cache_control = "no-store"`}, update,
			[]string{"HEAD 200", "GET ?acl 200", "PUT 200 cos/kms 5 bytes", "HEAD 200"}, attributes{"server_side_encryption": "cos/kms", "cache_control": "no-store", "content_length": 5.0}},
	}
	names := slices.Sorted(maps.Keys(cases))
	head := acctest.Sensitive("a", "b") + w.Provider("sse_customer_keys = { a = var.a, b = var.b }")
	keys := acctest.Variables(map[string]string{"a": acctest.KeyA, "b": acctest.KeyB})
	config := func(lines func(string) []string) string {
		text := head
		for _, name := range names {
			text += fmt.Sprintf("resource \"cos_encrypted_object\" %q {\n  bucket = %s\n  key = %q\n  %s\n}\n", name, acctest.Quote(w.Bucket()), name, strings.Join(lines(name), "\n  "))
		}
		return text
	}
	actions := map[string]string{}
	var checks []statecheck.StateCheck
	for _, name := range names {
		actions["cos_encrypted_object."+name] = cases[name].action
		checks = append(checks, w.SentFor(name, cases[name].requests...), acctest.State("cos_encrypted_object."+name, cases[name].want))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		CheckDestroy:             w.HasKeys("deletion_policy").OfState,
		Steps: []resource.TestStep{
			{
				Config:          config(func(name string) []string { return cases[name].before }),
				ConfigVariables: keys,
			},
			{
				Config:          config(func(name string) []string { return cases[name].after }),
				ConfigVariables: keys,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{acctest.Actions(actions), w.Forget()},
				},
				ConfigStateChecks: checks,
			},
		},
	})
}

// A changed address moves the object in place.
func TestAccReplacement(t *testing.T) {
	t.Parallel()
	table := map[string]struct {
		bucket, key, region string
		planOnly            bool
	}{
		"bucket":            {"other1-1250000000", "a", "ap-beijing", false},
		"key":               {"", "b", "", false},
		"region by itself":  {"", "a", "ap-beijing", true}, // the bucket is not in that region
		"all three at once": {"other2-1250000000", "b", "ap-beijing", false},
	}
	c := newCases(t, table)
	first, planned, moved := c.Provider(), c.Provider(), c.Provider()
	plans, actions, checks := map[string]string{}, map[string]string{}, []statecheck.StateCheck{}
	for name, tc := range table {
		bucket, region := c.bucket(name), "null"
		if tc.bucket != "" {
			bucket = tc.bucket
			must(t, c.CreateBucket(bucket, "ap-beijing"))
		}
		if tc.region != "" {
			region = acctest.Quote(tc.region)
		}
		there := c.object(name, "a", aes, hello)
		elsewhere := c.object(name, tc.key, "bucket = "+acctest.Quote(bucket), "region = "+region, aes, hello)
		first += there
		if tc.planOnly {
			planned, moved = planned+elsewhere, moved+there
			plans[c.address(name)], actions[c.address(name)] = update, nothing
			continue
		}
		planned, moved = planned+there, moved+elsewhere
		plans[c.address(name)], actions[c.address(name)] = nothing, update
		checks = append(checks,
			named(name, c.HoldsIn(bucket, tc.key, "hello", sse.Observed{Mode: sse.ModeAES256})),
			acctest.State(c.address(name), map[string]any{"id": bucket + "/" + tc.key}),
			named(name, func() error {
				if _, ok := c.Server.Object(c.bucket(name), "a"); ok {
					return errors.New("the old object is still there")
				}
				return nil
			}))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: first},
			{
				Config:             planned,
				PlanOnly:           true,
				ExpectNonEmptyPlan: true,
				ConfigPlanChecks:   resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{acctest.Actions(plans)}},
			},
			{
				Config:            moved,
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Actions(actions)}},
				ConfigStateChecks: checks,
			},
		},
	})
}

// Destroying an object that is already gone succeeds. The harness destroys without
// a refresh.
func TestAccDestroyWhatIsGone(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		CheckDestroy:             w.HasKeys().OfState,
		Steps: []resource.TestStep{{
			Config:        w.Provider() + w.Object("a", aes, hello),
			PostApplyFunc: func() { must(t, w.DeleteObject(w.Bucket(), "a")) },
		}},
	})
}
