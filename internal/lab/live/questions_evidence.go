package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// evidence are questions that tests and tools which ran against COS answer only in part, for the S3 API, or for an
// older COS.
func evidence() []question {
	// Conditional writes use a condition that does not hold.
	wrong := sending("If-Match", `"00000000000000000000000000000000"`)
	against := func(s step) ask { return asking(verdict, put("object"), put("other"), s) }
	// Tags are set by the header of a PUT, so that the test need not wait for anything.
	tagged := func(key, value string) ask {
		return asking(verdict, put("object", sending("X-Cos-Tagging", url.QueryEscape(key)+"="+url.QueryEscape(value))))
	}
	expires := func(_ *asker, got rawcos.Answer) string { return quoted(got, "Expires") }
	class := func(name string) headerOf { return sending("X-Cos-Storage-Class", name) }
	// Locks are tried in a bucket without object lock, since a run refuses any other. If COS sets a lock nevertheless,
	// it ends after two seconds. A legal hold is never set.
	lock := func(mode string) headerOf {
		return func(a *asker) http.Header {
			return headers("X-Cos-Object-Lock-Mode", mode, "X-Cos-Object-Lock-Retain-Until-Date", a.clock().Add(2*time.Second).UTC().Format(time.RFC3339))
		}
	}
	restore := changed(about(requesting(http.MethodPost, "object"), "restore"), func(r *request) {
		r.body = "<RestoreRequest><Days>1</Days><CASJobParameters><Tier>Expedited</Tier></CASJobParameters></RestoreRequest>"
	})
	return []question{
		{id: "23a", text: "PUT over an object with an `If-Match` that does not hold", ask: against(put("object", wrong))},
		{id: "23b", text: "Copy onto an object with `If-None-Match: *`", ask: against(copyOf("other", "object", sending("If-None-Match", "*")))},
		{id: "23c", text: "DELETE with an `If-Match` that does not hold", ask: against(remove("object", wrong))},
		{id: "24a", text: "PUT with an `@` in the key and the value of a tag", ask: tagged("mail@example", "a@b")},
		{id: "24b", text: "PUT with a tag's key of 127 characters and a value of 255", ask: tagged(strings.Repeat("k", 127), strings.Repeat("v", 255))},
		{id: "24c", text: "PUT with a tag's key of 128 characters", ask: tagged(strings.Repeat("k", 128), "v")},
		{id: "24d", text: "PUT with a tag's value of 256 characters", ask: tagged("k", strings.Repeat("v", 256))},
		{id: "25a", text: "PUT with the class `MAZ_STANDARD`", ask: putting(class("MAZ_STANDARD"))},
		{id: "25b", text: "Copy of a `STANDARD` object into the class `MAZ_STANDARD`", ask: asking(verdict, put("source"), copyOf("source", "copy", class("MAZ_STANDARD")))},
		{id: "25c", text: "Restoring a `DEEP_ARCHIVE` object with the tier `Expedited`", ask: asking(verdict, put("object", class("DEEP_ARCHIVE")), restore)},
		{id: "26a", text: "PUT with lock headers, mode `COMPLIANCE`, in a bucket without object lock", ask: putting(lock("COMPLIANCE"))},
		{id: "26b", text: "The same with mode `GOVERNANCE`", ask: putting(lock("GOVERNANCE"))},
		{id: "26c", text: "The same with a legal hold that is off", ask: putting(sending("X-Cos-Object-Lock-Legal-Hold", "OFF"))},
		{id: "27a", text: "HEAD of a key that does not exist", ask: asking(originPull, head("missing"))},
		{id: "27b", text: "GET of a key that does not exist", ask: asking(originPull, get("missing"))},
		{id: "28", text: "`Expires` of an object that was stored with `Expires: 0`", ask: accepted(put("object", sending("Expires", "0")), each(expires, head("object")))},
		{id: "29", text: "HEAD with a `Range`", ask: asking(length, put("object"), head("object", sending("Range", "bytes=0-1")))},
		{id: "30", text: "The version id in `?versions`, in the state that the bucket is in", ask: listedID},
		{id: "31", text: "HEAD of an SSE-KMS object whose key was disabled afterwards", unasked: "it takes a key that somebody disables in the middle of a run"},
	}
}

// originPull describes the response of an origin-pull rule, which applies to missing objects if the bucket has one.
func originPull(_ *asker, got rawcos.Answer) string {
	if got.Pulled() {
		return got.Verdict() + ", to another host: the bucket has an origin-pull rule"
	}
	return got.Verdict()
}

func length(_ *asker, got rawcos.Answer) string {
	return fmt.Sprintf("%s, a length of %s", got.Verdict(), got.Header.Get("Content-Length"))
}

// listedID waits for the listing, which may lag.
func listedID(ctx context.Context, a *asker) string {
	stored := a.prepare(ctx, put("object"))
	var page struct{ Version []item }
	versions := func(a *asker) request { return listingOf("versions", a.key("object")) }
	looks, _ := a.until(ctx, a.pause, func() bool {
		program.Check(a.prepare(ctx, versions).Decode(&page))
		return len(page.Version) > 0
	})
	if looks == 0 {
		return "it was not listed"
	}
	switch page.Version[0].Version {
	case "":
		return a.state.versioningText() + ": empty"
	case "null":
		return a.state.versioningText() + ": `null`"
	case stored.Header.Get("X-Cos-Version-Id"):
		return a.state.versioningText() + ": that of the PUT"
	default:
		return a.state.versioningText() + ": another id than that of the PUT"
	}
}
