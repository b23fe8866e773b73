package provider_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// tunnel is an HTTPS proxy that maps host names to servers on loopback.
type tunnel struct {
	listener net.Listener
	to       func(host string) string // an address, or "" to refuse
	auth     string                   // required credentials as user:password

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

// asked returns the hosts that clients connected to, without duplicates.
func (p *tunnel) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	hosts := slices.Clone(p.hosts)
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// through returns an environment that sends HTTPS through the proxy and trusts the test servers' certificates as if a
// public authority had issued them.
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

// recipes returns a guide's code blocks by the heading above them.
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

// recipe is a row of TestAccEndpointRecipes, in which {bucket} stands for its bucket.
type recipe struct {
	domains   []string // the bucket's domains
	dedicated bool     // the bucket has no public name
	hosts     []string // expected connections

	bucket string
	world  *acctest.World
}

// start starts the server of a recipe.
func (r *recipe) start(t *testing.T, bucket string) {
	t.Helper()
	domains := map[string]string{}
	for i := range r.domains {
		r.domains[i] = strings.ReplaceAll(r.domains[i], "{bucket}", bucket)
		domains[r.domains[i]] = bucket
	}
	for i := range r.hosts {
		r.hosts[i] = strings.ReplaceAll(r.hosts[i], "{bucket}", bucket)
	}
	r.bucket = bucket
	r.world = acctest.New(t, func(o *cosmock.Options) {
		o.Buckets, o.Domains, o.Dedicated, o.Accelerate, o.RefusePathStyle = []string{bucket}, domains, r.dedicated, true, true
	})
}

// serves reports whether a host is one of the bucket, whatever the domain.
func (r *recipe) serves(host string) bool {
	return strings.HasPrefix(host, r.bucket+".") || slices.Contains(r.domains, host)
}

// The guide's recipes work unchanged and under the host names they use, against a server that refuses on each host what
// COS refuses there. Each creates objects, makes every kind of change, plans no changes, and destroys the objects. Each is
// a module with a bucket, a server and a provider of its own.
//
// With our runner: the test sets the whole environment and runs the provider as a separate process.
func TestAccEndpointRecipes(t *testing.T) {
	t.Parallel()
	ws := acctest.NewWorkspace(t)
	binary := acctest.Build(t)
	const public, elsewhere = "{bucket}.cos.ap-guangzhou.myqcloud.com", "otherbucket-1250000000"
	const cluster = "{bucket}.cluster-abc.cos-cdc.ap-guangzhou.myqcloud.com"
	const private, regions = "Private cloud", "Several regions"
	cases := map[string]*recipe{ // by heading
		"Public":                  {hosts: []string{public}},
		"The newer domain":        {hosts: []string{"{bucket}.cos.ap-guangzhou.tencentcos.cn"}},
		"Internal":                {hosts: []string{"{bucket}.cos-internal.ap-guangzhou.tencentcos.cn"}},
		"Global acceleration":     {hosts: []string{"{bucket}.cos.accelerate.myqcloud.com", public}},
		"Custom origin domain":    {domains: []string{"{bucket}.files.example.com"}, hosts: []string{"{bucket}.files.example.com"}},
		"Gateway":                 {domains: []string{"files.example.com"}, hosts: []string{"files.example.com"}},
		"Cloud Dedicated Cluster": {domains: []string{cluster}, dedicated: true, hosts: []string{cluster}},
		private:                   {domains: []string{"{bucket}.cos.ap-guangzhou.cloud.example.com"}, dedicated: true, hosts: []string{"{bucket}.cos.ap-guangzhou.cloud.example.com"}},
		regions:                   {hosts: []string{public, elsewhere + ".cos.ap-shanghai.myqcloud.com"}},
	}
	guide := recipes(t, "endpoints.md")
	formatted := acctest.NewWorkspace(t)
	for name, blocks := range guide {
		if cases[name] == nil {
			t.Errorf("the guide has a recipe under %q: add it here", name)
		}
		formatted.Write(name+".tf", strings.Join(blocks, "\n"))
	}
	if r := formatted.Run("fmt", "-check", "-diff"); r.Code != 0 {
		t.Errorf("the recipes are not formatted:\n%s", r.Output())
	}

	names := slices.Sorted(maps.Keys(cases))
	other := acctest.New(t, func(o *cosmock.Options) { o.Region, o.Buckets = "ap-shanghai", []string{elsewhere} })
	publicly := []*acctest.World{other} // trusted
	for i, name := range names {
		if len(guide[name]) != 1 {
			t.Fatalf("the guide has %d blocks under %q", len(guide[name]), name)
		}
		bucket := fmt.Sprintf("recipe%d-1250000000", i)
		if name == regions {
			bucket = "examplebucket-1250000000" // as in the recipe
		}
		cases[name].start(t, bucket)
		if name != private {
			publicly = append(publicly, cases[name].world)
		}
	}
	// owner returns the row that a host belongs to.
	owner := func(host string) string {
		for _, name := range names {
			if cases[name].serves(host) {
				return name
			}
		}
		if strings.HasPrefix(host, elsewhere+".") {
			return regions
		}
		return "no recipe"
	}
	proxy := newTunnel(t, "", func(host string) string {
		switch name := owner(host); {
		case strings.Contains(host, "ap-shanghai"):
			return addressOf(other)
		case cases[name] != nil:
			return addressOf(cases[name].world)
		}
		return ""
	})
	ws.Env = proxy.through(ws, publicly...)
	pem, err := os.ReadFile(cases[private].world.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	ws.Write("cloud-ca.pem", string(pem))
	ws.Env = append(ws.Env, "TF_REATTACH_PROVIDERS="+attached(t, ws, binary, len(names)))

	// Each object starts in one of these forms and changes to the next in the same run.
	forms := [][]string{
		{`server_side_encryption = "AES256"`, `content = "hello"`},
		{`server_side_encryption = "AES256"`, `content = "hello"`, `cache_control = "no-store"`},                          // a copy
		{`server_side_encryption = "cos/kms"`, `content = "hello"`, `cache_control = "no-store"`},                         // a rotation
		{`server_side_encryption = "cos/kms"`, `content = "bye"`, `cache_control = "no-store"`},                           // an upload
		{`server_side_encryption = "cos/kms"`, `content = "bye"`, `tags = { a = "b" }`, `acl = "private"`},                // tags and ACL with a copy
		{`server_side_encryption = "cos/kms"`, `content = "bye"`, `tags = { a = "c" }`, `acl = "public-read"`},            // and alone
		{`server_side_encryption = "cos/kms"`, `content = "bye"`, `deletion_policy = "delete_all_versions"`, `tags = {}`}, // requires listing
	}
	configure := func(next int) {
		var modules strings.Builder
		for i, name := range names {
			all := strings.Replace(tfcli.RequiredProviders, "cos-terraform/cos", fmt.Sprintf("cos-terraform/recipe%d", i), 1) + guide[name][0]
			for form := range len(forms) - 1 {
				if name == regions {
					break // it has objects of its own
				}
				label := fmt.Sprintf("a%d", form)
				all += strings.Replace(cases[name].world.Object(label, forms[form+next]...), `"test"`, acctest.Quote(label), 1)
			}
			ws.Write(fmt.Sprintf("recipe%d/main.tf", i), all)
			fmt.Fprintf(&modules, "module \"recipe%d\" { # %s\n  source = \"./recipe%d\"\n}\n", i, name, i)
		}
		ws.Write("main.tf", modules.String())
	}
	configure(0)
	if r := ws.Run("get"); r.Code != 0 {
		t.Fatal(r.Output())
	}
	ws.Apply()
	configure(1)
	ws.Apply()
	ws.EmptyPlan()
	for _, name := range names {
		if o, _ := cases[name].world.Stored("a5"); o.Mode != sse.ModeKMS && name != regions {
			t.Errorf("%s: stored %+v", name, o)
		}
	}
	if _, ok := other.Server.Object(elsewhere, "report.csv"); !ok {
		t.Errorf("%s: nothing is in the other region", regions)
	}
	ws.Destroy()
	asked := map[string][]string{}
	for _, host := range proxy.asked() {
		asked[owner(host)] = append(asked[owner(host)], host)
	}
	for _, name := range names {
		if left := cases[name].world.Keys(cases[name].bucket); len(left) > 0 {
			t.Errorf("%s: left behind: %q", name, left)
		}
		if diff := cmp.Diff(cases[name].hosts, asked[name]); diff != "" {
			t.Errorf("%s: hosts (-want +got):\n%s", name, diff)
		}
		delete(asked, name)
		for _, r := range cases[name].world.Requests() {
			if r.Status >= 400 && r.Status != 404 {
				t.Errorf("%s: a request was refused: %s", name, acctest.Call(r))
			}
		}
	}
	if len(asked) > 0 {
		t.Errorf("other hosts: %q", asked)
	}
}

// attached starts a built provider n times in the environment and the folder of a workspace, and returns the value of the
// variable that tells the CLI to attach to them: as cos-terraform/recipe0 and so on. Each start of the CLI would start
// them three times, for the validation, the plan and the apply.
func attached(t *testing.T, ws *acctest.Workspace, binary string, n int) string {
	t.Helper()
	all := map[string]json.RawMessage{}
	for i := range n {
		command := exec.CommandContext(t.Context(), filepath.Join(binary, tfcli.Executable("terraform-provider-cos")), "-debug")
		command.Dir, command.Env = ws.Dir, append(os.Environ(), ws.Env...)
		stdout, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = command.Wait() }) // the context kills it
		one := map[string]json.RawMessage{}
		for lines := bufio.NewScanner(stdout); len(one) == 0; {
			if !lines.Scan() {
				t.Fatal("the provider does not say how to attach to it")
			}
			if _, variable, ok := strings.Cut(lines.Text(), "TF_REATTACH_PROVIDERS='"); ok {
				if err := json.Unmarshal([]byte(strings.TrimSuffix(variable, "'")), &one); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, address := range one {
			for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
				all[fmt.Sprintf("%s/cos-terraform/recipe%d", registry, i)] = address
			}
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A CDN sends requests to COS under the bucket's own host, so no signature matches. The error explains this before it
// suggests wrong credentials.
//
// With our runner: the test sets the whole environment and runs the provider as a separate process.
func TestAccEndpointOfACDN(t *testing.T) {
	t.Parallel()
	ws := acctest.NewWorkspace(t)
	ws.Binary = acctest.Build(t) // so that the environment applies to the provider
	w := acctest.New(t)
	origin := strings.TrimPrefix(w.HTTPURL(), "http://")
	cdn := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = "http", origin
		r.Out.Host = w.Bucket() + ".cos." + w.Region() + ".myqcloud.com"
	}})
	defer cdn.Close()
	ws.Env = []string{
		"HTTP_PROXY=" + cdn.URL, "http_proxy=" + cdn.URL, "NO_PROXY=", "no_proxy=",
		"TENCENTCLOUD_SECRET_ID=" + w.SecretID(), "TENCENTCLOUD_SECRET_KEY=" + w.SecretKey(),
	}
	block := func(endpoint string) string {
		return acctest.ProviderBlock("region = \"ap-guangzhou\"", "endpoint = "+acctest.Quote(endpoint))
	}
	object := w.Object("a", `server_side_encryption = "AES256"`, `content = "hello"`)
	ws.Config(block("http://{bucket}.cdn.example.com"), object)
	if r := ws.Fail("apply", "-auto-approve"); !strings.Contains(r.Text(), "A CDN asks COS under another host") {
		t.Errorf("it does not tell of the CDN:\n%s", r.Output())
	}
	// The same configuration works under the host that COS expects.
	ws.Config(block("http://{bucket}.cos.{region}.myqcloud.com"), object)
	ws.Apply()
}

// A proxy's password appears in no log or output, whether the proxy accepts it, rejects it, is down, or its URL is
// invalid.
//
// With our runner: the provider runs as a separate process and writes a trace log.
func TestAccProxyPassword(t *testing.T) {
	t.Parallel()
	const password = "canary-proxy-password"
	binary := acctest.Build(t)
	for name, tc := range map[string]struct {
		expect string // required credentials; "" for those in the URL
		url    string // overrides the proxy's URL
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

// If the local clock is hours off, small and large uploads sign a refused request once more with COS's time, and the
// log says so.
//
// With our runner: the provider runs as a separate process and writes a log.
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
			// Requests already in flight when the first refusal arrived are refused too.
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
