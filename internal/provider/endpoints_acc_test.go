package provider_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// tunnel is an HTTPS proxy that leads host names to servers on loopback.
type tunnel struct {
	listener net.Listener
	to       func(host string) string // an address, or "" to refuse
	auth     string                   // user:password that is asked for

	mu    sync.Mutex
	hosts []string
}

func newTunnel(t *testing.T, auth string, to func(host string) string) *tunnel {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &tunnel{listener: listener, to: to, auth: auth}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
	return p
}

func (p *tunnel) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	reader := bufio.NewReader(conn)
	req, err := http.ReadRequest(reader)
	if err != nil || req.Method != http.MethodConnect {
		return
	}
	if p.auth != "" && req.Header.Get("Proxy-Authorization") != "Basic "+base64.StdEncoding.EncodeToString([]byte(p.auth)) {
		_, _ = io.WriteString(conn, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
		return
	}
	host, port, _ := net.SplitHostPort(req.Host)
	address := p.to(host)
	p.mu.Lock()
	p.hosts = append(p.hosts, host)
	p.mu.Unlock()
	if address == "" || port != "443" {
		_, _ = io.WriteString(conn, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
		return
	}
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(server, reader) }()
	_, _ = io.Copy(conn, server)
}

// asked are the hosts that connections were made to, each once.
func (p *tunnel) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	hosts := slices.Clone(p.hosts)
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// through is an environment whose HTTPS goes to the proxy, and that trusts the
// servers of the test as it would trust a public authority.
func (p *tunnel) through(ws *acctest.Workspace, worlds ...*acctest.World) []string {
	var roots strings.Builder
	for _, w := range worlds {
		pem, _ := os.ReadFile(w.CAFile())
		roots.Write(pem)
	}
	at := "http://"
	if p.auth != "" {
		at += p.auth + "@"
	}
	return []string{
		"HTTPS_PROXY=" + at + p.listener.Addr().String(), "NO_PROXY=", "no_proxy=", "SSL_CERT_FILE=" + ws.Write("roots.pem", roots.String()), "SSL_CERT_DIR=" + ws.Dir,
		"TENCENTCLOUD_SECRET_ID=" + worlds[0].SecretID(), "TENCENTCLOUD_SECRET_KEY=" + worlds[0].SecretKey(),
	}
}

func addressOf(w *acctest.World) string { return strings.TrimPrefix(w.URL(), "https://") }

var heading = regexp.MustCompile(`(?m)^## (.*)$`)

// recipes are the blocks of a guide, by the heading above them.
func recipes(t *testing.T, guide string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash("../../templates/guides/" + guide))
	if err != nil {
		t.Fatal(err)
	}
	if published, err := os.ReadFile(filepath.FromSlash("../../docs/guides/" + guide)); err != nil || string(published) != string(text) {
		t.Error("docs/guides is not what templates/guides has: run make generate")
	}
	blocks := map[string][]string{}
	places := heading.FindAllSubmatchIndex(text, -1)
	for i, place := range places {
		end := len(text)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		for _, block := range regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(string(text[place[1]:end]), -1) {
			blocks[string(text[place[2]:place[3]])] = append(blocks[string(text[place[2]:place[3]])], block[1])
		}
	}
	return blocks
}

