package main

import (
	"context"
	"encoding/base64"
	"net/http"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// nobodysKMSKey has the form of a KMS key ID but does not exist.
const nobodysKMSKey = "ffffffff-ffff-11ef-8000-000000000000"

// algorithms are about encryption with keys that COS manages.
func algorithms() []question {
	context := func(text string) headerOf { return sending(sse.HeaderKMSContext, text) }
	encoded := func(text string) headerOf { return context(base64.StdEncoding.EncodeToString([]byte(text))) }
	valid := encoded(`{"a":"b"}`)
	return []question{
		{id: "4a", text: "PUT with `x-cos-server-side-encryption: AES789`", ask: putting(withMode("AES789"))},
		{id: "4b", text: "PUT with `AES-256`, as an SDK page spells it", ask: putting(withMode("AES-256"))},
		{id: "5a", text: "PUT with SSE-KMS: has the account the role that COS needs for it?", needs: needsKMS, ask: putting(withKMS)},
		{id: "5b", text: "PUT with an encryption context that is not base64", needs: needsKMS, ask: putting(withKMS, context("not base64!"))},
		{id: "5c", text: "PUT with an encryption context that is not JSON", needs: needsKMS, ask: putting(withKMS, encoded("not JSON"))},
		{id: "5d", text: "PUT with an encryption context", needs: needsKMS, ask: putting(withKMS, valid)},
		{id: "5e", text: "GET of an object with an encryption context, without it", needs: needsKMS, ask: asking(verdict, put("object", withKMS, valid), get("object"))},
		{id: "5f", text: "PUT with a KMS key that does not exist", needs: needsKMS, ask: putting(sending(sse.HeaderMode, "cos/kms", sse.HeaderKMSKeyID, nobodysKMSKey))},
		{id: "5g", text: "SSE-KMS without COS's role in the account", unasked: "it takes the role away from an account that has it; where it is missing, 5a shows the answer"},
		{id: "5h", text: "An alias or a resource name in place of a KMS key's id", unasked: "it takes a key with an alias; set " + envKMSKeyID + " to one, and 5a shows the answer"},
		{id: "5i", text: "SSE-KMS in other regions", unasked: "a run knows one region, that of the bucket"},
		{id: "6a", text: "PUT with `SM4`", ask: putting(withMode("SM4"))},
		{id: "6b", text: "SSE-KMS with a choice of algorithm", unasked: "no header for it is documented for objects"},
	}
}

// partHeaders are about repeating headers that Initiate Multipart Upload has already received.
func partHeaders() []question {
	sseCOS := withMode("AES256")
	kmsOnly := func(a *asker) http.Header {
		return headers(sse.HeaderKMSKeyID, a.kmsKeyID, sse.HeaderKMSContext, base64.StdEncoding.EncodeToString([]byte(`{}`)))
	}
	return []question{
		{id: "11a", text: "`x-cos-server-side-encryption` on Upload Part", ask: repeated(initiate(sseCOS), part(sseCOS), complete())},
		{id: "11b", text: "`x-cos-server-side-encryption` on Complete Multipart Upload", ask: repeated(initiate(sseCOS), part(), complete(sseCOS))},
		{id: "11c", text: "SSE-C headers on Complete Multipart Upload", ask: repeated(initiate(withKeyA), part(withKeyA), complete(withKeyA))},
		{id: "11d", text: "KMS key id and context on Upload Part", needs: needsKMS, ask: repeated(initiate(withKMS), part(kmsOnly), complete())},
		{id: "11e", text: "KMS key id and context on Complete Multipart Upload", needs: needsKMS, ask: repeated(initiate(withKMS), part(), complete(kmsOnly))},
	}
}

// repeated asks about an upload whose part or completion have encryption headers too.
func repeated(begin, part, end step) ask {
	return func(ctx context.Context, a *asker) string {
		a.prepare(ctx, begin)
		completed := func(ctx context.Context, a *asker) string { return "Complete: " + a.do(ctx, end).Written() }
		return "part: " + accepted(part, completed)(ctx, a)
	}
}
