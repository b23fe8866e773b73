package cosmock

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// getObject implements GET Object and HEAD Object.
func (x *exchange) getObject() error {
	v, err := x.bucket.acquire(x.address.key, x.query.value("versionId"))
	if err != nil {
		if x.anonymous && !x.bucket.publicRead() { // without read access, a client cannot tell whether the object exists
			return x.denied(fail("AccessDenied"))
		}
		if id := x.bucket.latestMarker(x.address.key); id != "" && x.undocumented.DeleteMarkerTold && x.query.value("versionId") == "" {
			return deleteMarkerError("NoSuchKey", id)
		}
		return err
	}
	defer v.release()
	if x.anonymous && !x.mayReadAnonymously(v) {
		return x.denied(fail("AccessDenied"))
	}
	key, err := x.readKey(v.protection)
	if err != nil {
		return err
	}
	conditions := readConditions(x.r.Header, "")
	if x.undocumented.StrictArguments && !conditions.wellFormed() {
		return failf("InvalidArgument", "A date is not one of HTTP.")
	}
	x.objectHeaders(v)
	x.echoEncryption(v.protection)
	switch conditions.check(v) {
	case http.StatusNotModified:
		return x.notModified(v)
	case http.StatusPreconditionFailed:
		return x.preconditionFailed()
	}
	if x.r.Method == http.MethodHead {
		return x.answerHead(v)
	}
	if err := x.mayDownload(v); err != nil {
		return err
	}
	return x.sendObject(v, key)
}

// answerHead completes HEAD Object.
func (x *exchange) answerHead(v *version) error {
	if v.protection.mode == sse.ModeKMS && x.undocumented.KMSKeyNeededByHead {
		if _, err := x.server.keys.kmsKey(v.protection.kmsKeyID); err != nil {
			x.forgetObject()
			return err
		}
	}
	if x.undocumented.ForceDownloadHead {
		x.forceDownload()
	}
	length, status := v.size, http.StatusOK
	if x.undocumented.HeadRange {
		offset, n, partial, err := parseRange(x.r.Header.Get("Range"), v.size)
		if err != nil {
			x.forgetObject()
			return err
		}
		if partial {
			length, status = n, http.StatusPartialContent
			x.contentRange(offset, n, v.size)
		}
	}
	x.header().Set("Content-Length", strconv.FormatInt(length, 10))
	x.w.WriteHeader(status)
	return nil
}

func (x *exchange) contentRange(offset, length, size int64) {
	x.header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", offset, offset+length-1, size))
}

// mayReadAnonymously reports whether an anonymous client may read a version. A
// public ACL does not apply to SSE-KMS objects ("Server-Side Encryption
// Overview").
func (x *exchange) mayReadAnonymously(v *version) bool {
	switch v.protection.mode {
	case sse.ModeKMS, sse.ModeCustomer:
		return false
	case sse.ModeAES256, sse.ModeSM4:
		if x.undocumented.AnonymousSSECOSRefused {
			return false
		}
	}
	if v.acl.own {
		return v.acl.publicRead()
	}
	return x.bucket.publicRead()
}

// objectHeaders sets the headers that describe an object. Headers that have no
// value are left out.
func (x *exchange) objectHeaders(v *version) {
	h := x.header()
	for name, values := range v.header {
		h[name] = values
	}
	if shown := x.undocumented.DefaultCacheControl; shown != "" && h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", shown)
	}
	h.Set("Etag", quote(v.etag))
	h.Set("Last-Modified", v.modified.UTC().Format(http.TimeFormat))
	h.Set("Accept-Ranges", "bytes")
	if v.hasCRC {
		x.setCRC(v.crc)
	}
	if v.class != "" {
		h.Set("X-Cos-Storage-Class", v.class)
	}
	if tier := v.storageTier(x.server.now()); tier != "" {
		h.Set("X-Cos-Storage-Tier", tier)
	}
	if len(v.tags) > 0 {
		h.Set("X-Cos-Tagging-Count", strconv.Itoa(len(v.tags)))
	}
	if x.bucket.versioned() {
		h.Set("X-Cos-Version-Id", v.id)
	}
	v.restoration.headers(h, x.server.now())
	if !x.undocumented.HeadHidesLock {
		v.lock.headers(h)
	}
}

func (x *exchange) notModified(v *version) error {
	h := x.header()
	for name := range v.header {
		h.Del(name)
	}
	h.Del("Cache-Control")
	x.w.WriteHeader(http.StatusNotModified)
	return nil
}

