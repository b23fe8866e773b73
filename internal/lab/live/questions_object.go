package main

import (
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"hash/crc64"
	"net/url"
	"strconv"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// versionIDs are about the version ID of a write, for the bucket's versioning.
func versionIDs() []question {
	tell := func(a *asker, got rawcos.Answer) string {
		ids := map[string]string{"": "no header", "null": "`null`"}
		return a.state.versioningText() + ": " + cmp.Or(ids[got.Header.Get("X-Cos-Version-Id")], "an id")
	}
	return []question{
		{id: "7a", text: "`x-cos-version-id` of PUT", ask: observing(tell, put("object"))},
		{id: "7b", text: "`x-cos-version-id` of Complete Multipart Upload", ask: observing(tell, initiate(), part(), complete())},
	}
}

func overwriting() []question {
	over := func(header headerOf) ask {
		return func(ctx context.Context, a *asker) string {
			a.prepare(ctx, put("object"))
			got := a.do(ctx, changed(put("object", header), otherBody))
			if now := a.prepare(ctx, get("object")); string(now.Body) == body {
				return got.Verdict() + ", not overwritten"
			}
			return got.Verdict() + ", overwritten"
		}
	}
	return []question{
		{id: "9a", text: "PUT over an object with `x-cos-forbid-overwrite: true`", ask: over(sending("X-Cos-Forbid-Overwrite", "true"))},
		{id: "9b", text: "PUT over an object with `If-None-Match: *`", ask: over(sending("If-None-Match", "*"))},
	}
}

func contentTypes() []question {
	tell := func(_ *asker, got rawcos.Answer) string { return "`" + got.Header.Get("Content-Type") + "`" }
	typeOf := func(name string) ask { return observing(tell, put(name), head(name)) }
	return []question{
		{id: "10a", text: "`Content-Type` of an object that was stored without one", ask: typeOf("object")},
		{id: "10b", text: "The same, of a key that ends in `.json`", ask: typeOf("object.json")},
		{id: "10c", text: "The same, of `.zip`", ask: typeOf("object.zip")},
		{id: "10d", text: "The same, of `.txt`: is there a charset?", ask: typeOf("object.txt")},
	}
}

// objects are questions about an object that take one or two requests.
func objects() []question {
	downloads := each(forceDownload, get("object"), head("object"))
	leadingSlash := changed(put("object"), func(r *request) { r.key = "/" + r.key })
	return []question{
		{id: "12", text: "GET of a version that does not exist, by `versionId`, by `versionid`, by `VersionId`", ask: versionSpelling},
		{id: "13a", text: "ETags of the same body under SSE-C", ask: etags},
		{id: "13b", text: "How the ETag under SSE-C is computed", unasked: "no request tells; the ETags of 13a can be compared, not derived"},
		{id: "14", text: "DELETE of a key that does not exist", ask: asking(verdict, remove("missing"))},
		{id: "15", text: "`x-cos-force-download` and `Content-Disposition` of GET and of HEAD, where none was stored", ask: accepted(put("object"), downloads)},
		{id: "16", text: "GET `?tagging` of an object without tags", ask: asking(numberOfTags, put("object"), about(get("object"), "tagging"))},
		{id: "17", text: "PUT without encryption headers: what is stored, and what is the bucket's default", ask: observing(byDefault, put("object"), head("object"))},
		{id: "18", text: "PUT of a key that begins with `/`", ask: accepted(leadingSlash, slashKept)},
		{id: "19", text: "Anonymous GET of an SSE-COS object", unasked: "it takes an object that everybody may read, which is not for this command to make in somebody's bucket"},
	}
}

// versionSpelling requests a version that does not exist: if COS does not know the parameter, it returns the object.
func versionSpelling(ctx context.Context, a *asker) string {
	a.prepare(ctx, put("object"))
	var verdicts []string
	for _, name := range []string{"versionId", "versionid", "VersionId"} {
		ask := changed(get("object"), func(r *request) { r.query = url.Values{name: {"test"}} })
		verdicts = append(verdicts, a.do(ctx, ask).Verdict())
	}
	return strings.Join(verdicts, "; ")
}

func etags(ctx context.Context, a *asker) string {
	etag := func(name string, header headerOf) string {
		return strings.Trim(a.prepare(ctx, put(name, header)).Header.Get("ETag"), `"`)
	}
	first := etag("object", withKeyA)
	compare := func(other string) string {
		if other == first {
			return "the same"
		}
		return "another"
	}
	sum := md5.Sum([]byte(body))
	return fmt.Sprintf("once more: %s; as another object: %s; with another key: %s; the MD5 of the body is %s",
		compare(etag("object", withKeyA)), compare(etag("other", withKeyA)), compare(etag("object", withKeyB)), compare(hex.EncodeToString(sum[:])))
}

func forceDownload(_ *asker, got rawcos.Answer) string {
	return quoted(got, "X-Cos-Force-Download") + " and " + quoted(got, "Content-Disposition")
}

func quoted(got rawcos.Answer, name string) string {
	if value := got.Header.Get(name); value != "" {
		return "`" + value + "`"
	}
	return "none"
}

func numberOfTags(_ *asker, got rawcos.Answer) string {
	if !got.OK() {
		return got.Verdict()
	}
	var set struct {
		Tags []struct{ Key string } `xml:"TagSet>Tag"`
	}
	program.Check(got.Decode(&set))
	return fmt.Sprintf("%s, a set of %d tags", got.Verdict(), len(set.Tags))
}

func byDefault(a *asker, got rawcos.Answer) string {
	if a.state.encryption == "" {
		a.note("whether an object can be stored unencrypted in a bucket with a default encryption is only answered by a bucket that has one")
	}
	return fmt.Sprintf("stored: %s; the default: %s", got.Encryption(), cmp.Or(a.state.encryption, "none"))
}

func slashKept(ctx context.Context, a *asker) string {
	if without := a.do(ctx, head("object")); without.OK() {
		return "stored without the slash"
	}
	return "stored with the slash"
}

// checksums ask about the header with which the provider compares bodies.
func checksums() []question {
	sum := strconv.FormatUint(crc64.Checksum([]byte(body), crc64.MakeTable(crc64.ECMA)), 10)
	tell := func(value string) string {
		return cmp.Or(map[string]string{sum: "of the body", "": "absent"}[value], "another value")
	}
	of := func(_ *asker, got rawcos.Answer) string { return tell(got.Header.Get("X-Cos-Hash-Crc64ecma")) }
	ofCopy := func(a *asker, got rawcos.Answer) string {
		var result struct{ CRC64 string }
		program.Check(got.Decode(&result))
		return "header: " + of(a, got) + "; body: " + tell(result.CRC64)
	}
	return []question{
		{id: "20a", text: "`x-cos-hash-crc64ecma` without encryption", ask: each(of, put("object"), head("object"))},
		{id: "20b", text: "`x-cos-hash-crc64ecma` under SSE-COS", ask: each(of, put("object", withMode("AES256")), head("object"))},
		{id: "20c", text: "`x-cos-hash-crc64ecma` under SSE-C", ask: each(of, put("object", withKeyA), head("object", withKeyA))},
		{id: "20d", text: "`x-cos-hash-crc64ecma` under SSE-KMS", needs: needsKMS, ask: each(of, put("object", withKMS), head("object"))},
		{id: "20e", text: "`x-cos-hash-crc64ecma` of a copy", ask: observing(ofCopy, put("source"), copyOf("source", "copy", withMode("AES256")))},
		{id: "20f", text: "`x-cos-hash-crc64ecma` of Complete Multipart Upload", ask: observing(of, initiate(withMode("AES256")), part(), complete())},
	}
}
