package cosclient

import (
	"io"
	"log"
	"testing"

	"go.uber.org/goleak"
)

// TestMain silences the standard logger, to which net/http writes what a server
// sends on an idle connection. The provider redirects it; see package startup.
func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	goleak.VerifyTestMain(m)
}
