package copyobjects_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Invalid arguments are reported during plan, before any request.
func TestWrongArgumentsAreRefusedAtPlan(t *testing.T) {
	t.Parallel()
	w := world(t)
	keyring := map[string]any{"sse_customer_keys": map[string]string{"b": acctest.KeyB}}
	same := func(more map[string]any) map[string]any {
		all := map[string]any{"bucket": w.Bucket(), "region": nil}
		for name, value := range more {
			all[name] = value
		}
		return all
	}
	const onto, overlap = "copied onto themselves", "Overlapping Source and Target"
	for name, tc := range map[string]struct {
		provider  map[string]any
		arguments map[string]any
		says      string // "" if the arguments are valid
	}{
		"fine":                    {nil, nil, ""},
		"fine, all":               {nil, map[string]any{"source_region": "ap-guangzhou", "match": "a/**", "server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1, "sse_context": "e30=", "storage_class": "STANDARD_IA", "overwrite": true, "dry_run": true, "report_file": "r", "parallelism": 256}, ""},
		"by default":              {map[string]any{"default_encryption": map[string]any{"server_side_encryption": "AES256"}}, map[string]any{"server_side_encryption": nil}, ""},
		"unknown":                 {nil, map[string]any{"source_bucket": acctest.NotKnown{}, "bucket": acctest.NotKnown{}, "prefix": acctest.NotKnown{}, "server_side_encryption": acctest.NotKnown{}, "parallelism": acctest.NotKnown{}}, ""},
		"the same bucket":         {nil, same(nil), ""},
		"similar prefixes":        {nil, same(map[string]any{"source_prefix": "a/", "prefix": "a-old/"}), ""},
		"the same, elsewhere":     {nil, map[string]any{"prefix": "a/"}, ""},
		"an unknown prefix":       {nil, same(map[string]any{"prefix": acctest.NotKnown{}}), ""},
		"onto itself":             {nil, same(map[string]any{"prefix": "a/"}), onto},
		"all onto itself":         {nil, same(map[string]any{"source_prefix": nil, "prefix": nil}), onto},
		"none and empty":          {nil, same(map[string]any{"source_prefix": "", "prefix": nil}), onto},
		"by the region's name":    {nil, same(map[string]any{"region": w.Region(), "prefix": "a/"}), onto},
		"by both names":           {nil, same(map[string]any{"source_region": w.Region(), "region": w.Region(), "prefix": "a/"}), onto},
		"by an endpoint":          {map[string]any{"endpoint": "https://{bucket}.storage.example.com"}, same(map[string]any{"region": otherRegion, "prefix": "a/"}), onto},
		"elsewhere by the region": {map[string]any{"endpoint": "https://{bucket}.{region}.example.com"}, same(map[string]any{"region": otherRegion, "prefix": "a/"}), ""},
		"accelerated":             {map[string]any{"endpoint": "https://{bucket}.cos.accelerate.myqcloud.com"}, same(map[string]any{"region": otherRegion, "prefix": "a/"}), onto},
		"below":                   {nil, same(map[string]any{"prefix": "a/b/"}), overlap},
		"above":                   {nil, same(map[string]any{"source_prefix": "a/b/", "prefix": "a/"}), overlap},
		"to the root":             {nil, same(map[string]any{"prefix": nil}), overlap},
		"of the root":             {nil, same(map[string]any{"source_prefix": nil}), overlap},
		"no encryption":           {nil, map[string]any{"server_side_encryption": nil}, "No Encryption"},
		"two":                     {keyring, map[string]any{"server_side_encryption": "AES256", "sse_customer_key_name": "b"}, "More Than One Encryption"},
		"mode":                    {nil, map[string]any{"server_side_encryption": "KMS"}, "Invalid Encryption Mode"},
		"key id without KMS":      {nil, map[string]any{"sse_kms_key_id": "k"}, "KMS Argument Without SSE-KMS"},
		"context":                 {nil, map[string]any{"server_side_encryption": "cos/kms", "sse_context": "x"}, "Invalid Encryption Context"},
		"unknown name":            {keyring, map[string]any{"sse_customer_key_name": "c"}, "Unknown Customer Key Name"},
		"a key as a name":         {keyring, map[string]any{"sse_customer_key_name": acctest.KeyA}, "looks like a customer key itself"},
		"over http":               {map[string]any{"sse_customer_keys": map[string]string{"b": acctest.KeyB}, "endpoint": w.HTTPURL(), "ca_certificate_file": nil}, map[string]any{"sse_customer_key_name": "b"}, "Customer Key Over Plain HTTP"},
		"policy":                  {map[string]any{"require_encryption": map[string]any{"modes": []string{"cos/kms"}}}, nil, "Encryption Not Allowed"},
		"source bucket":           {nil, map[string]any{"source_bucket": "name"}, "Invalid Bucket"},
		"bucket":                  {nil, map[string]any{"bucket": "name"}, "Invalid Bucket"},
		"source region":           {nil, map[string]any{"source_region": "no where"}, "Invalid Region"},
		"region":                  {nil, map[string]any{"region": "no where"}, "Invalid Region"},
		"pattern":                 {nil, map[string]any{"match": "a["}, "Invalid Pattern"},
		"class":                   {nil, map[string]any{"storage_class": "standard"}, "Invalid Storage Class"},
		"parallelism":             {nil, map[string]any{"parallelism": 0}, "Invalid Parallelism"},
		"report":                  {nil, map[string]any{"report_file": ""}, "Invalid Path"},
		"the region comes later":  {map[string]any{"region": nil}, same(map[string]any{"region": w.Region(), "prefix": "a/"}), ""},
		"neither region is known": {map[string]any{"region": nil}, same(map[string]any{"prefix": "a/"}), onto},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused := w.ActionServer(tc.provider).Plan(actionName, arguments(w, tc.arguments))
			switch said := strings.Join(refused, "\n"); {
			case tc.says == "" && said != "":
				t.Error(said)
			case !strings.Contains(said, tc.says):
				t.Errorf("%q does not say %q", said, tc.says)
			}
		})
	}
	t.Cleanup(func() {
		if calls := w.Calls(); len(calls) > 0 {
			t.Errorf("sent: %q", calls)
		}
	})
}

