package object_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// clock is a server clock that can be advanced.
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

// count counts the requests in the journal by their form in Calls.
func count(w *acctest.World) map[string]int {
	calls := map[string]int{}
	for _, call := range w.Calls() {
		calls[call]++
	}
	return calls
}

// Many objects are refreshed with pages of the listing, and with a HEAD for those
// that a page does not prove unchanged. The plan is right whatever happens in the
// bucket.
func TestAccManyObjects(t *testing.T) {
	t.Parallel()
	const n = 20
	rewrite := func(t *testing.T, w *acctest.World, key, body string, change func(*cosmock.NewObject)) {
		t.Helper()
		o := cosmock.NewObject{Body: strings.NewReader(body), Mode: sse.ModeAES256, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}}
		if change != nil {
			change(&o)
		}
		must(t, w.PutObject(w.Bucket(), key, o))
	}
	table := map[string]struct {
		object  []string
		young   bool // the plan comes within the same second as the apply: each object takes a HEAD
		change  func(*testing.T, *acctest.World)
		planned map[string]int // number of each planned action; nil for an empty plan
		heads   int            // maximum; each answers 200 unless the object is gone
		beside  map[string]int
		refused bool
	}{
		"unchanged":         {object: []string{aes}, heads: 3},
		"SSE-KMS":           {object: []string{`server_side_encryption = "cos/kms"`}, heads: 3},
		"SSE-C":             {object: []string{"sse_customer_key = var.a"}, heads: 3},
		"written just now":  {object: []string{aes}, young: true, heads: n},
		"with tags":         {object: []string{aes, `tags = { a = "b" }`}, heads: 3, beside: map[string]int{"GET ?tagging 200": n}},
		"write-only bodies": {object: []string{aes, `content = null`, `content_wo = "hello"`, `content_wo_version = 1`}, heads: n},
		"two changed": {object: []string{aes}, heads: 5, planned: map[string]int{"update": 2},
			change: func(t *testing.T, w *acctest.World) {
				rewrite(t, w, "many/7.txt", "theirs", nil)
				rewrite(t, w, "many/8.txt", "hello 8", func(o *cosmock.NewObject) { o.Mode = sse.ModeNone })
			}},
		"one gone": {object: []string{aes}, heads: 4, planned: map[string]int{"create": 1},
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
	}
	clocks := map[string]*clock{}
	f := newFleet(t, table, func(t *testing.T, name string) *acctest.World {
		t.Helper()
		clocks[name] = &clock{}
		if table[name].young {
			at := time.Now()
			return acctest.New(t, func(o *cosmock.Options) { o.Now = func() time.Time { return at } })
		}
		return acctest.New(t, clocks[name].options)
	})
	config := tfcli.EveryPlan + acctest.Sensitive("a")
	var changes, refreshed []plancheck.PlanCheck
	for _, name := range f.names() {
		tc, w := table[name], f[name]
		object := strings.Replace(many(w, n, tc.object...), `"many" {`, `"test" {`, 1)
		if strings.Contains(object, "content = null") {
			object = strings.Replace(object, `content = "hello ${count.index}"`+"\n  ", "", 1)
		}
		config += f.of(name, w.Provider("max_retries = 0")+object)
		changes = append(changes, acctest.Do(func() {
			clocks[name].forward(10 * time.Second)
			if tc.change != nil {
				tc.change(t, w)
				clocks[name].forward(10 * time.Second)
			}
			w.ResetRequests()
		}))
		refreshed = append(refreshed,
			namedPlan{name, acctest.PlannedOf(f.address(name), tc.planned)},
			named(name, func() error {
				if young := count(w)["HEAD 200"]; tc.young && young != n {
					return fmt.Errorf("%d HEADs, want one for each of %d young objects", young, n)
				}
				return refreshedBy(w, n, tc.heads, tc.refused, tc.beside)
			}),
			acctest.Do(w.Disarm))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: f.factories(),
		Steps: []resource.TestStep{{
			Config:             config,
			ConfigVariables:    acctest.Variables(map[string]string{"a": acctest.KeyA}),
			ExpectNonEmptyPlan: true,
			ConfigPlanChecks:   resource.ConfigPlanChecks{PostApplyPreRefresh: changes, PostApplyPostRefresh: refreshed},
		}},
	})
}

