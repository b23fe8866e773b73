package object

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// cannotRead returns the error text for a body that cannot be read, with advice if
// the file does not exist or is a folder.
func cannotRead(kind bodyKind, source string, err error) string {
	text := fmt.Sprintf("The body cannot be read: %s.", err)
	if kind == bodySource && errors.Is(err, content.ErrNotRegular) {
		return text + " " + folderAdvice
	}
	if kind != bodySource || !errors.Is(err, content.ErrNotExist) {
		return text
	}
	return text + " " + whereIsSource(source)
}

// whereIsSource explains the usual reason for a missing file. A plan contains the
// path itself. If the plan is applied in another folder, an absolute path still
// refers to the folder of the plan, or no longer matches the configuration.
func whereIsSource(source string) string {
	switch {
	case isPattern(source):
		return patternAdvice
	case filepath.IsAbs(source):
		return "The path is absolute. If path.cwd or abspath() makes it, it names another file when a plan is applied in another folder or on another machine: begin it with ${path.module} instead."
	case strings.HasPrefix(source, "~"):
		return "~/ is the home folder of the user that Terraform runs as, on the machine that it runs on."
	}
	here := "the folder that Terraform runs in"
	if dir, err := os.Getwd(); err == nil {
		here += ", which is " + dir
	}
	return "A relative path starts at " + here + ". For a file of the module begin it with ${path.module}."
}

const folderAdvice = "source is the path of one file. To store the files of a folder, use the resource cos_encrypted_directory."

const patternAdvice = "It looks like a pattern, and source is the path of one file. For one object for each file use for_each = fileset(path.module, \"...\") with the pattern, and source = \"${path.module}/${each.value}\"."

// isPattern reports whether source is probably a pattern for fileset rather than
// the name of a file.
func isPattern(source string) bool { return strings.Contains(source, "*") }
