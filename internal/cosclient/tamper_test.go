package cosclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// reply is a correct response.
type reply struct {
	status  string
	headers [][2]string
	body    string
}

// hole marks the position to fill. It occurs in no other response.
const hole = "\x00"

// cells returns the response with one position filled, by the name of the position. Responses that are not valid HTTP
// close the connection.
func (r reply) cells() map[string]func(filling string) (string, bool) {
	cells := map[string]func(string) (string, bool){}
	add := func(name, text string, last bool) {
		cells[name] = func(filling string) (string, bool) { return strings.ReplaceAll(text, hole, filling), last }
	}
	lines := func(headers [][2]string, body string) string {
		var b strings.Builder
		for _, h := range headers {
			b.WriteString(h[0] + ": " + h[1] + "\r\n")
		}
		return b.String() + "\r\n" + body
	}
	length := func(body string) [][2]string {
		return append(slices.Clone(r.headers), [2]string{"Content-Length", strconv.Itoa(len(body))})
	}
	status, whole := "HTTP/1.1 "+r.status+"\r\n", lines(length(r.body), r.body)
	add("as it is", status+whole, false)
	for i, h := range r.headers {
		for form, text := range map[string]string{"": hole, " in words": "x " + hole + " y"} {
			headers := length(r.body)
			headers[i][1] = text
			add("header "+h[0]+form, status+lines(headers, r.body), false)
		}
	}
	code, _, _ := strings.Cut(r.status, " ")
	for name, line := range map[string]string{
		"status line": hole, "protocol": hole + " " + r.status, "status code": "HTTP/1.1 " + hole, "reason": "HTTP/1.1 " + code + " " + hole,
		"before the status line": hole + "\r\nHTTP/1.1 " + r.status, "informational answer": "HTTP/1.1 103 Early\r\nLink: " + hole + "\r\n\r\nHTTP/1.1 " + r.status,
	} {
		add(name, line+"\r\n"+whole, name != "reason" && name != "informational answer")
	}
	for name, line := range map[string]string{
		"line without a colon": hole, "name of a header": hole + ": x", "name of a header with a space": "x " + hole + ": x", "folded line": "X-Folded: a\r\n " + hole,
		"second length": "Content-Length: " + hole, "transfer encoding": "Transfer-Encoding: " + hole, "trailer": "Trailer: " + hole, "terminal": "X-Terminal: \x1b[31m" + hole,
		"connection": "Connection: " + hole, "cookie": "Set-Cookie: " + hole, "upgrade": "Upgrade: " + hole,
	} {
		add(name, status+line+"\r\n"+whole, true)
	}
	chunked := status + lines(append(slices.Clone(r.headers), [2]string{"Transfer-Encoding", "chunked"}), "")
	size := strconv.FormatInt(int64(len(r.body)), 16)
	for name, body := range map[string]string{
		"chunk size": hole + "\r\n", "chunk extension": size + ";" + hole + "\r\n" + r.body + "\r\n0\r\n\r\n", "end of a chunk": size + "\r\n" + r.body + hole,
		"line of a trailer": size + "\r\n" + r.body + "\r\n0\r\n" + hole + "\r\n\r\n", "value of a trailer": size + "\r\n" + r.body + "\r\n0\r\nX-A: " + hole + "\r\n\r\n",
	} {
		add(name, chunked+body, true)
	}
	add("body", status+lines(r.headers, hole), true)
	for _, at := range node.FindAllStringSubmatchIndex(r.body, -1) {
		name := r.body[at[2]:at[3]]
		for form, text := range map[string]string{"node ": hole, "words of ": "About " + hole + ".", "element in ": "<" + hole + ">", "entity in ": "&" + hole + ";", "decoded ": "%78" + hole} {
			add(form+name, status+lines(r.headers, r.body[:at[4]]+text+r.body[at[5]:]), true)
		}
	}
	return cells
}

var node = regexp.MustCompile(`<(\w+)>([^<]+)</`)

