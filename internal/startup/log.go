// Package startup prepares the process's log before the provider is served.
package startup

import (
	"bytes"
	"io"
	"log"
	"sync"
)

// CaptureLog makes the standard logger write a fixed line, once for each kind of
// message, instead of the message itself. net/http logs unsolicited bytes from a
// server, which may contain a secret that the server received earlier, and
// nothing at that point can redact it.
func CaptureLog(to io.Writer) {
	log.SetFlags(0)
	log.SetPrefix("")
	log.SetOutput(&mute{to: to, said: map[string]bool{}})
}

// mute writes fixed lines in place of messages.
type mute struct {
	to   io.Writer
	mu   sync.Mutex
	said map[string]bool
}

// The CLI reads the level from the beginning of a line.
const (
	unsolicited = "[WARN] net/http: a server sent bytes on an idle connection, which was closed; what they were is withheld\n"
	another     = "[WARN] a library wrote to the standard logger; what it was is withheld, since it may quote a secret\n"
)

func (m *mute) Write(message []byte) (int, error) {
	words := another
	if bytes.HasPrefix(message, []byte("Unsolicited response received on idle HTTP channel")) {
		words = unsolicited
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.said[words] {
		m.said[words] = true
		if _, err := io.WriteString(m.to, words); err != nil {
			return 0, err
		}
	}
	return len(message), nil
}
