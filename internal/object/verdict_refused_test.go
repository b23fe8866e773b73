package object_test

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// gate is a proxy in front of the server. It refuses some requests as COS does if
// CAM does not allow them, and can modify responses.
type gate struct {
	refuse  func(*http.Request) bool
	change  func(*http.Response) error
	refused atomic.Int32

	url, ca string
}

func (g *gate) open(t *testing.T, w *acctest.World) *gate {
	t.Helper()
	to, err := url.Parse(w.URL())
	must(t, err)
	transport := w.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	proxy := &httputil.ReverseProxy{
		Transport:      transport,
		ModifyResponse: g.change,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // the host names the bucket and is signed
		},
	}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.refuse == nil || !g.refuse(r) {
			proxy.ServeHTTP(w, r)
			return
		}
		g.refused.Add(1)
		w.Header().Set("X-Cos-Request-Id", "refused-at-the-gate")
		w.WriteHeader(http.StatusForbidden)
		if r.Method != http.MethodHead {
			_, _ = w.Write([]byte("<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>"))
		}
	}))
	t.Cleanup(server.Close)
	g.url = server.URL
	g.ca = filepath.Join(t.TempDir(), "gate.pem")
	must(t, os.WriteFile(g.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	return g
}

func (g *gate) provider(w *acctest.World, lines ...string) string {
	return providerWith(w, append(lines, "endpoint = "+acctest.Quote(g.url), "ca_certificate_file = "+acctest.Quote(g.ca))...)
}

func isListing(r *http.Request) bool { return r.Method == http.MethodGet && r.URL.Path == "/" }

// If the listing cannot be read, it proves nothing. The state stays, and one
// warning per run says what to do, however many objects are affected.
func TestAccListingRefused(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	g := (&gate{refuse: isListing}).open(t, w)
	config := func(lines ...string) string {
		return acctest.Ephemeral("key") + g.provider(w, lines...) + strings.Replace(w.Object("x", "count = 3", writeOnly, hello), `"x"`, `"key-${count.index}"`, 1)
	}
	keys := acctest.Variables(map[string]string{"key": acctest.KeyA})
	warned := func(times int) acctest.Check {
		once := w.SaysTimes(times, "Warning: Encrypted Object Not Verified", "sse_customer_keys", acctest.KeyAMD5, "name/cos:GetBucket", "state is kept")
		return func() error {
			if g.refused.Swap(0) == 0 {
				return errors.New("no listing was asked for: the gate is not in the way")
			}
			return once()
		}
	}
	keeps := acctest.Keeps(address + "[0]")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{
				Config:            config(),
				ConfigVariables:   keys,
				ConfigStateChecks: []statecheck.StateCheck{keeps},
				ConfigPlanChecks:  resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{warned(1)}},
			},
			{
				Config:            config(),
				ConfigVariables:   keys,
				ConfigStateChecks: []statecheck.StateCheck{keeps},
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply:             []plancheck.PlanCheck{warned(1)},
					PostApplyPostRefresh: []plancheck.PlanCheck{warned(1)},
				},
			},
			{ // a refresh and then a plan
				RefreshState:      true,
				RefreshPlanChecks: resource.RefreshPlanChecks{PostRefresh: []plancheck.PlanCheck{warned(2)}},
			},
			{ // as the warning suggests
				Config:            config("sse_customer_keys = { any = var.key }"),
				ConfigVariables:   keys,
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan(), w.Says()}},
				ConfigStateChecks: []statecheck.StateCheck{keeps},
			},
		},
	})
}