// headersOf returns the headers that any response may have.
func headersOf(changes ...string) [][2]string {
	h := [][2]string{
		{"Date", "Tue, 28 Nov 2023 08:15:30 GMT"}, {"Server", "tencent-cos"}, {"Last-Modified", "Tue, 28 Nov 2023 08:15:30 GMT"},
		{"x-cos-request-id", "NjU2NWE2YjJfYmQ0MGI0MDlfMjU4ZTY="}, {"x-cos-trace-id", "OGVmYzZiMmQzYjA2OWNhODk0NTRk"},
		{"ETag", `"ee8de918d05640145b18f70f4c3aa602"`}, {"x-cos-hash-crc64ecma", content.SumBytes([]byte(tamperBody)).CRC64String()},
		{"x-cos-version-id", "MTg0NDUxNTc1NjIzMTQ1MDAwODg"}, {"Content-Type", "text/plain"}, {"Cache-Control", "no-cache"}, {"Content-Disposition", "inline"},
		{"Content-Encoding", "identity"}, {"Content-Language", "en"}, {"Expires", "Tue, 28 Nov 2023 08:15:30 GMT"}, {"x-cos-storage-class", "STANDARD_IA"},
		{"x-cos-meta-a", "b"}, {"x-cos-tagging-count", "1"}, {"x-cos-restore", "x"}, {"x-cos-acl", "default"}, {"x-cos-delete-marker", "true"},
		{"x-cos-server-side-encryption-customer-algorithm", "AES256"}, {"x-cos-server-side-encryption-customer-key-MD5", "U29tZU1ENW9mYUtleTEyMw=="},
	}
	for i := 0; i < len(changes); i += 2 {
		h = append(h, [2]string{changes[i], changes[i+1]})
	}
	return h
}

const refusalBody = `<Error><Code>AccessDenied</Code><Message>Access Denied.</Message><Resource>/k</Resource><RequestId>NjU2</RequestId><TraceId>OGVm</TraceId>` +
	`<ServerTime>2023-11-28T08:15:30Z</ServerTime><StringToSign>s</StringToSign><FormatString>f</FormatString></Error>`

// refusals returns error responses that apply to any operation.
func refusals(head bool) map[string]reply {
	found := map[string]reply{}
	for _, status := range []string{"403 Forbidden", "301 Moved Permanently", "404 Not Found", "503 Service Unavailable"} {
		r := reply{status: status, body: refusalBody, headers: [][2]string{
			{"Date", "Tue, 28 Nov 2023 08:15:30 GMT"}, {"x-cos-request-id", "NjU2NWE2YjJfYmQ0MGI0MDlfMjU4ZTY="}, {"x-cos-trace-id", "OGVmYzZi"},
			{"x-cos-bucket-region", "ap-beijing"}, {"Location", "https://lab-1250000000.cos.ap-beijing.myqcloud.com/"}, {"Retry-After", "1"},
		}}
		if head {
			r.body = ""
		}
		found[status] = r
	}
	return found
}

// tamperedCall is an operation with its correct response.
type tamperedCall struct {
	reply reply
	call  func(context.Context, *Client) (any, error)
}

