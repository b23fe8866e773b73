package object

import (
	"os"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// validateSource rejects URLs and suggests what to use instead, unless a file of
// that name exists. It never quotes an http URL, because a presigned one is a
// secret. Patterns are left to the plan of a create: an error here would also block
// destroying an object whose file had an asterisk in its name and no longer exists.
func (m model) validateSource(invalid arguments.Report) {
	if !arguments.Known(m.Source) {
		return
	}
	source := m.Source.ValueString()
	if source == "" {
		invalid("source", "Invalid Source", "The path is empty. For an empty object, use content = \"\".")
		return
	}
	scheme, rest, isURL := strings.Cut(source, "://")
	if !isURL || strings.ContainsAny(scheme, `/\`) {
		return
	}
	if _, err := os.Stat(content.Resolve(source)); err == nil {
		return
	}
	switch {
	case strings.EqualFold(scheme, "cos"):
		invalid("source", "Source Is Not a File", "source is the path of a local file, but this is an object on COS. To let COS copy it, use copy_source = { bucket = \"...\", key = \"...\" }.")
	case strings.EqualFold(scheme, "file"):
		invalid("source", "Source Is Not a File", "source is a path, not a URL: omit file://, as in source = %q.", rest)
	case strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"):
		invalid("source", "Source Is Not a File", "source is the path of a local file, but this is a URL, which is not downloaded. "+
			"Fetch it with the data source http of the provider hashicorp/http and set content_base64 = data.http.example.response_body_base64, or download the file before Terraform runs.")
	default:
		invalid("source", "Source Is Not a File", "source is the path of a local file, but this is a URL, which is not downloaded. Download the file before Terraform runs.")
	}
}