// If every request is refused, the refresh fails and the state stays.
func TestAccAllRefused(t *testing.T) {
	t.Parallel()
	type refusal struct {
		refuse   func(*http.Request) bool
		provider []string
		says     []string
		key      string
	}
	rows := map[string]refusal{}
	for name, r := range map[string]refusal{
		"by a policy":      {refuse: func(*http.Request) bool { return true }, says: []string{"403", "AccessDenied", "name/cos:HeadObject"}},
		"for a wrong key":  {provider: []string{"secret_key = " + acctest.Quote(wrongSecret)}, says: []string{"SignatureDoesNotMatch", "TENCENTCLOUD_SECRET_KEY"}},
		"for an old token": {provider: []string{`secret_id = "AKIDnobody"`}, says: []string{"InvalidAccessKeyId"}},
	} {
		for _, r.key = range []string{byName, writeOnly} {
			rows[name+", "+r.key[:strings.IndexByte(r.key, ' ')]] = r
		}
	}
	f := newFleet(t, rows, func(t *testing.T, _ string) *acctest.World { t.Helper(); return acctest.New(t) })
	fine, closed := acctest.Ephemeral("key"), acctest.Ephemeral("key")
	var keeps []statecheck.StateCheck
	for _, name := range f.names() {
		row, w, ring := rows[name], f[name], ""
		if row.key == byName {
			ring = "sse_customer_keys = { a = var.key }"
		}
		g := (&gate{refuse: row.refuse}).open(t, w)
		object := f.of(name, w.Object("a", row.key, hello))
		fine += f.of(name, w.Provider(ring)) + object
		closed += f.of(name, g.provider(w, append(row.provider, ring)...)) + object
		keeps = append(keeps, acctest.Keeps(f.address(name)))
	}
	keys := acctest.Variables(map[string]string{"key": acctest.KeyA})
	// ExpectError is satisfied by one row; this looks at each.
	refused := func() {
		acctest.Now(t, f.each(func(name string, w *acctest.World) acctest.Check {
			return w.Says(append(rows[name].says, "Error: Unable to Read Encrypted Object", "cos://lab-1250000000/a")...)
		})...)
	}
	failure := acctest.Error("Error: Unable to Read Encrypted Object")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: f.factories(),
		Steps: []resource.TestStep{
			{Config: fine, ConfigVariables: keys, ConfigStateChecks: keeps},
			{Config: closed, ConfigVariables: keys, ExpectError: failure},
			{PreConfig: refused, RefreshState: true, ExpectError: failure},
			{PreConfig: refused, Config: fine, ConfigVariables: keys, ConfigPlanChecks: unchanged, ConfigStateChecks: keeps},
		},
	})
	acctest.Now(t, f.each(func(_ string, w *acctest.World) acctest.Check { return w.HidesInDiagnostics(wrongSecret) })...)
}

// COS may answer in a way that the mock does not: it refuses the key before
// checking whether the object exists.
func TestAccRefusedWithKeyOnly(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	keys := acctest.Variables(map[string]string{"key": acctest.KeyA})
	const ring = "sse_customer_keys = { a = var.key }"
	object := w.Object("a", byName, hello)
	g := (&gate{refuse: func(r *http.Request) bool { return r.Header.Get(sse.HeaderCustomerKey) != "" }}).open(t, w)
	refused := tfcli.EveryPlan + acctest.Ephemeral("key") + g.provider(w, ring) + object
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: acctest.Ephemeral("key") + w.Provider(ring) + object, ConfigVariables: keys},
			{ // the listing proves that the object is unchanged
				PreConfig:        w.ResetRequests,
				Config:           refused,
				ConfigVariables:  keys,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan(), w.Sent("HEAD 400", "GET 200")}},
			},
			{
				PreConfig: func() {
					must(t, w.DeleteObject(w.Bucket(), "a"))
					w.ResetRequests()
				},
				Config:             refused,
				ConfigVariables:    keys,
				PlanOnly:           true,
				ExpectNonEmptyPlan: true,
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
					// The second HEAD is for the bucket, whose existence has not
					// been shown yet.
					w.Sent("HEAD 404", "HEAD 200"),
				}},
			},
		},
	})
}