func (x *exchange) preconditionFailed() error {
	x.forgetObject()
	return fail("PreconditionFailed")
}

// forgetObject removes the headers that describe an object before an error is
// sent.
func (x *exchange) forgetObject() {
	for name := range x.header() {
		switch name {
		case "Server", "Connection", "Date", "X-Cos-Request-Id":
		default:
			x.header().Del(name)
		}
	}
}

// mayDownload checks the conditions that apply to GET but not to HEAD.
func (x *exchange) mayDownload(v *version) error {
	if !v.readable(x.server.now()) {
		x.forgetObject()
		e := fail("InvalidObjectState")
		e.header = http.Header{"X-Cos-Storage-Class": {v.class}}
		return e
	}
	if x.server.opts.ForceDownload && !x.address.custom {
		lower := strings.ToLower(v.key)
		if strings.HasSuffix(lower, ".apk") || strings.HasSuffix(lower, ".ipa") {
			x.forgetObject()
			return fail("DownloadForbidden")
		}
	}
	return nil
}

// overrides are the query parameters of GET Object that replace a response
// header.
var overrides = []struct{ param, header string }{
	{"response-cache-control", "Cache-Control"},
	{"response-content-disposition", "Content-Disposition"},
	{"response-content-encoding", "Content-Encoding"},
	{"response-content-language", "Content-Language"},
	{"response-content-type", "Content-Type"},
	{"response-expires", "Expires"},
}

// sendObject sends the body or a range of it.
func (x *exchange) sendObject(v *version, key sse.CustomerKey) error {
	offset, length, partial, err := parseRange(x.r.Header.Get("Range"), v.size)
	if err != nil {
		x.forgetObject()
		return err
	}
	v.acquire() // released by the reader
	body := open(x.server.keys, v.blobs, v.protection, key, offset, length)
	defer body.Close()
	first := make([]byte, min(length, 4096)) // decrypt some data before the header is sent
	if _, err := io.ReadFull(body, first); err != nil {
		x.forgetObject()
		return err
	}
	h := x.header()
	for _, o := range overrides {
		if value, ok := x.query.get(o.param); ok {
			if x.anonymous {
				x.forgetObject()
				return failf("InvalidRequest", "Request specific response headers cannot be used for anonymous GET requests.")
			}
			h.Set(o.header, value)
		}
	}
	x.forceDownload()
	h.Set("Content-Length", strconv.FormatInt(length, 10))
	status := http.StatusOK
	if partial {
		status = http.StatusPartialContent
		x.contentRange(offset, length, v.size)
	}
	x.w.WriteHeader(status)
	if _, err := io.Copy(onlyWriter{x.w}, io.MultiReader(bytes.NewReader(first), body)); err != nil && !x.w.cut {
		x.server.log.Warn("answer broken off", "request_id", x.requestID, "error", err)
		x.w.hangUp(nil)
	}
	return nil
}

// forceDownload applies Options.ForceDownload to default domains.
func (x *exchange) forceDownload() {
	if x.server.opts.ForceDownload && !x.address.custom {
		x.header().Set("X-Cos-Force-Download", "true")
		x.header().Set("Content-Disposition", "attachment")
	}
}

// onlyWriter hides the other methods of a writer from io.Copy, so that io.Copy
// uses its own buffer and the faults see each piece.
type onlyWriter struct{ io.Writer }

// parseRange parses a Range header with one range. It ignores a malformed header.
// A range that begins past the end is an error ("GET Object").
func parseRange(header string, size int64) (offset, length int64, partial bool, err error) {
	spec, ok := strings.CutPrefix(strings.TrimSpace(header), "bytes=")
	from, to, dash := strings.Cut(spec, "-")
	if !ok || !dash || strings.Contains(to, ",") {
		return 0, size, false, nil
	}
	if from == "" {
		n, err := strconv.ParseInt(to, 10, 64)
		if err != nil || n < 0 {
			return 0, size, false, nil
		}
		if n == 0 || size == 0 {
			return 0, 0, false, fail("InvalidRange")
		}
		n = min(n, size)
		return size - n, n, true, nil
	}
	first, err := strconv.ParseInt(from, 10, 64)
	if err != nil || first < 0 {
		return 0, size, false, nil
	}
	last := size - 1
	if to != "" {
		n, err := strconv.ParseInt(to, 10, 64)
		if err != nil || n < first {
			return 0, size, false, nil
		}
		last = min(last, n)
	}
	if first >= size {
		return 0, 0, false, fail("InvalidRange")
	}
	return first, last - first + 1, true, nil
}