// refreshedBy checks the requests of a refresh of n objects: the number of HEADs,
// the number of listing pages, and any others.
func refreshedBy(w *acctest.World, n, most int, refused bool, beside map[string]int) error {
	pages, heads := 0, 0
	for call, times := range count(w) {
		switch {
		case strings.HasPrefix(call, "HEAD"):
			heads += times
		case call == "GET 200", refused && call == "GET 503":
			pages += times
		default:
			if err := acctest.Differ(call, beside[call], times); err != nil {
				return err
			}
		}
	}
	if heads > most || heads+pages > n+4 {
		return fmt.Errorf("%d HEADs, want at most %d, and %d pages", heads, most, pages)
	}
	if refused && pages != 1 {
		return fmt.Errorf("a listing that fails was asked %d times", pages)
	}
	return nil
}

// An outdated listing neither hides an object nor causes a false change, and a
// change is detected once the listing shows it.
func TestAccManyObjectsLag(t *testing.T) {
	t.Parallel()
	var c clock
	w := acctest.New(t, c.options)
	later := []plancheck.PlanCheck{acctest.Do(func() { c.forward(10 * time.Second); w.ResetRequests() })}
	freeze := func() { must(t, w.FreezeListing(w.Bucket())) }
	thaw := func() { must(t, w.ThawListing(w.Bucket())) }
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{ // with a listing that has none of the objects
				PreConfig:        freeze,
				Config:           tfcli.EveryPlan + w.Provider() + many(w, 30, aes),
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: later},
			},
			{ // with a listing of the previous objects
				PreConfig:        func() { thaw(); freeze() },
				Config:           tfcli.EveryPlan + w.Provider() + many(w, 30, aes, `cache_control = "no-store"`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: later},
			},
			{
				PreConfig: func() { thaw(); w.ResetRequests() },
				Config:    w.Provider() + many(w, 30, aes, `cache_control = "no-store"`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectEmptyPlan(),
					acctest.Check(func() error {
						if n := len(w.Calls()); n > 5 {
							return fmt.Errorf("%d requests", n)
						}
						return nil
					}),
				}},
			},
		},
	})
}

// The customer key is not available, so one listing page covers all objects.
func TestAccManyObjectsWithoutKey(t *testing.T) {
	t.Parallel()
	var c clock
	w := acctest.New(t, c.options)
	config := tfcli.EveryPlan + acctest.Sensitive("a") + w.Provider() + many(w, 30, "sse_customer_key_wo = var.a")
	keys := acctest.Variables(map[string]string{"a": acctest.KeyA})
	later := acctest.Do(func() { c.forward(10 * time.Second); w.ResetRequests() })
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{
				Config:          config,
				ConfigVariables: keys,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPreRefresh: []plancheck.PlanCheck{later},
					PostApplyPostRefresh: []plancheck.PlanCheck{acctest.Check(func() error {
						if n := len(w.Calls()); n > 8 { // three HEADs with a listing entry each, and one page
							return fmt.Errorf("%d requests: %v", n, count(w))
						}
						return nil
					})},
				},
			},
			{
				PreConfig: func() {
					must(t, w.PutObject(w.Bucket(), "many/9.txt", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}))
					c.forward(10 * time.Second)
				},
				Config:          config,
				ConfigVariables: keys,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply:            []plancheck.PlanCheck{acctest.Planned(map[string]int{"update": 1})},
					PostApplyPreRefresh: []plancheck.PlanCheck{later},
				},
			},
		},
	})
}