// A change of storage class alone, as by a lifecycle rule, does not change the time
// of the last write. The listing shows it even without the key.
func TestAccClassChangedWithoutKey(t *testing.T) {
	t.Parallel()
	const declared, silent = "declared", "not declared"
	c := newCases(t, map[string]bool{declared: true, silent: true})
	g := (&gate{change: archived}).open(t, c.World)
	keys := acctest.Variables(map[string]string{"key": acctest.KeyA})
	objects := c.object(declared, "a", `storage_class = "STANDARD"`, writeOnly, hello) + c.object(silent, "a", writeOnly, hello)
	plans := []plancheck.PlanCheck{
		c.plans(declared, acctest.Changes(c.address(declared), map[string]acctest.From{"storage_class": {Before: "STANDARD_IA", After: "STANDARD"}})),
		c.plans(silent, plancheck.ExpectResourceAction(c.address(silent), plancheck.ResourceActionNoop)),
	}
	var refreshed []resource.TestCheckFunc
	for _, name := range c.names {
		refreshed = append(refreshed,
			resource.TestCheckResourceAttr(c.address(name), "storage_class", "STANDARD_IA"),
			resource.TestCheckResourceAttr(c.address(name), "sse_customer_key_md5", acctest.KeyAMD5),
			resource.TestCheckResourceAttrSet(c.address(name), "content_crc64"))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: acctest.Ephemeral("key") + c.Provider() + objects, ConfigVariables: keys},
			{
				Config:             acctest.Ephemeral("key") + g.provider(c.World) + objects,
				ConfigVariables:    keys,
				PlanOnly:           true,
				ExpectNonEmptyPlan: true,
				ConfigPlanChecks:   resource.ConfigPlanChecks{PostApplyPostRefresh: plans},
			},
			{
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
				RefreshPlanChecks:  resource.RefreshPlanChecks{PostRefresh: plans},
				Check:              resource.ComposeAggregateTestCheckFunc(refreshed...),
			},
		},
	})
}

// archived makes a listing show another storage class.
func archived(r *http.Response) error {
	if !isListing(r.Request) {
		return nil
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	text = bytes.ReplaceAll(text, []byte(">STANDARD<"), []byte(">STANDARD_IA<"))
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	r.Header.Set("Content-Length", strconv.Itoa(len(text)))
	return nil
}

// A new version of the same object is detected by its version ID if the key is
// available, and otherwise by its time.
func TestAccVersionChanged(t *testing.T) {
	t.Parallel()
	for _, key := range []string{byName, writeOnly} {
		t.Run(key[:strings.IndexByte(key, ' ')], func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			must(t, s.SetVersioning(s.Bucket(), "Enabled"))
			ring := ""
			if key == byName {
				ring = "sse_customer_keys = { a = var.key }"
			}
			config := acctest.Ephemeral("key") + s.Provider(ring) + s.Object("a", key, hello)
			keys := acctest.Variables(map[string]string{"key": acctest.KeyA})
			plans := []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)}
			if key == byName {
				// The previous values stay recorded, because a destroy compares the
				// object with them.
				plans = append(plans, acctest.NoDrift(address), acctest.Changes(address, map[string]acctest.From{
					"version_id": {Before: acctest.Any, After: acctest.Unknown}, "last_modified": {Before: acctest.Any, After: acctest.Unknown},
				}))
			}
			var first any
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: s.Factories(),
				Steps: []resource.TestStep{
					{
						Config:          config,
						ConfigVariables: keys,
						ConfigStateChecks: []statecheck.StateCheck{acctest.StateThat(address, func(state map[string]any) error {
							first = state["version_id"]
							return nil
						})},
					},
					{
						PreConfig: func() {
							s.later()
							s.rewrite("hello")
							s.ResetRequests()
						},
						Config:           config,
						ConfigVariables:  keys,
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: plans},
						ConfigStateChecks: []statecheck.StateCheck{
							s.Wrote(), // the same body is not written again
							acctest.StateThat(address, func(state map[string]any) error {
								if now, _ := s.Stored("a"); state["version_id"] != now.VersionID || now.VersionID == first {
									return fmt.Errorf("the version in the state is %v, stored is %s, was %v", state["version_id"], now.VersionID, first)
								}
								return nil
							}),
						},
					},
				},
			})
		})
	}
}

