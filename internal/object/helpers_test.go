package object_test

import (
	"os"
	"strings"
	"testing"
)

// TestMain makes the CLI of plugin-testing independent of a configuration
// file that may be left over from the surroundings.
func TestMain(m *testing.M) {
	if err := os.Unsetenv("TF_CLI_CONFIG_FILE"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func containsAll(text string, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

// headOf is the HEAD of an object that was asked to be encrypted like that.
func headOf(asked string) string {
	if asked == "customer" {
		return "HEAD 200 customer"
	}
	return "HEAD 200"
}