// The recipes of the guide, as they stand there, under the very names that they
// use: an object is created, changed by a copy and found unchanged.
func TestAccEndpointRecipes(t *testing.T) {
	t.Parallel()
	const bucket = "examplebucket-1250000000"
	binary := acctest.Build(t)
	guide := recipes(t, "endpoints.md")
	for name, tc := range map[string]struct {
		heading string
		block   int
		domains []string // that the bucket is known by
		hosts   []string // that connections go to
	}{
		"public":                         {"Public", 0, nil, []string{bucket + ".cos.ap-guangzhou.myqcloud.com"}},
		"tencentcos.cn":                  {"The newer domain", 0, nil, []string{bucket + ".cos.ap-guangzhou.tencentcos.cn"}},
		"internal":                       {"Internal", 0, nil, []string{bucket + ".cos-internal.ap-guangzhou.tencentcos.cn"}},
		"acceleration":                   {"Global acceleration", 0, nil, []string{bucket + ".cos.accelerate.myqcloud.com"}},
		"a custom domain for the bucket": {"Custom domain", 0, []string{bucket + ".files.example.com"}, []string{bucket + ".files.example.com"}},
		"a gateway":                      {"Custom domain", 1, []string{"files.example.com"}, []string{"files.example.com"}},
		"a private cloud":                {"Private cloud", 0, []string{bucket + ".cos.ap-guangzhou.cloud.example.com"}, []string{bucket + ".cos.ap-guangzhou.cloud.example.com"}},
		"several regions":                {"Several regions", 0, nil, []string{bucket + ".cos.ap-guangzhou.myqcloud.com", "otherbucket-1250000000.cos.ap-shanghai.myqcloud.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ws := acctest.NewWorkspace(t)
			ws.Binary = binary
			domains := map[string]string{}
			for _, d := range tc.domains {
				domains[d] = bucket
			}
			w := acctest.New(t, func(o *cosmock.Options) {
				o.Buckets, o.Domains, o.Accelerate, o.RefusePathStyle = []string{bucket}, domains, true, true
			})
			other := acctest.New(t, func(o *cosmock.Options) { o.Region, o.Buckets = "ap-shanghai", []string{"otherbucket-1250000000"} })
			proxy := newTunnel(t, "", func(host string) string {
				if strings.Contains(host, "ap-shanghai") {
					return addressOf(other)
				}
				return addressOf(w)
			})
			ws.Env = proxy.through(ws, w, other)
			if name == "a private cloud" { // its authority is none that the machine trusts
				ws.Env = append(ws.Env, "SSL_CERT_FILE="+ws.Write("none.pem", ""))
				pem, _ := os.ReadFile(w.CAFile())
				ws.Write("cloud-ca.pem", string(pem))
			}
			if len(guide[tc.heading]) <= tc.block {
				t.Fatalf("the guide has no block %d under %q", tc.block, tc.heading)
			}
			block := guide[tc.heading][tc.block]
			path := ws.Write("block.tf", block)
			if r := ws.Run("fmt", "-check", "-diff", path); r.Code != 0 {
				t.Errorf("the block is not formatted:\n%s", r.Output())
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			object := func(lines string) string {
				if strings.Contains(block, "resource ") {
					return ""
				}
				return w.Object("a", "server_side_encryption = \"AES256\"\ncontent = \"hello\"\n"+lines)
			}
			ws.Config(block, object(""))
			ws.Apply()
			ws.Config(block, object(`cache_control = "no-store"`))
			ws.Apply()
			ws.EmptyPlan()
			if diff := cmp.Diff(tc.hosts, proxy.asked()); diff != "" {
				t.Errorf("hosts (-want +got):\n%s", diff)
			}
			if name == "several regions" {
				if _, ok := other.Server.Object("otherbucket-1250000000", "report.csv"); !ok {
					t.Error("nothing is in the other region")
				}
				return
			}
			if o, _ := w.Stored("a"); o.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("stored %+v", o)
			}
		})
	}
	if len(guide) != 7 {
		t.Errorf("the guide has recipes under %d headings: add them here", len(guide))
	}
}

