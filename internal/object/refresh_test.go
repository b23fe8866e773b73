package object_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// clock is a server's clock that can be put forward.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time             { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) forward(d time.Duration)    { c.ahead.Add(int64(d)) }
func (c *clock) options(o *cosmock.Options) { o.Now = c.now }
func many(w *acctest.World, n int, lines ...string) string {
	all := append([]string{
		"count  = " + fmt.Sprint(n),
		"bucket = " + acctest.Quote(w.Bucket()),
		`key    = "many/${count.index}.txt"`,
		`content = "hello ${count.index}"`,
	}, lines...)
	return "resource \"cos_encrypted_object\" \"many\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

// count counts requests of the journal by how they end up in Calls.
func count(w *acctest.World) map[string]int {
	calls := map[string]int{}
	for _, call := range w.Calls() {
		calls[call]++
	}
	return calls
}

// Many objects are refreshed by pages of the listing, and what a page does not
// prove by a HEAD. Whatever happens in the bucket, the plan says the truth.
func TestAccManyObjects(t *testing.T) {
	t.Parallel()
	const n = 60
	rewrite := func(t *testing.T, w *acctest.World, key, body string, change func(*cosmock.NewObject)) {
		t.Helper()
		o := cosmock.NewObject{Body: strings.NewReader(body), Mode: sse.ModeAES256, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}}
		if change != nil {
			change(&o)
		}
		must(t, w.PutObject(w.Bucket(), key, o))
	}
	for name, tc := range map[string]struct {
		object  []string
		young   bool // the plan comes within the second of the apply
		change  func(*testing.T, *acctest.World)
		says    []string // of the plan; none: it is empty
		heads   int      // at most, of which each answers 200 unless the object is gone
		beside  map[string]int
		refused bool
	}{
		"unchanged":         {object: []string{aes}, heads: 3},
		"SSE-KMS":           {object: []string{`server_side_encryption = "cos/kms"`}, heads: 3},
		"SSE-C":             {object: []string{"sse_customer_key = var.a"}, heads: 3},
		"written just now":  {object: []string{aes}, young: true, heads: n},
		"with tags":         {object: []string{aes, `tags = { a = "b" }`}, heads: 3, beside: map[string]int{"GET ?tagging 200": n}},
		"write-only bodies": {object: []string{aes, `content = null`, `content_wo = "hello"`, `content_wo_version = 1`}, heads: n},
		"two changed": {object: []string{aes}, heads: 5, says: []string{"2 to change"},
			change: func(t *testing.T, w *acctest.World) {
				rewrite(t, w, "many/7.txt", "theirs", nil)
				rewrite(t, w, "many/8.txt", "hello 8", func(o *cosmock.NewObject) { o.Mode = sse.ModeNone })
			}},
		"one gone": {object: []string{aes}, heads: 4, says: []string{"1 to add"},
			change: func(t *testing.T, w *acctest.World) { must(t, w.DeleteObject(w.Bucket(), "many/7.txt")) }},
		"foreign ones between": {object: []string{aes}, heads: n,
			change: func(t *testing.T, w *acctest.World) {
				for i := range 300 {
					rewrite(t, w, fmt.Sprintf("many/%d/x", i), "x", nil)
				}
			}},
		"a listing that fails": {object: []string{aes}, heads: n, refused: true,
			change: func(t *testing.T, w *acctest.World) {
				must(t, w.Arm(cosmock.Fault{Match: cosmock.On("GET", ""), Times: -1, Kind: cosmock.FaultSlowDown}))
			}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c clock
			w := acctest.New(t, c.options)
			ws := acctest.NewWorkspace(t)
			object := many(w, n, tc.object...)
			if strings.Contains(object, "content = null") {
				object = strings.Replace(object, `content = "hello ${count.index}"`+"\n  ", "", 1)
			}
			ws.Config(secretVariables(ws, map[string]string{"a": acctest.KeyA}), w.Provider("max_retries = 0"), object)
			ws.Apply()
			if !tc.young {
				c.forward(10 * time.Second)
			}
			if tc.change != nil {
				tc.change(t, w)
				c.forward(10 * time.Second)
			}
			w.ResetRequests()
			if tc.says == nil {
				ws.EmptyPlan()
			} else {
				checkReport(t, ws.ChangedPlan(), tc.says, acctest.KeyA)
			}
			calls, pages, heads := count(w), 0, 0
			for call, times := range calls {
				switch {
				case strings.HasPrefix(call, "HEAD"):
					heads += times
				case call == "GET 200", tc.refused && call == "GET 503":
					pages += times
				default:
					if diff := cmp.Diff(tc.beside[call], times); diff != "" {
						t.Errorf("%s (-want +got):\n%s", call, diff)
					}
				}
			}
			t.Logf("%d objects: %d HEADs, %d pages", n, heads, pages)
			if heads > tc.heads || heads+pages > n+4 {
				t.Errorf("%d HEADs, want at most %d, and %d pages", heads, tc.heads, pages)
			}
			if tc.refused && pages != 1 {
				t.Errorf("a listing that fails was asked %d times", pages)
			}
		})
	}
}

// A listing that lags behind neither hides an object nor makes up a change,
// and what it does not show yet is seen once it does.
func TestAccManyObjectsLag(t *testing.T) {
	t.Parallel()
	var c clock
	w := acctest.New(t, c.options)
	ws := acctest.NewWorkspace(t)
	must(t, w.FreezeListing(w.Bucket()))
	ws.Config(w.Provider(), many(w, 30, aes))
	ws.Apply()
	c.forward(10 * time.Second)
	ws.EmptyPlan() // on a listing without any of them

	must(t, w.ThawListing(w.Bucket()))
	must(t, w.FreezeListing(w.Bucket()))
	ws.Config(w.Provider(), many(w, 30, aes, `cache_control = "no-store"`))
	ws.Apply()
	c.forward(10 * time.Second)
	ws.EmptyPlan() // on a listing of what was there before

	must(t, w.ThawListing(w.Bucket()))
	w.ResetRequests()
	ws.EmptyPlan()
	if n := len(w.Calls()); n > 5 {
		t.Errorf("%d requests", n)
	}
}

// The objects' customer key is nowhere: a page tells of all of them.
func TestAccManyObjectsWithoutKey(t *testing.T) {
	t.Parallel()
	var c clock
	w := acctest.New(t, c.options)
	ws := acctest.NewWorkspace(t)
	config := func() {
		ws.Config(secretVariables(ws, map[string]string{"a": acctest.KeyA}), w.Provider(), many(w, 30, "sse_customer_key_wo = var.a"))
	}
	config()
	ws.Apply()
	c.forward(10 * time.Second)
	w.ResetRequests()
	ws.EmptyPlan()
	if n := len(w.Calls()); n > 8 { // three by HEAD and one entry each, one page
		t.Errorf("%d requests: %v", n, count(w))
	}
	must(t, w.PutObject(w.Bucket(), "many/9.txt", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}))
	c.forward(10 * time.Second)
	checkReport(t, ws.ChangedPlan(), []string{"1 to change"}, acctest.KeyA)
	ws.Apply()
	c.forward(10 * time.Second)
	ws.EmptyPlan()
}