// A problem that affects every object or prevents the run is reported once, and
// nothing is written.
func TestWhatCannotRun(t *testing.T) {
	t.Parallel()
	w := world(t)
	for _, key := range strings.Fields("a b c d e f g h") {
		put(t, w, "a/"+key, cosmock.NewObject{})
	}
	for name, tc := range map[string]struct {
		provider, arguments map[string]any
		says                string
	}{
		"no source bucket":    {nil, map[string]any{"source_bucket": "none-1250000000"}, "There is no such bucket in the region"},
		"no target bucket":    {nil, map[string]any{"bucket": "none-1250000000"}, "There is no such bucket in the region"},
		"another region":      {nil, map[string]any{"region": "ap-beijing"}, "There is no such bucket in the region"},
		"a wrong secret":      {map[string]any{"secret_key": "wrong"}, nil, "COS does not accept the signature"},
		"no such KMS key":     {nil, map[string]any{"server_side_encryption": "cos/kms", "sse_kms_key_id": "none"}, "KmsKeyNotExist"},
		"an unknown provider": {map[string]any{"secret_id": acctest.NotKnown{}}, nil, "not known yet"},
		"an unknown key":      {map[string]any{"sse_customer_keys": acctest.NotKnown{}}, map[string]any{"sse_customer_key_name": "b"}, "not known"},
		"no region":           {map[string]any{"region": nil}, nil, "No Region"},
		"a report nowhere":    {nil, map[string]any{"report_file": t.TempDir() + "/missing/report.jsonl"}, "cannot be opened"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := w.ActionServer(tc.provider).Invoke(t.Context(), actionName, arguments(w, tc.arguments), nil)
			if said := strings.Join(run.Errors, "\n"); len(run.Errors) != 1 || !strings.Contains(said, tc.says) {
				t.Errorf("%q does not say %q", run.Errors, tc.says)
			}
		})
	}
	t.Cleanup(func() {
		for _, r := range w.Requests() {
			if r.Method == "PUT" && r.Status < 400 {
				t.Errorf("sent: PUT %s", r.Key)
			}
		}
	})
}

