package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "cosmock")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

// ready is the line that the command prints when it is ready to accept
// connections.
type ready struct {
	HTTPS  string `json:"https"`
	HTTP   string `json:"http"`
	CAFile string `json:"ca_file"`
}

func TestCommand(t *testing.T) {
	binary := build(t)
	for name, stop := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "interrupt": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			temp, caFile := t.TempDir(), filepath.Join(t.TempDir(), "ca.pem")
			cmd := exec.Command(binary, "-listen", "127.0.0.1:0", "-listen-http", "127.0.0.1:0", "-bucket", "one-1250000000",
				"-bucket", "two-1250000000", "-region", "ap-beijing", "-secret-id", "ID", "-secret-key", "the-secret-key",
				"-kms-key", "kms-1", "-kms-key", "kms-2", "-ca-out", caFile, "-latency", "1ms")
			cmd.Env = append(os.Environ(), "TMPDIR="+temp)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = cmd.Process.Kill() }()
			lines := bufio.NewReader(stdout)
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatal(err, stderr.String())
			}
			var at ready
			if err := json.Unmarshal([]byte(line), &at); err != nil || at.CAFile != caFile {
				t.Fatalf("%v in %s", err, line)
			}
			check(t, at)
			if err := cmd.Process.Signal(stop); err != nil {
				t.Fatal(err)
			}
			rest, _ := io.ReadAll(lines)
			if err := cmd.Wait(); err != nil || len(rest) != 0 {
				t.Errorf("%v, printed %q, logged %s", err, rest, stderr.String())
			}
			if strings.Contains(stderr.String(), "the-secret-key") || !strings.Contains(stderr.String(), "status=403") {
				t.Errorf("logged %s", stderr.String())
			}
			if left, _ := os.ReadDir(temp); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// check requests the journal and a bucket from both listeners.
func check(t *testing.T, at ready) {
	t.Helper()
	pem, err := os.ReadFile(at.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	client := &http.Client{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}},
	}
	defer client.CloseIdleConnections()
	for _, base := range []string{at.HTTPS, at.HTTP} {
		for path, want := range map[string]int{"/_cosmock/requests": 200, "/two-1250000000/k": 403} {
			res, err := client.Get(base + path)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != want || res.Proto != "HTTP/1.1" {
				t.Errorf("%s%s answers %s %d", base, path, res.Proto, res.StatusCode)
			}
		}
	}
}

func TestBadCommandLines(t *testing.T) {
	binary := build(t)
	tests := map[string]struct {
		args []string
		says string
	}{
		"bucket without appid": {[]string{"-bucket", "lab"}, "name-appid"},
		"unknown flag":         {[]string{"-port", "1"}, "not defined: -port"},
		"argument":             {[]string{"serve"}, `unexpected argument "serve"`},
		"address in use":       {[]string{"-listen", "256.0.0.1:0"}, "listening for HTTPS"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			cmd := exec.Command(binary, test.args...)
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Run(); err == nil || stdout.Len() != 0 || !strings.Contains(stderr.String(), test.says) {
				t.Errorf("%v, %q, %q", err, stdout.String(), stderr.String())
			}
		})
	}
}

// The help lists every fault. The test takes the kinds from the source so that it
// notices a missing one.
func TestHelpListsFaults(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../faults.go")
	if err != nil {
		t.Fatal(err)
	}
	var help bytes.Buffer
	if _, err := parseFlags([]string{"-help"}, &help); !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`FaultKind = "([a-z0-9-]+)"`).FindAllSubmatch(source, -1)
	if len(kinds) < 15 {
		t.Fatalf("found only %d kinds", len(kinds))
	}
	for _, kind := range kinds {
		if !strings.Contains(help.String(), "\n  "+string(kind[1])+" ") {
			t.Errorf("%s is not in the help", kind[1])
		}
	}
}
