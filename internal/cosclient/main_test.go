package cosclient

import (
	"io"
	"log"
	"os"
	"testing"
)

// TestMain silences the standard logger, to which net/http writes what a server
// sends on an idle connection. The provider captures it; see package startup.
func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}
