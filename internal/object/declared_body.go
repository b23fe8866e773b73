package object

import (
	"context"
	"errors"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// bodyKind names the argument that declares the body.
type bodyKind string

const (
	bodyNone      bodyKind = ""
	bodySource    bodyKind = "source"
	bodyText      bodyKind = "text"
	bodyContent   bodyKind = "content"
	bodyBase64    bodyKind = "content_base64"
	bodyWriteOnly bodyKind = "content_wo"
	bodyCopy      bodyKind = "copy_source"
)

// declaredBody is the declared body, as far as a plan can determine it.
type declaredBody struct {
	kind bodyKind
	// unknown: the value is not known yet.
	unknown bool
	// hashed: source_hash represents the bytes, which the plan does not read.
	hashed bool
	// body and sum describe the bytes, if the plan could read them.
	body content.Body
	sum  *content.Sum
	// missing is the error of reading the file, which may still appear before the
	// apply.
	missing error
}

// bodyArgument is an argument whose value is the body or the path of its file. To
// add one, add it to bodyArguments, the model and the schema.
type bodyArgument struct {
	kind  bodyKind
	value func(*model) types.String
	open  func(value string) (content.Source, error)
}

// bodyArguments is ordered by precedence, which matters while unknown values allow
// more than one to be set.
var bodyArguments = []bodyArgument{
	{bodySource, func(m *model) types.String { return m.Source }, func(path string) (content.Source, error) { return content.File(path), nil }},
	{bodyText, func(m *model) types.String { return m.Text }, content.Text},
	{bodyContent, func(m *model) types.String { return m.Content }, content.Text},
	{bodyBase64, func(m *model) types.String { return m.ContentBase64 }, content.Base64},
	{bodyWriteOnly, func(m *model) types.String { return m.ContentWO }, content.Text},
}

// declaredBody determines the declared body. It reads a file once, and not at all
// if source_hash is declared.
func (m model) declaredBody(ctx context.Context, sums *content.Memo) declaredBody {
	d := declaredBody{kind: m.bodyKind()}
	for _, argument := range bodyArguments {
		if argument.kind == d.kind {
			d.unknown = argument.value(&m).IsUnknown()
		}
	}
	d.hashed = d.kind == bodySource && !m.SourceHash.IsNull()
	if d.kind == bodyNone || d.kind == bodyCopy || d.kind == bodyWriteOnly || d.unknown || d.hashed {
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

// bodyKind returns the argument that declares the body. An unknown value may turn
// out to be null, so a known one takes precedence.
func (m model) bodyKind() bodyKind {
	maybe := bodyNone
	for _, argument := range bodyArguments {
		switch value := argument.value(&m); {
		case arguments.Known(value):
			return argument.kind
		case value.IsUnknown() && maybe == bodyNone:
			maybe = argument.kind
		}
	}
	if !m.CopySource.IsNull() && (maybe == bodyNone || !m.CopySource.IsUnknown()) {
		return bodyCopy
	}
	return maybe
}

// openBody opens the declared body, whose file must exist by now.
func (m model) openBody(kind bodyKind) (content.Body, error) {
	for _, argument := range bodyArguments {
		if argument.kind == kind {
			source, err := argument.open(argument.value(&m).ValueString())
			if err != nil {
				return content.Body{}, err
			}
			return source.Body()
		}
	}
	return content.Body{}, errors.New("no body is declared")
}

// path is the attribute to which diagnostics about the body refer.
func (k bodyKind) path() path.Path {
	if k == bodyNone {
		return path.Root("source")
	}
	return path.Root(string(k))
}

// bytes reports whether the configuration itself provides the bytes, known or not.
func (k bodyKind) bytes() bool { return k != bodyNone && k != bodyCopy }

// readable reports whether the bytes will be available for an upload.
func (d declaredBody) readable() bool {
	return d.sum != nil || d.hashed || d.unknown || d.kind == bodyWriteOnly
}

// sameAs compares the bytes with the recorded ones. Objects older than COS's CRC64
// can only be compared by an ETag that is an MD5, which it is not for some
// encryptions and for multipart uploads. With neither checksum, the bodies count as
// different. settled means that the ETag in the state is that of the existing
// object.
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