// Somebody rewrote the object with an unknown key, and no bytes are declared that
// could be uploaded in its place.
func TestAccLostWithoutBytes(t *testing.T) {
	t.Parallel()
	const none, copied = "no body", "a copy"
	clock := &clock{}
	c := newCases(t, map[string]bool{none: true, copied: true}, clock.options)
	must(t, c.PutObject(c.Bucket(), "source", cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256}))
	step := func(body string) resource.TestStep {
		return resource.TestStep{
			Config: acctest.Ephemeral("key") + c.Provider() + c.object(none, "a", body, writeOnly) +
				c.object(copied, "a", `copy_source = { bucket = "lab-1250000000", key = "source" }`, writeOnly),
			ConfigVariables: acctest.Variables(map[string]string{"key": acctest.KeyA}),
		}
	}
	repair := step("")
	for _, name := range c.names {
		repair.ConfigPlanChecks.PreApply = append(repair.ConfigPlanChecks.PreApply,
			c.plans(name, plancheck.ExpectResourceAction(c.address(name), plancheck.ResourceActionUpdate)),
			c.plans(name, acctest.Changes(c.address(name), map[string]acctest.From{"sse_customer_key_md5": {Before: nil, After: acctest.Unknown}})))
	}
	repair.ConfigPlanChecks.PreApply = append(repair.ConfigPlanChecks.PreApply, c.Forget())
	// The copy succeeds in the same apply.
	repair.ExpectError = acctest.Error("Unable to Update Encrypted Object", "with "+c.address(none)+",", "written by somebody else with a customer key", "declare a body")
	after := step(hello) // as the error suggests
	mended := c.holds(copied, "a", "hello", ways["SSE-C"].stored)
	after.PreConfig = acctest.Before(t,
		named(none, func() error { return acctest.Differ("key", acctest.KeyBMD5, c.stored(none, "a").CustomerKeyMD5) }),
		named(copied, func() error {
			var calls []string
			for _, r := range c.Requests() {
				if r.Bucket == c.bucket(copied) && r.Subresource == "" {
					calls = append(calls, acctest.Call(r))
				}
			}
			return acctest.Differ("requests", []string{"HEAD 400 customer", "HEAD 400", "HEAD 400", "GET 200", "PUT copy 200 customer", "HEAD 200 customer"}, calls)
		}),
		mended)
	after.ConfigStateChecks = []statecheck.StateCheck{c.holds(none, "a", "hello", ways["SSE-C"].stored), mended}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			step(hello),
			step(""),
			{
				PreConfig: func() {
					clock.forward(3 * time.Second)
					for _, name := range c.names {
						must(t, c.PutObject(c.bucket(name), "a", cosmock.NewObject{
							Body: strings.NewReader("theirs"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB),
							Header: http.Header{"Content-Type": {"application/octet-stream"}},
						}))
					}
				},
				RefreshState:       true, // it removes values from the state, and further refreshes do not restore them
				ExpectNonEmptyPlan: true,
			},
			repair,
			after,
		},
	})
}

// A write-only key also decrypts the existing object, so a header changes by a
// copy, without sending the body.
func TestAccWriteOnlyKeyCopies(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var steps []resource.TestStep
	for _, lines := range [][]string{{hello}, {hello, `cache_control = "no-store"`}, {}, {`cache_control = "public"`}} {
		steps = append(steps, resource.TestStep{
			PreConfig:       s.ResetRequests,
			Config:          acctest.Ephemeral("key") + s.Provider() + s.Object("a", append(lines, writeOnly)...),
			ConfigVariables: acctest.Variables(map[string]string{"key": acctest.KeyA}),
		})
	}
	steps[3].ConfigStateChecks = []statecheck.StateCheck{
		acctest.Check(func() error {
			return acctest.Differ("requests", []string{"HEAD 400", "GET 200", "PUT copy 200 customer", "HEAD 200 customer"}, s.writes("a"))
		}),
		s.Holds("a", "hello", ways["SSE-C"].stored),
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: s.Factories(), Steps: steps})
}