func tamperedCalls(t *testing.T) map[string]tamperedCall {
	t.Helper()
	key, loc := testKey(t), testObject
	settings := sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}
	up := Upload{Location: loc, ID: "U", customerKey: key}
	xml := func(body string) reply { return reply{status: "200 OK", headers: headersOf(), body: body} }
	in := HeadInput{CustomerKey: key}
	return map[string]tamperedCall{
		"head": {xml(""), func(ctx context.Context, c *Client) (any, error) { return c.Head(ctx, loc, in) }},
		"get": {reply{"206 Partial Content", headersOf("Content-Range", "bytes 2-5/9"), "body"}, func(ctx context.Context, c *Client) (any, error) {
			body, info, err := c.GetRange(ctx, loc, in, 2, 4)
			if err == nil {
				_, err = io.ReadAll(body)
				_ = body.Close()
			}
			return info, err
		}},
		"explain": {reply{"403 Forbidden", headersOf(), refusalBody}, func(ctx context.Context, c *Client) (any, error) {
			return nil, c.Explain(ctx, loc, in, &Error{Op: opHead, Location: loc, Status: 403})
		}},
		"put": {xml(""), func(ctx context.Context, c *Client) (any, error) {
			return c.Put(ctx, loc, PutInput{Body: text(tamperBody), Encryption: settings})
		}},
		"copy": {xml("<CopyObjectResult><ETag>e</ETag><CRC64>1</CRC64><VersionId>v</VersionId></CopyObjectResult>"), func(ctx context.Context, c *Client) (any, error) {
			return c.Copy(ctx, loc, CopyInput{Source: loc, SourceKey: key, Encryption: settings})
		}},
		"initiate": {xml("<InitiateMultipartUploadResult><UploadId>U</UploadId></InitiateMultipartUploadResult>"), func(ctx context.Context, c *Client) (any, error) {
			return c.InitiateMultipart(ctx, loc, UploadInput{Encryption: settings})
		}},
		"part": {xml(""), func(ctx context.Context, c *Client) (any, error) {
			return c.UploadPart(ctx, up, 1, text(tamperBody), "")
		}},
		"part copy": {xml("<CopyPartResult><ETag>e</ETag></CopyPartResult>"), func(ctx context.Context, c *Client) (any, error) {
			return c.UploadPartCopy(ctx, up, 1, CopyInput{Source: loc, SourceKey: key}, 0, 1)
		}},
		"complete": {xml("<CompleteMultipartUploadResult><ETag>e</ETag><CRC64>1</CRC64><VersionId>v</VersionId></CompleteMultipartUploadResult>"), func(ctx context.Context, c *Client) (any, error) {
			return c.CompleteMultipart(ctx, up, CompleteInput{Parts: []Part{{Number: 1, ETag: "e"}}})
		}},
		"error in a success": {xml(refusalBody), func(ctx context.Context, c *Client) (any, error) {
			return c.Copy(ctx, loc, CopyInput{Source: loc, SourceKey: key, Encryption: settings})
		}},
		"abort":  {reply{"204 No Content", headersOf(), ""}, func(ctx context.Context, c *Client) (any, error) { return nil, c.AbortMultipart(ctx, up) }},
		"delete": {reply{"204 No Content", headersOf(), ""}, func(ctx context.Context, c *Client) (any, error) { return c.Delete(ctx, loc, DeleteInput{}) }},
		"list": {xml("<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextMarker>k</NextMarker><Contents><Key>k</Key><ETag>e</ETag><Size>1</Size><LastModified>t</LastModified><StorageClass>s</StorageClass></Contents></ListBucketResult>"),
			func(ctx context.Context, c *Client) (any, error) {
				return c.List(ctx, loc.Region, loc.Bucket, ListInput{})
			}},
		"list versions": {xml("<ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker><Version><Key>k</Key><VersionId>v</VersionId><ETag>e</ETag><Size>1</Size></Version></ListVersionsResult>"),
			func(ctx context.Context, c *Client) (any, error) {
				versions, k, v, _, err := c.ListVersions(ctx, loc.Region, loc.Bucket, "", "", "")
				return fmt.Sprint(versions, k, v), err
			}},
		"acl": {xml("<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList><Grant><Grantee><ID>g</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"),
			func(ctx context.Context, c *Client) (any, error) { return c.ACL(ctx, loc) }},
		"put acl": {xml(""), func(ctx context.Context, c *Client) (any, error) { return nil, c.PutACL(ctx, loc, "private") }},
		"tags":    {xml("<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>"), func(ctx context.Context, c *Client) (any, error) { return c.Tags(ctx, loc, "") }},
		"put tags": {xml(""), func(ctx context.Context, c *Client) (any, error) {
			return nil, c.PutTags(ctx, loc, "", map[string]string{"a": "b"})
		}},
		"restore": {reply{"202 Accepted", headersOf(), ""}, func(ctx context.Context, c *Client) (any, error) {
			return nil, c.Restore(ctx, loc, RestoreInput{Days: 1, Tier: "Standard", CustomerKey: key})
		}},
		"delete tags": {reply{"204 No Content", headersOf(), ""}, func(ctx context.Context, c *Client) (any, error) { return nil, c.PutTags(ctx, loc, "", nil) }},
	}
}

