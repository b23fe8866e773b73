package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// evidence are questions that tests and tools which ran against COS answer in part, in another dialect or years ago.
func evidence() []question {
	return slices.Concat(conditionalWrites(), tagForms(), classes(), locks(), missingKeys(), []question{
		{id: "28", text: "`Expires` of an object that was stored with `Expires: 0`", ask: expiresZero},
		{id: "29", text: "HEAD with a `Range`", ask: headRange},
		{id: "30", text: "The version id in `?versions`, in the state that the bucket is in", ask: listedID},
		{id: "31", text: "HEAD of an SSE-KMS object whose key was disabled afterwards", unasked: "it takes a key that somebody disables in the middle of a run"},
	})
}

// conditionalWrites are asked with a condition that does not hold.
func conditionalWrites() []question {
	against := func(do func(*asker) request) ask {
		return func(ctx context.Context, a *asker) (string, error) {
			for _, name := range []string{"object", "other"} {
				if _, err := a.prepare(ctx, a.put(name, nil)); err != nil {
					return "", err
				}
			}
			return verdictOf(ctx, a, do(a))
		}
	}
	wrong := headers("If-Match", `"00000000000000000000000000000000"`)
	return []question{
		{id: "23a", text: "PUT over an object with an `If-Match` that does not hold", ask: against(func(a *asker) request { return a.put("object", wrong) })},
		{id: "23b", text: "Copy onto an object with `If-None-Match: *`", ask: against(func(a *asker) request {
			return a.copyOf("other", "object", headers("If-None-Match", "*"))
		})},
		{id: "23c", text: "DELETE with an `If-Match` that does not hold", ask: against(func(a *asker) request {
			return request{method: http.MethodDelete, key: a.key("object"), header: wrong}
		})},
	}
}

// tagForms are about what a tag may be. The header is that of a PUT, so nothing has to be waited for.
func tagForms() []question {
	tagged := func(key, value string) ask {
		return func(ctx context.Context, a *asker) (string, error) {
			return verdictOf(ctx, a, a.put("object", headers("X-Cos-Tagging", url.QueryEscape(key)+"="+url.QueryEscape(value))))
		}
	}
	return []question{
		{id: "24a", text: "PUT with an `@` in the key and the value of a tag", ask: tagged("mail@example", "a@b")},
		{id: "24b", text: "PUT with a tag's key of 127 characters and a value of 255", ask: tagged(strings.Repeat("k", 127), strings.Repeat("v", 255))},
		{id: "24c", text: "PUT with a tag's key of 128 characters", ask: tagged(strings.Repeat("k", 128), "v")},
		{id: "24d", text: "PUT with a tag's value of 256 characters", ask: tagged("k", strings.Repeat("v", 256))},
	}
}

func classes() []question {
	class := func(name string) http.Header { return headers("X-Cos-Storage-Class", name) }
	return []question{
		{id: "25a", text: "PUT with the class `MAZ_STANDARD`", ask: putting(func(*asker) http.Header { return class("MAZ_STANDARD") })},
		{id: "25b", text: "Copy of a `STANDARD` object into the class `MAZ_STANDARD`", ask: func(ctx context.Context, a *asker) (string, error) {
			if _, err := a.prepare(ctx, a.put("source", nil)); err != nil {
				return "", err
			}
			return verdictOf(ctx, a, a.copyOf("source", "copy", class("MAZ_STANDARD")))
		}},
		{id: "25c", text: "Restoring a `DEEP_ARCHIVE` object with the tier `Expedited`", ask: func(ctx context.Context, a *asker) (string, error) {
			if _, err := a.prepare(ctx, a.put("object", class("DEEP_ARCHIVE"))); err != nil {
				return "", err
			}
			return verdictOf(ctx, a, request{
				method: http.MethodPost, key: a.key("object"), subresource: "restore",
				body: "<RestoreRequest><Days>1</Days><CASJobParameters><Tier>Expedited</Tier></CASJobParameters></RestoreRequest>",
			})
		}},
	}
}

