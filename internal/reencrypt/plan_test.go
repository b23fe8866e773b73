package reencrypt_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// An invalid target is refused at plan, before any request.
func TestWrongTargetsAreRefusedAtPlan(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	keyring := map[string]any{"sse_customer_keys": map[string]string{"b": acctest.KeyB}}
	for name, tc := range map[string]struct {
		provider  map[string]any
		arguments map[string]any
		says      string // "" if it is valid
	}{
		"fine":                      {nil, map[string]any{"server_side_encryption": "AES256"}, ""},
		"fine, all":                 {nil, map[string]any{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1, "sse_context": "e30=", "modified_before": "2026-01-01T00:00:00Z", "prefix": "a", "match": "a/**", "encryption": []string{"none"}, "parallelism": 256}, ""},
		"by default":                {map[string]any{"default_encryption": map[string]any{"server_side_encryption": "AES256"}}, nil, ""},
		"unknown":                   {nil, map[string]any{"bucket": acctest.NotKnown{}, "server_side_encryption": acctest.NotKnown{}, "modified_before": acctest.NotKnown{}, "parallelism": acctest.NotKnown{}, "encryption": acctest.NotKnown{}}, ""},
		"unknown provider":          {map[string]any{"secret_id": acctest.NotKnown{}}, map[string]any{"server_side_encryption": "AES256"}, ""},
		"none":                      {nil, nil, "No Encryption"},
		"two":                       {keyring, map[string]any{"server_side_encryption": "AES256", "sse_customer_key_name": "b"}, "More Than One Encryption"},
		"mode":                      {nil, map[string]any{"server_side_encryption": "KMS"}, "Invalid Encryption Mode"},
		"key id without KMS":        {nil, map[string]any{"server_side_encryption": "AES256", "sse_kms_key_id": "k"}, "KMS Argument Without SSE-KMS"},
		"key id beside the default": {map[string]any{"default_encryption": map[string]any{"server_side_encryption": "cos/kms"}}, map[string]any{"sse_kms_key_id": "k"}, "KMS Argument Without SSE-KMS"},
		"context and the default":   {map[string]any{"default_encryption": map[string]any{"server_side_encryption": "cos/kms"}}, map[string]any{"sse_context": "e30=", "modified_before": "2026-01-01T00:00:00Z"}, "KMS Argument Without SSE-KMS"},
		"key id":                    {nil, map[string]any{"server_side_encryption": "cos/kms", "sse_kms_key_id": " k"}, "sse_kms_key_id begins or ends with white space"},
		"context":                   {nil, map[string]any{"server_side_encryption": "cos/kms", "sse_context": "x", "modified_before": "2026-01-01T00:00:00Z"}, "Invalid Encryption Context"},
		"context without a time":    {nil, map[string]any{"server_side_encryption": "cos/kms", "sse_context": "e30="}, "Context Without a Time"},
		"time":                      {nil, map[string]any{"server_side_encryption": "AES256", "modified_before": "yesterday"}, "Invalid Time"},
		"future":                    {nil, map[string]any{"server_side_encryption": "AES256", "modified_before": time.Now().Add(time.Hour).Format(time.RFC3339)}, "Time in the Future"},
		"unknown name":              {keyring, map[string]any{"sse_customer_key_name": "c"}, "Unknown Customer Key Name"},
		"a key as a name":           {keyring, map[string]any{"sse_customer_key_name": acctest.KeyA}, "looks like a customer key itself"},
		"over http":                 {map[string]any{"sse_customer_keys": map[string]string{"b": acctest.KeyB}, "endpoint": w.HTTPURL(), "ca_certificate_file": nil}, map[string]any{"sse_customer_key_name": "b"}, "Customer Key Over Plain HTTP"},
		"policy on modes":           {map[string]any{"require_encryption": map[string]any{"modes": []string{"cos/kms"}}}, map[string]any{"server_side_encryption": "AES256"}, "Encryption Not Allowed"},
		"policy on keys":            {map[string]any{"require_encryption": map[string]any{"sse_kms_key_ids": []string{"k"}}}, map[string]any{"server_side_encryption": "cos/kms"}, "Encryption Not Allowed"},
		"policy on customer keys":   {map[string]any{"require_encryption": map[string]any{"modes": []string{"cos/kms"}}, "sse_customer_keys": map[string]string{"b": acctest.KeyB}}, map[string]any{"sse_customer_key_name": "b"}, "Encryption Not Allowed"},
		"bucket":                    {nil, map[string]any{"bucket": "name", "server_side_encryption": "AES256"}, "Invalid Bucket"},
		"region":                    {nil, map[string]any{"region": "no where", "server_side_encryption": "AES256"}, "Invalid Region"},
		"pattern":                   {nil, map[string]any{"match": "a[", "server_side_encryption": "AES256"}, "Invalid Pattern"},
		"filter":                    {nil, map[string]any{"encryption": []string{"KMS"}, "server_side_encryption": "AES256"}, "Invalid Encryption"},
		"empty filter":              {nil, map[string]any{"encryption": []string{}, "server_side_encryption": "AES256"}, "encryption is empty"},
		"parallelism":               {nil, map[string]any{"parallelism": 257, "server_side_encryption": "AES256"}, "Invalid Parallelism"},
		"no parallelism":            {nil, map[string]any{"parallelism": 0, "server_side_encryption": "AES256"}, "Invalid Parallelism"},
		"no report":                 {nil, map[string]any{"report_file": "", "server_side_encryption": "AES256"}, "Invalid Path"},
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

// Errors that can only be detected when the action runs are reported before any
// request.
func TestWhatCannotRun(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	for name, tc := range map[string]struct {
		provider, arguments map[string]any
		says                string
	}{
		"an unknown provider": {map[string]any{"secret_id": acctest.NotKnown{}}, map[string]any{"server_side_encryption": "AES256"}, "not known yet"},
		"an unknown key":      {map[string]any{"sse_customer_keys": acctest.NotKnown{}}, map[string]any{"sse_customer_key_name": "b"}, "not known"},
		"a report nowhere":    {nil, map[string]any{"server_side_encryption": "AES256", "report_file": t.TempDir() + "/missing/report.jsonl"}, "cannot be opened"},
		"no region":           {map[string]any{"region": nil}, map[string]any{"server_side_encryption": "AES256"}, "No Region"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := w.ActionServer(tc.provider).Invoke(t.Context(), actionName, arguments(w, tc.arguments), nil)
			if said := strings.Join(run.Errors, "\n"); !strings.Contains(said, tc.says) {
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
