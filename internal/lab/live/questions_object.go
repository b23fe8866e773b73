package main

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"hash/crc64"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// versionIDs are about the header of a write, in the state that the bucket is in.
func versionIDs() []question {
	describe := func(a *asker, got answer) string {
		state := "versioning " + a.state.versioning
		if a.state.versioning == cosmock.VersioningNever {
			state = "versioning never set"
		}
		switch id := got.header.Get("X-Cos-Version-Id"); id {
		case "":
			return state + ": no header"
		case "null":
			return state + ": `null`"
		default:
			return state + ": an id"
		}
	}
	return []question{
		{id: "7a", text: "`x-cos-version-id` of PUT", ask: func(ctx context.Context, a *asker) (string, error) {
			got, err := a.prepare(ctx, a.put("object", nil))
			return describe(a, got), err
		}},
		{id: "7b", text: "`x-cos-version-id` of Complete Multipart Upload", ask: func(ctx context.Context, a *asker) (string, error) {
			got, err := uploaded(ctx, a, nil)
			return describe(a, got), err
		}},
	}
}

// uploaded stores an object by an upload of one part.
func uploaded(ctx context.Context, a *asker, begun http.Header) (answer, error) {
	id, err := a.initiate(ctx, "object", begun)
	if err != nil {
		return answer{}, err
	}
	part, err := a.prepare(ctx, a.part("object", id, nil))
	if err != nil {
		return answer{}, err
	}
	return a.prepare(ctx, a.complete("object", id, part, nil))
}

func overwriting() []question {
	over := func(header http.Header) ask {
		return func(ctx context.Context, a *asker) (string, error) {
			if _, err := a.prepare(ctx, a.put("object", nil)); err != nil {
				return "", err
			}
			r := a.put("object", header)
			r.body = "another body"
			got, err := a.do(ctx, r)
			if err != nil {
				return "", err
			}
			now, err := a.prepare(ctx, a.get(nil))
			if err != nil {
				return "", err
			}
			if string(now.body) == body {
				return got.verdict() + ", not overwritten", nil
			}
			return got.verdict() + ", overwritten", nil
		}
	}
	return []question{
		{id: "9a", text: "PUT over an object with `x-cos-forbid-overwrite: true`", ask: over(headers("X-Cos-Forbid-Overwrite", "true"))},
		{id: "9b", text: "PUT over an object with `If-None-Match: *`", ask: over(headers("If-None-Match", "*"))},
	}
}

func contentTypes() []question {
	typeOf := func(name string) ask {
		return func(ctx context.Context, a *asker) (string, error) {
			if _, err := a.prepare(ctx, a.put(name, nil)); err != nil {
				return "", err
			}
			got, err := a.prepare(ctx, a.head(name, nil))
			return "`" + got.header.Get("Content-Type") + "`", err
		}
	}
	return []question{
		{id: "10a", text: "`Content-Type` of an object that was stored without one", ask: typeOf("object")},
		{id: "10b", text: "The same, of a key that ends in `.json`", ask: typeOf("object.json")},
		{id: "10c", text: "The same, of `.zip`", ask: typeOf("object.zip")},
		{id: "10d", text: "The same, of `.txt`: is there a charset?", ask: typeOf("object.txt")},
	}
}

// versionSpelling asks for a version that is not there: a parameter that is not understood finds the object.
func versionSpelling() []question {
	return []question{{id: "12", text: "GET of a version that does not exist, by `versionId`, by `versionid`, by `VersionId`", ask: func(ctx context.Context, a *asker) (string, error) {
		if _, err := a.prepare(ctx, a.put("object", nil)); err != nil {
			return "", err
		}
		var verdicts []string
		for _, name := range []string{"versionId", "versionid", "VersionId"} {
			r := a.get(nil)
			r.query = url.Values{name: {"test"}}
			got, err := a.do(ctx, r)
			if err != nil {
				return "", err
			}
			verdicts = append(verdicts, got.verdict())
		}
		return strings.Join(verdicts, "; "), nil
	}}}
}

func etags() []question {
	return []question{
		{id: "13a", text: "ETags of the same body under SSE-C", ask: func(ctx context.Context, a *asker) (string, error) {
			var etags []string
			for _, r := range []request{
				a.put("object", customer(a.keyA)), a.put("object", customer(a.keyA)), a.put("other", customer(a.keyA)), a.put("object", customer(a.keyB)),
			} {
				got, err := a.prepare(ctx, r)
				if err != nil {
					return "", err
				}
				etags = append(etags, strings.Trim(got.header.Get("ETag"), `"`))
			}
			sum := md5.Sum([]byte(body))
			compare := func(is bool) string {
				if is {
					return "the same"
				}
				return "another"
			}
			return fmt.Sprintf("once more: %s; as another object: %s; with another key: %s; the MD5 of the body is %s",
				compare(etags[0] == etags[1]), compare(etags[0] == etags[2]), compare(etags[0] == etags[3]), compare(etags[0] == hex.EncodeToString(sum[:]))), nil
		}},
		{id: "13b", text: "How the ETag under SSE-C is computed", unasked: "no request tells; the ETags of 13a can be compared, not derived"},
	}
}