// The documented policy suffices with either CAM action for copies. If any action
// is missing, the error names it.
func TestLeastPolicy(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.FromSlash("../../templates/actions/copy_objects.md.tmpl"))
	must(t, err)
	found := regexp.MustCompile("(?s)```json\n([^`]*statement.*?)```").FindStringSubmatch(string(page))
	if found == nil {
		t.Fatal("the page shows no policy")
	}
	least := found[1]
	const bucket, backup = "examplebucket-1250000000", "backupbucket-1250000000"
	source, target := "qcs::cos:ap-guangzhou:uid/1250000000:"+bucket+"/", "qcs::cos:ap-shanghai:uid/1250000000:"+backup+"/"
	for name, tc := range map[string]struct {
		action     string
		occurrence int // of the action in the policy, if it occurs repeatedly
		says       []string
	}{
		"nothing":            {"", 0, nil},
		"HEAD of the source": {"HeadObject", 0, []string{"denied: 2 objects", "name/cos:HeadObject on " + source + "reports/"}},
		"HEAD of the target": {"HeadObject", 1, []string{"denied: 2 objects", "name/cos:HeadObject on " + target + "reports/"}},
		"GetObject":          {"GetObject", 0, []string{"denied: 2 objects", "name/cos:GetObject on the source of the copy"}},
		"GetObjectACL":       {"GetObjectACL", 0, []string{"denied: 2 objects", "name/cos:GetObjectACL on " + source + "reports/"}},
		"PutObject":          {"PutObject", 0, []string{"denied: 2 objects", "name/cos:PutObject and name/cos:PutObjectCopy on " + target + "reports/"}},
		"PutObjectCopy":      {"PutObjectCopy", 0, []string{"denied: 2 objects", "name/cos:PutObject and name/cos:PutObjectCopy on " + target + "reports/"}},
		"GetBucket":          {"GetBucket", 0, []string{"could not be listed", "name/cos:GetBucket on " + source + "*"}},
	} {
		for _, copies := range []string{"PutObject", "PutObjectCopy"} {
			if strings.HasPrefix(tc.action, "PutObject") && tc.action != copies {
				continue
			}
			t.Run(name+", "+copies, func(t *testing.T) {
				t.Parallel()
				w := acctest.New(t, func(o *cosmock.Options) {
					o.Buckets = []string{bucket}
					o.Undocumented.CopyAction = copies == "PutObjectCopy"
				})
				must(t, w.CreateBucket(backup, otherRegion))
				put(t, w, "reports/a", cosmock.NewObject{})
				put(t, w, "reports/b", cosmock.NewObject{Mode: sse.ModeAES256, Tags: map[string]string{"a": "b"}})
				parts := strings.Split(least, `"name/cos:`+tc.action+`"`)
				policy := least
				if tc.action != "" {
					policy = strings.Join(parts[:tc.occurrence+1], `"name/cos:`+tc.action+`"`) + `"name/cos:Nothing"` + strings.Join(parts[tc.occurrence+1:], `"name/cos:`+tc.action+`"`)
				}
				must(t, w.SetPolicy(policy))
				run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"bucket": backup, "source_prefix": "reports/", "prefix": "reports/"}), nil)
				said := strings.Join(run.Errors, "\n")
				if tc.action == "" && said != "" {
					t.Error(said)
				}
				for _, want := range tc.says {
					if !strings.Contains(said, want) {
						t.Errorf("%q does not say %q", said, want)
					}
				}
				if _, there := w.Server.Object(backup, "reports/a"); there != (tc.action == "") {
					t.Errorf("copied: %t", there)
				}
			})
		}
	}
}