// The matrix fills each position of each response of each operation with each secret of the request. No error, log or
// value shows the secret. Texts that are not secret show what the search can find.
func TestTamperedAnswersShowNoSecret(t *testing.T) {
	t.Parallel()
	found := findings{shown: map[string]int{}}
	t.Run("operations", func(t *testing.T) {
		for name, op := range tamperedCalls(t) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				found.tamper(t, name, op)
			})
		}
	})
	t.Logf("%d cells, %d of them errors, %d leaks; a public filling showed in %v", found.cells, found.errs, found.leaks, found.shown)
	for where, least := range map[string]int{"error": 100, "log": 50, "value": 50} {
		if found.shown[where] < least {
			t.Errorf("a public filling showed %d times in the %s: the search looks at the wrong thing", found.shown[where], where)
		}
	}
}

// findings counts what the cells of all operations show.
type findings struct {
	mu                 sync.Mutex
	cells, errs, leaks int
	shown              map[string]int
}

// tamper tests the cells of an operation.
func (f *findings) tamper(t *testing.T, name string, op tamperedCall) {
	everything := os.Getenv("COS_TAMPER_ALL") != ""
	s := newLiar(t)
	c := s.client(t)
	replies := map[string]reply{"success": op.reply}
	if everything || slices.Contains([]string{"head", "put", "copy", "list"}, name) {
		maps.Copy(replies, refusals(name == "head"))
	}
	for kind, r := range replies {
		for place, answer := range r.cells() {
			for i, secret := range append([]string{"public"}, tampered...) {
				if i > 0 && !everything && (i+number(name, kind, place))%oneIn != 0 {
					continue
				}
				var log bytes.Buffer
				s.say(secret, answer)
				value, err := op.call(tflogtest.RootLogger(t.Context(), &log), c)
				control := place == "as it is" && kind == "success" && secret == "public" && name != "explain" && name != "error in a success"
				for try := 0; control && err != nil && try < 3; try++ {
					// The previous response may have closed the connection.
					value, err = op.call(tflogtest.RootLogger(t.Context(), &log), c)
				}
				filling := s.said()
				if control && err != nil {
					t.Fatalf("the answer is not as it should be: %v", err)
				}
				if filling == "" {
					continue // the request has no such secret
				}
				f.search(t, fmt.Sprintf("%s, %s, filled with the %s", kind, place, secret), filling, secret == "public", value, err, log.String())
			}
		}
	}
}

// search looks for the filling of a cell in all that the operation shows.
func (f *findings) search(t *testing.T, cell, filling string, known bool, value any, err error, log string) {
	texts := map[string]string{"error": "", "log": log, "value": fmt.Sprintf("%+v %#v", value, value)}
	for e := err; e != nil; e = errors.Unwrap(e) {
		texts["error"] += fmt.Sprintf("%v\n%+v\n%#v\n", e, e, e)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cells++
	if err != nil {
		f.errs++
	}
	for where, text := range texts {
		found := leaked(text, filling)
		switch {
		case found != "" && known:
			f.shown[where]++
		case found != "":
			if f.leaks++; f.leaks < 20 {
				t.Errorf("%s: the %s shows %q:\n%s", cell, where, found, text)
			}
		}
		if strings.ContainsRune(text, 0x1b) {
			t.Errorf("%s: the %s has a terminal escape", cell, where)
		}
	}
}

// oneIn is the fraction of the cells that are tested, with different ones for each position. All of them, nearly sixty
// thousand, take minutes; COS_TAMPER_ALL enables them.
const oneIn = 31

func number(texts ...string) int {
	h := fnv.New32a()
	_, _ = io.WriteString(h, strings.Join(texts, "\n"))
	return int(h.Sum32() % oneIn)
}

// leaked returns ten bytes of a secret that a text contains, or "".
func leaked(text, secret string) string {
	for i := 0; i+10 <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+10]) {
			return secret[i : i+10]
		}
	}
	return ""
}