func forceDownload(ctx context.Context, a *asker) (string, error) {
	if _, err := a.prepare(ctx, a.put("object", nil)); err != nil {
		return "", err
	}
	var parts []string
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		got, err := a.prepare(ctx, request{method: method, key: a.key("object")})
		if err != nil {
			return "", err
		}
		or := func(value string) string {
			if value == "" {
				return "none"
			}
			return "`" + value + "`"
		}
		parts = append(parts, fmt.Sprintf("%s: %s and %s", method, or(got.header.Get("X-Cos-Force-Download")), or(got.header.Get("Content-Disposition"))))
	}
	return strings.Join(parts, "; "), nil
}

func noTags(ctx context.Context, a *asker) (string, error) {
	if _, err := a.prepare(ctx, a.put("object", nil)); err != nil {
		return "", err
	}
	got, err := a.do(ctx, request{method: http.MethodGet, key: a.key("object"), subresource: "tagging"})
	if err != nil || !got.ok() {
		return got.verdict(), err
	}
	var set struct {
		Tags []struct{ Key string } `xml:"TagSet>Tag"`
	}
	if err := got.decode(&set); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s, a set of %d tags", got.verdict(), len(set.Tags)), nil
}

func noEncryption(ctx context.Context, a *asker) (string, error) {
	if _, err := a.prepare(ctx, a.put("object", nil)); err != nil {
		return "", err
	}
	got, err := a.prepare(ctx, a.head("object", nil))
	if err != nil {
		return "", err
	}
	standard := a.state.encryption
	if standard == "" {
		standard = "none"
		a.note("whether an object can be stored unencrypted in a bucket with a default encryption is only answered by a bucket that has one")
	}
	return fmt.Sprintf("stored: %s; the default: %s", got.encryption(), standard), nil
}

func leadingSlash(ctx context.Context, a *asker) (string, error) {
	r := a.put("object", nil)
	r.key = "/" + r.key
	got, err := a.do(ctx, r)
	if err != nil || !got.ok() {
		return got.verdict(), err
	}
	without, err := a.do(ctx, a.head("object", nil))
	if err != nil {
		return "", err
	}
	if without.ok() {
		return got.verdict() + ", stored without the slash", nil
	}
	return got.verdict() + ", stored with the slash", nil
}

// crcs ask for the header that the provider judges bodies by.
func crcs() []question {
	sum := strconv.FormatUint(crc64.Checksum([]byte(body), crc64.MakeTable(crc64.ECMA)), 10)
	describe := func(got answer) string {
		switch got.header.Get("X-Cos-Hash-Crc64ecma") {
		case sum:
			return "of the body"
		case "":
			return "absent"
		default:
			return "another value"
		}
	}
	putAndHead := func(header func(*asker) http.Header, read func(*asker) http.Header) ask {
		return func(ctx context.Context, a *asker) (string, error) {
			put, err := a.prepare(ctx, a.put("object", header(a)))
			if err != nil {
				return "", err
			}
			head, err := a.prepare(ctx, a.head("object", read(a)))
			return "PUT: " + describe(put) + "; HEAD: " + describe(head), err
		}
	}
	return []question{
		{id: "20a", text: "`x-cos-hash-crc64ecma` without encryption", ask: putAndHead(nothing, nothing)},
		{id: "20b", text: "`x-cos-hash-crc64ecma` under SSE-COS", ask: putAndHead(withMode("AES256"), nothing)},
		{id: "20c", text: "`x-cos-hash-crc64ecma` under SSE-C", ask: putAndHead(withKeyA, withKeyA)},
		{id: "20d", text: "`x-cos-hash-crc64ecma` under SSE-KMS", needs: needsKMS, ask: putAndHead((*asker).kms, nothing)},
		{id: "20e", text: "`x-cos-hash-crc64ecma` of a copy", ask: func(ctx context.Context, a *asker) (string, error) {
			if _, err := a.prepare(ctx, a.put("source", nil)); err != nil {
				return "", err
			}
			got, err := a.prepare(ctx, a.copyOf("source", "copy", mode("AES256")))
			if err != nil {
				return "", err
			}
			var result struct{ CRC64 string }
			if err := got.decode(&result); err != nil {
				return "", err
			}
			inBody := describe(answer{header: headers("X-Cos-Hash-Crc64ecma", result.CRC64)})
			return "header: " + describe(got) + "; body: " + inBody, nil
		}},
		{id: "20f", text: "`x-cos-hash-crc64ecma` of Complete Multipart Upload", ask: func(ctx context.Context, a *asker) (string, error) {
			got, err := uploaded(ctx, a, mode("AES256"))
			return describe(got), err
		}},
	}
}
