package object_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// These values are not secret but appear wherever a secret might. Finding them
// proves that the search covers the right places.
const (
	marker        = "lab-1250000000"
	privateMarker = "write_only_content"
)

// hunt searches for canaries, which are secrets with a value of their own for each
// route.
type hunt struct {
	t        *testing.T
	canaries map[string]string          // by route
	found    map[string][]string        // places, by route
	looked   map[string]int             // number of texts with the marker, by place
	done     map[[sha256.Size]byte]bool // files already searched
}

func newHunt(t *testing.T, canaries map[string]string) *hunt {
	t.Helper()
	return &hunt{t: t, canaries: canaries, found: map[string][]string{}, looked: map[string]int{}, done: map[[sha256.Size]byte]bool{}}
}

// keyringVariable is the only environment variable that does not set a variable of
// the configuration.
const keyringVariable = "COS_SSE_CUSTOMER_KEYS"

// canaryKey returns a customer key that no other route uses.
func canaryKey(route string) string {
	return base64.StdEncoding.EncodeToString([]byte((route + strings.Repeat("~?>", 11))[:32]))
}

// search searches a text for the canaries.
func (h *hunt) search(place, text string) {
	h.t.Helper()
	if len(acctest.Leaks(text, marker)) > 0 || place == "private state" && strings.Contains(text, privateMarker) {
		h.looked[place]++
	}
	// Most texts contain none, and a log is long.
	if len(acctest.Leaks(text, slices.Collect(maps.Values(h.canaries))...)) == 0 {
		return
	}
	for route, value := range h.canaries {
		if found := acctest.Leaks(text, value); len(found) > 0 && !slices.Contains(h.found[route], place) {
			h.found[route] = append(h.found[route], place)
			i := max(strings.Index(text, found[0]), 0)
			h.t.Logf("%s: found in the %s, as %q: …%q…", route, place, found, text[max(i-150, 0):min(i+150, len(text))])
		}
	}
}

// files searches every file below a folder, including archives and base64.
func (h *hunt) files(dir string) {
	h.t.Helper()
	must(h.t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if sum := sha256.Sum256(append([]byte(entry.Name()), data...)); !h.done[sum] {
			h.done[sum] = true
			h.file(entry.Name(), data)
		}
		return nil
	}))
}

func (h *hunt) file(name string, data []byte) {
	h.t.Helper()
	switch {
	case strings.HasSuffix(name, ".log"):
		cli, provider := splitLog(string(data))
		h.search("log of the CLI", cli)
		h.search("log of the provider", provider)
	case strings.Contains(name, "tfstate"):
		place := "state"
		if strings.Contains(name, "backup") {
			place = "state backup"
		}
		h.search(place, string(data))
		for _, private := range regexp.MustCompile(`"private": "([^"]*)"`).FindAllStringSubmatch(string(data), -1) {
			text, err := base64.StdEncoding.DecodeString(private[1])
			must(h.t, err)
			h.search("private state", string(text))
		}
	case bytes.HasPrefix(data, []byte("PK")):
		archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		must(h.t, err)
		for _, f := range archive.File {
			r, err := f.Open()
			must(h.t, err)
			text, err := io.ReadAll(r)
			must(h.t, err)
			h.search("plan file", string(text))
		}
	default:
		h.search("file "+name, string(data))
	}
}

// splitLog separates the provider's lines from the CLI's log. A line without a time
// continues the previous one.
func splitLog(log string) (cli, provider string) {
	var parts [2]strings.Builder
	to := 0
	for line := range strings.Lines(log) {
		if logLine.MatchString(line) {
			to = 0
			if strings.Contains(line, "] provider.terraform-provider-cos") {
				to = 1
			}
		}
		parts[to].WriteString(line)
	}
	return parts[0].String(), parts[1].String()
}

var logLine = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.\d+\S* \[[A-Z]+\]`)

// check compares the places of the canaries with the expected ones.
func (h *hunt) check(want map[string][]string) {
	h.t.Helper()
	for _, places := range h.found {
		slices.Sort(places)
	}
	for _, route := range slices.Sorted(maps.Keys(h.canaries)) {
		h.t.Logf("%-28s %s", route, strings.Join(h.found[route], ", "))
		if diff := cmp.Diff(want[route], h.found[route]); diff != "" {
			h.t.Errorf("%s: places (-want +got):\n%s", route, diff)
		}
	}
	h.t.Logf("texts that were searched and have the marker: %v", h.looked)
}

// lookedAt checks that the marker was found in each of the places.
func (h *hunt) lookedAt(places ...string) {
	h.t.Helper()
	for _, place := range places {
		if h.looked[place] == 0 {
			h.t.Errorf("nothing was found in the %s at all: the search looks at the wrong thing", place)
		}
	}
}

// cage is a workspace that is searched after every command. The provider runs as a
// separate program, all logs are at their most verbose level, and temporary files
// are created in the workspace.
type cage struct {
	*acctest.World
	*hunt
	ws        *acctest.Workspace
	variables map[string]string
	serverLog bytes.Buffer
	runs      int
}

func newCage(t *testing.T, binary string, canaries map[string]string) *cage {
	t.Helper()
	c := &cage{hunt: newHunt(t, canaries), variables: maps.Clone(canaries)}
	c.World = acctest.New(t, func(o *cosmock.Options) {
		o.Log = slog.New(slog.NewTextHandler(&c.serverLog, &slog.HandlerOptions{Level: slog.LevelDebug}))
		o.Credentials = []cosmock.Credential{{SecretID: "AKIDcanary", SecretKey: canaries["secret_key"], SessionToken: canaries["security_token"]}}
	})
	c.ws = acctest.NewWorkspace(t)
	c.ws.Binary = binary
	return c
}

func (c *cage) run(want int, args ...string) acctest.Result {
	c.t.Helper()
	c.runs++
	temporary, messages := filepath.Join(c.ws.Dir, "tmp"), filepath.Join(c.ws.Dir, "messages")
	must(c.t, os.MkdirAll(temporary, 0o700))
	must(c.t, os.MkdirAll(messages, 0o700))
	c.ws.Env = []string{"TMPDIR=" + temporary, "TF_LOG_SDK_PROTO_DATA_DIR=" + messages,
		"TF_LOG=TRACE", "TF_LOG_SDK=TRACE", "TF_LOG_SDK_PROTO=TRACE", "TF_LOG_SDK_FRAMEWORK=TRACE", "TF_LOG_PATH=" + filepath.Join(c.ws.Dir, fmt.Sprintf("%d.log", c.runs))}
	for name, value := range c.variables {
		if name != keyringVariable {
			name = "TF_VAR_" + name
		}
		c.ws.Env = append(c.ws.Env, name+"="+value)
	}
	r := c.ws.Run(args...)
	if r.Code != want {
		c.t.Fatalf("%v ended with %d, want %d:\n%s", args, r.Code, want, r.Output())
	}
	place := "output"
	if slices.Contains(args, "-json") {
		place = "show -json of the " + map[bool]string{true: "plan", false: "state"}[len(args) == 3]
	}
	c.search(place, r.Output())
	c.files(c.ws.Dir)
	journal, err := json.Marshal(c.Requests())
	must(c.t, err)
	c.search("journal", string(journal))
	dumped, err := os.ReadDir(messages)
	must(c.t, err)
	if len(dumped) > 0 {
		c.t.Errorf("%v left %d messages of the protocol, such as %s", args, len(dumped), dumped[0].Name())
	}
	return r
}