// A proxy's password is in no log and on no screen, whether the proxy lets
// through, refuses, is not there or is no URL at all.
func TestAccProxyPassword(t *testing.T) {
	t.Parallel()
	const password = "canary-proxy-password"
	binary := acctest.Build(t)
	for name, tc := range map[string]struct {
		expect string // of the proxy; "" is what the URL says
		url    string // instead of the proxy's
		fails  []string
	}{
		"lets through": {},
		"refuses":      {expect: "user:another", fails: []string{"the proxy 127.0.0.1:", "it answers CONNECT with 407 Proxy Authentication Required", "HTTPS_PROXY", "user:password@host:port"}},
		"is not there": {url: "http://user:" + password + "@127.0.0.1:1", fails: []string{"the proxy 127.0.0.1:1 cannot be reached: connection refused", "HTTPS_PROXY", "NO_PROXY"}},
		"is no URL":    {url: "http://user:" + password + "@%zz", fails: []string{"Invalid Proxy in the Environment", "HTTPS_PROXY is not the address of a proxy"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ws := acctest.NewWorkspace(t)
			ws.Binary = binary
			w := acctest.New(t)
			proxy := newTunnel(t, "user:"+password, func(string) string { return addressOf(w) })
			log := filepath.Join(t.TempDir(), "trace.log")
			ws.Env = append(proxy.through(ws, w), "TF_LOG=TRACE", "TF_LOG_PATH="+log)
			if tc.expect != "" {
				proxy.auth = tc.expect
			}
			if tc.url != "" {
				ws.Env = append(ws.Env, "HTTPS_PROXY="+tc.url)
			}
			ws.Config("provider \"cos\" {\n  region      = \"ap-guangzhou\"\n  max_retries = 0\n}\n", w.Object("a", "server_side_encryption = \"AES256\"\ncontent = \"hello\""))
			r := ws.Run("apply", "-auto-approve")
			if (r.Code != 0) != (tc.fails != nil) {
				t.Fatalf("it ended with %d:\n%s", r.Code, r.Output())
			}
			for _, want := range tc.fails {
				if !strings.Contains(r.Text(), want) {
					t.Errorf("it does not say %q:\n%s", want, r.Output())
				}
			}
			text, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), "COS request") {
				t.Error("the log does not have the provider's lines: nothing is proven")
			}
			for form, secret := range map[string]string{"raw": password, "base64": base64.StdEncoding.EncodeToString([]byte("user:" + password))} {
				if i := strings.Index(string(text)+r.Output(), secret); i >= 0 {
					t.Errorf("the password is there (%s): %s", form, (string(text) + r.Output())[max(0, i-200):i])
				}
			}
		})
	}
}

// A machine whose clock is hours off: what COS refuses is signed again, once,
// with its time, by small and large uploads alike, and the log says so.
func TestAccClockIsOff(t *testing.T) {
	t.Parallel()
	binary := acctest.Build(t)
	for name, off := range map[string]time.Duration{"slow": 3 * time.Hour, "fast": -3 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ws := acctest.NewWorkspace(t)
			ws.Binary = binary
			w := acctest.New(t, func(o *cosmock.Options) { o.Now = func() time.Time { return time.Now().Add(off) } })
			log := filepath.Join(t.TempDir(), "info.log")
			ws.Env = []string{"TF_LOG=INFO", "TF_LOG_PATH=" + log}
			large := ws.Write("large", strings.Repeat("0123456789abcdef", 34<<20/16))
			ws.Config(w.Provider("part_size = 4"), strings.Replace(w.Object("a-${count.index}", "count = 8", "server_side_encryption = \"AES256\"\ncontent = \"hello\""), "$${", "${", 1),
				strings.Replace(w.Object("large", "server_side_encryption = \"AES256\"\nsource = "+acctest.Quote(large)), `"test"`, `"large"`, 1))
			ws.Apply("-parallelism=9")
			refused := 0
			for _, r := range w.Requests() {
				switch {
				case r.Status == 403:
					refused++
				case r.Status/100 != 2 && r.Status != 404:
					t.Errorf("%s", acctest.Call(r))
				}
			}
			// Those that were on their way when the first one found out.
			if refused == 0 || refused > 9 {
				t.Errorf("%d of %d requests were refused, want 1 to 9", refused, len(w.Requests()))
			}
			text, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			said := strings.Count(string(text), "the clock of this machine differs from that of COS")
			if said != 1 || !strings.Contains(string(text), fmt.Sprintf("difference=%dh", int(off.Hours()))) && !strings.Contains(string(text), "2h59m") {
				t.Errorf("the log says it %d times:\n%s", said, text)
			}
		})
	}
}
