package startup_test

import (
	"bytes"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/startup"
)

// buffer is a bytes.Buffer that is safe for concurrent use, because net/http may
// write to it.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// stray sends a request to a server that responds and then sends text on the idle
// connection. It returns once the client has seen the text.
func stray(t *testing.T, text string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	proceed, closed := make(chan struct{}), make(chan struct{})
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Read(make([]byte, 4096))
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		<-proceed
		_, _ = io.WriteString(conn, text)
		_, _ = conn.Read(make([]byte, 1)) // until the client closes the connection
		close(closed)
	}()
	transport := &http.Transport{}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	close(proceed)
	select {
	case <-closed:
	case <-time.After(time.Minute):
		t.Fatal("the client keeps the connection")
	}
}

// The standard logger quotes bytes received on an idle connection unless it is
// captured. The logger is global, so the test must not run in parallel with
// others.
func TestStrayBytesAreNotQuoted(t *testing.T) {
	writer, flags, prefix := log.Writer(), log.Flags(), log.Prefix()
	t.Cleanup(func() { log.SetOutput(writer); log.SetFlags(flags); log.SetPrefix(prefix) })
	const canary = "canary-of-a-customer-key"

	var open buffer
	log.SetOutput(&open)
	stray(t, canary)
	if !strings.Contains(open.String(), canary) {
		t.Fatalf("net/http does not quote what is stray: %q", open.String())
	}

	var captured buffer
	startup.CaptureLog(&captured)
	stray(t, canary)
	stray(t, "x"+canary)
	log.Printf("another library: %s", canary)                                //nolint:forbidigo // it is what others do
	log.Print("Unsolicited response received on idle HTTP channel" + canary) //nolint:forbidigo // likewise
	got := captured.String()
	if strings.Contains(got, "canary") {
		t.Errorf("%q", got)
	}
	if strings.Count(got, "\n") != 2 || strings.Count(got, "[WARN] ") != 2 || !strings.Contains(got, "idle connection") {
		t.Errorf("each kind is told once: %q", got)
	}
}