// locks are asked of a bucket without object lock: of another one, a run does not begin. Should one of them lock all
// the same, then for two seconds, and a legal hold is never put on.
func locks() []question {
	lock := func(mode string) func(*asker) http.Header {
		return func(a *asker) http.Header {
			return headers("X-Cos-Object-Lock-Mode", mode,
				"X-Cos-Object-Lock-Retain-Until-Date", a.clock().Add(2*time.Second).UTC().Format(time.RFC3339))
		}
	}
	return []question{
		{id: "26a", text: "PUT with lock headers, mode `COMPLIANCE`, in a bucket without object lock", ask: putting(lock("COMPLIANCE"))},
		{id: "26b", text: "The same with mode `GOVERNANCE`", ask: putting(lock("GOVERNANCE"))},
		{id: "26c", text: "The same with a legal hold that is off", ask: putting(func(*asker) http.Header { return headers("X-Cos-Object-Lock-Legal-Hold", "OFF") })},
	}
}

// missingKeys show an origin-pull rule, if the bucket has one: it answers for objects that are not there.
func missingKeys() []question {
	missing := func(method string) ask {
		return func(ctx context.Context, a *asker) (string, error) {
			got, err := a.do(ctx, request{method: method, key: a.key("missing")})
			if err != nil {
				return "", err
			}
			if got.pulled() {
				return got.verdict() + ", to another host: the bucket has an origin-pull rule", nil
			}
			return got.verdict(), nil
		}
	}
	return []question{
		{id: "27a", text: "HEAD of a key that does not exist", ask: missing(http.MethodHead)},
		{id: "27b", text: "GET of a key that does not exist", ask: missing(http.MethodGet)},
	}
}

func expiresZero(ctx context.Context, a *asker) (string, error) {
	put, err := a.do(ctx, a.put("object", headers("Expires", "0")))
	if err != nil || !put.ok() {
		return put.verdict(), err
	}
	got, err := a.prepare(ctx, a.head("object", nil))
	if err != nil {
		return "", err
	}
	if value := got.header.Get("Expires"); value != "" {
		return put.verdict() + ", HEAD: `" + value + "`", nil
	}
	return put.verdict() + ", HEAD: none", nil
}

func headRange(ctx context.Context, a *asker) (string, error) {
	if _, err := a.prepare(ctx, a.put("object", nil)); err != nil {
		return "", err
	}
	got, err := a.do(ctx, a.head("object", headers("Range", "bytes=0-1")))
	return fmt.Sprintf("%s, a length of %s", got.verdict(), got.header.Get("Content-Length")), err
}

// listedID waits for the listing, which may lag.
func listedID(ctx context.Context, a *asker) (string, error) {
	put, err := a.prepare(ctx, a.put("object", nil))
	if err != nil {
		return "", err
	}
	state := "versioning " + a.state.versioning
	if a.state.versioning == cosmock.VersioningNever {
		state = "versioning never set"
	}
	for until := a.clock().Add(a.patience); ; {
		got, err := a.prepare(ctx, request{method: http.MethodGet, subresource: "versions", query: url.Values{"prefix": {a.key("object")}}})
		if err != nil {
			return "", err
		}
		var list struct {
			Versions []struct {
				ID string `xml:"VersionId"`
			} `xml:"Version"`
		}
		if err := got.decode(&list); err != nil {
			return "", err
		}
		if len(list.Versions) > 0 {
			switch id := list.Versions[0].ID; id {
			case "":
				return state + ": empty", nil
			case "null":
				return state + ": `null`", nil
			case put.header.Get("X-Cos-Version-Id"):
				return state + ": that of the PUT", nil
			}
			return state + ": another id than that of the PUT", nil
		}
		if !a.clock().Before(until) {
			return "it was not listed", nil
		}
		if err := a.sleep(ctx, a.pause); err != nil {
			return "", err
		}
	}
}
