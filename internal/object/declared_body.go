package object

import (
	"context"
	"errors"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// bodyKind is the argument that a body comes by.
type bodyKind string

const (
	bodyNone      bodyKind = ""
	bodySource    bodyKind = "source"
	bodyContent   bodyKind = "content"
	bodyBase64    bodyKind = "content_base64"
	bodyWriteOnly bodyKind = "content_wo"
	bodyCopy      bodyKind = "copy_source"
)

// declaredBody is what a configuration says of the body, and what a plan can
// find out about it.
type declaredBody struct {
	kind bodyKind
	// unknown: the value is not known yet.
	unknown bool
	// hashed: source_hash stands for the bytes, which are not read at plan.
	hashed bool
	// body and sum are the bytes, if they could be read at plan.
	body content.Body
	sum  *content.Sum
	// missing is why a file cannot be read now. It may be there at apply.
	missing error
}

// declaredBody looks at the declared body. A file is read once, unless
// source_hash is declared.
func (m model) declaredBody(ctx context.Context, sums *content.Memo) declaredBody {
	d := declaredBody{kind: m.bodyKind()}
	switch d.kind {
	case bodyNone, bodyCopy:
		return d
	case bodyWriteOnly:
		d.unknown = m.ContentWO.IsUnknown()
		return d
	case bodySource:
		d.unknown, d.hashed = m.Source.IsUnknown(), !m.SourceHash.IsNull()
	case bodyContent:
		d.unknown = m.Content.IsUnknown()
	case bodyBase64:
		d.unknown = m.ContentBase64.IsUnknown()
	}
	if d.unknown || d.hashed {
		return d
	}
	var err error
	if d.body, err = m.openBody(d.kind); err == nil {
		var sum content.Sum
		if sum, err = sums.Sum(ctx, d.body); err == nil {
			d.sum = &sum
		}
	}
	d.missing = err
	return d
}

// bodyKind tells which argument declares the body. What is unknown may turn out
// to be null, so one that is known decides if there is one.
func (m model) bodyKind() bodyKind {
	switch {
	case arguments.Known(m.Source):
		return bodySource
	case arguments.Known(m.Content):
		return bodyContent
	case arguments.Known(m.ContentBase64):
		return bodyBase64
	case arguments.Known(m.ContentWO):
		return bodyWriteOnly
	case !m.CopySource.IsNull() && !m.CopySource.IsUnknown():
		return bodyCopy
	case m.Source.IsUnknown():
		return bodySource
	case m.Content.IsUnknown():
		return bodyContent
	case m.ContentBase64.IsUnknown():
		return bodyBase64
	case m.ContentWO.IsUnknown():
		return bodyWriteOnly
	case m.CopySource.IsUnknown():
		return bodyCopy
	}
	return bodyNone
}

// openBody fixes the body that an argument declares, which has to be there now.
func (m model) openBody(kind bodyKind) (content.Body, error) {
	var source content.Source
	var err error
	switch kind {
	case bodySource:
		source = content.File(m.Source.ValueString())
	case bodyContent:
		source, err = content.Text(m.Content.ValueString())
	case bodyBase64:
		source, err = content.Base64(m.ContentBase64.ValueString())
	case bodyWriteOnly:
		source, err = content.Text(m.ContentWO.ValueString())
	default:
		err = errors.New("no body is declared")
	}
	if err != nil {
		return content.Body{}, err
	}
	return source.Body()
}

// path is the attribute to blame.
func (k bodyKind) path() path.Path {
	if k == bodyNone {
		return path.Root("source")
	}
	return path.Root(string(k))
}

// bytes reports a body whose bytes the configuration has, known or not.
func (k bodyKind) bytes() bool { return k != bodyNone && k != bodyCopy }

// readable reports whether the bytes are known to be there for an upload.
func (d declaredBody) readable() bool {
	return d.sum != nil || d.hashed || d.unknown || d.kind == bodyWriteOnly
}

// sameAs compares the bytes with the recorded ones. Objects that are older than
// COS's CRC64 have an ETag that is an MD5, unless their encryption or a
// multipart upload makes it something else; if there is neither, nothing is
// known and the bodies count as different. settled says that the ETag of the
// state is that of the object that is there.
func (d declaredBody) sameAs(ctx context.Context, prior model, settled bool) bool {
	switch {
	case d.sum == nil || d.sum.Length != prior.ContentLength.ValueInt64():
		return false
	case !prior.ContentCRC64.IsNull():
		return d.sum.CRC64String() == prior.ContentCRC64.ValueString()
	}
	mode := prior.observed().Mode
	if !settled || mode != sse.ModeNone && mode != sse.ModeAES256 || !prior.SSECustomerKeyName.IsNull() || !md5Pattern.MatchString(prior.ETag.ValueString()) {
		return false
	}
	sum, err := d.body.MD5(ctx)
	return err == nil && sum == prior.ETag.ValueString()
}

var md5Pattern = regexp.MustCompile(`^[0-9a-f]{32}$`)
