// Package startup sets up what the process has before it serves: its log.
package startup

import (
	"bytes"
	"io"
	"log"
	"sync"
)

// CaptureLog has the standard logger say, once for each kind of message, that a
// library had something to say, and nothing of what it was. net/http quotes
// there what a server sends without being asked, which may be a secret that it
// was sent before; nothing that knows the secret sees the text.
func CaptureLog(to io.Writer) {
	log.SetFlags(0)
	log.SetPrefix("")
	log.SetOutput(&mute{to: to, said: map[string]bool{}})
}

// mute writes fixed words in the place of messages.
type mute struct {
	to   io.Writer
	mu   sync.Mutex
	said map[string]bool
}

// The level in front is what the CLI reads of a line that a provider writes.
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
