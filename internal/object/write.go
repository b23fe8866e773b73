package object

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// undoTimeout bounds the removal of a write that failed its proof. It has a
// time of its own, since it also runs when the apply is being interrupted.
const undoTimeout = 30 * time.Second

// write is what is to be stored.
type write struct {
	loc             cosclient.Location
	old             cosclient.Location // where the object is now; loc unless it moves
	expected        inspect.Record     // what is there now
	body            *content.Body      // nil where the stored body stays
	expectCRC64     string             // that the body must have; "": whatever it has
	length          int64              // of the stored body, where body is nil
	crc64           string             // likewise; "" where COS never gave one
	from            *from              // the object to copy from; nil for an upload or a copy onto itself
	prior           *model             // what was there before; nil for a create
	oldKey          sse.CustomerKey    // of what was there before
	tags            map[string]string
	acl             string
	stored          cosclient.Attributes
	encryption      sse.Settings
	forbidOverwrite bool
}

// outcome is what became of a write.
type outcome struct {
	// landed: the object is there, and info describes it.
	landed bool
	// written is COS's answer to the write itself.
	written cosclient.Written
	info    cosclient.Info
	// err is why the write, or the proof of it, could not be had.
	err error
	// unproved: the answer to the write was right, but the HEAD failed.
	unproved bool
	// unverified: neither the answer nor the HEAD has a CRC64 of the body.
	unverified bool
	// wrong lists in what the stored object is not what was asked for.
	wrong []string
}

// mismatch reports that the object is there and is not what was asked for.
func (o outcome) mismatch() bool { return o.landed && len(o.wrong) > 0 }

// diagnostics tells the user how the write ended; nothing where all is well.
func (o outcome) diagnostics(summary string, w write) diag.Diagnostics {
	var diags diag.Diagnostics
	switch {
	case len(o.wrong) > 0:
		diags.AddError(summary, fmt.Sprintf("COS did not store the object %s as declared:\n\n%s\n\n"+
			"Nothing is accepted that is stored otherwise than declared. Look at the bucket's default encryption and policies, and at whatever stands between here and COS.",
			w.loc, strings.Join(o.wrong, "\n")))
	case o.unverified:
		diags.AddWarning("Body Not Verified", fmt.Sprintf("COS told no CRC64 of the object %s, neither when it was written nor when it was read back. Its length and its encryption are as declared; whether each byte arrived as it was sent is known only as far as COS checked the Content-MD5 that was sent along.", w.loc))
	case o.unproved:
		diags.Append(tfdiag.Warning("Encrypted Object Not Proved", fmt.Sprintf("The object %s is written, and COS's answer says that it is encrypted as declared, but it could not be read back to prove it. The next plan does.", w.loc), o.err))
	case errors.Is(o.err, cosclient.ErrAlreadyExists) && w.prior == nil: // it came after the first HEAD
		diags.AddError(objectExists, fmt.Sprintf("An object appeared at %s after it was found to be free, and it was not overwritten. %s", w.loc, importHint(w.loc)))
	case errors.Is(o.err, cosclient.ErrNotFound) && w.prior != nil && w.from == nil: // a copy onto itself
		diags.Append(tfdiag.Error(summary, fmt.Sprintf("The object %s is gone since it was last read, so it could not be changed. Plan again: it is created then.", w.loc), o.err))
	case o.err != nil:
		diags.Append(tfdiag.Error(summary, fmt.Sprintf("The object %s could not be written.", w.loc), o.err))
	}
	return diags
}

// proveWritten goes on from the answer to a write. A body that COS says to have
// received otherwise is stored all the same.
func (r *Resource) proveWritten(ctx context.Context, w write, written cosclient.Written, err error) outcome {
	if err != nil && !errors.Is(err, cosclient.ErrCorrupted) {
		return outcome{err: err}
	}
	if err != nil {
		written.CRC64 = "" // it is what is wrong, and not what was asked for
	}
	out := r.prove(ctx, w, written)
	if err != nil {
		out.wrong = append(out.wrong, "  - body: "+err.Error())
	}
	return out
}

// prove reads back what was written and compares it with what was asked for.
func (r *Resource) prove(ctx context.Context, w write, written cosclient.Written) outcome {
	out := outcome{written: written}
	r.awaitNextSecond(ctx, w)
	info, err := r.data.Inspector().Head(ctx, w.loc, cosclient.HeadInput{CustomerKey: w.encryption.CustomerKey})
	if err != nil {
		out.err = err
		if !written.Recovered && !w.encryption.Matches(written.Encryption) {
			out.landed = true
			out.info = w.assumed(written)
			out.wrong = []string{wrongEncryption(w.encryption, written.Encryption)}
			return out
		}
		if errors.Is(err, cosclient.ErrNotFound) {
			out.err = fmt.Errorf("it was gone again right after it was written: %w", err)
			return out
		}
		out.landed, out.unproved = true, true
		out.info = w.assumed(written)
		return out
	}
	out.landed, out.info = true, info
	out.unverified = w.body != nil && !written.Verified && info.CRC64 == ""
	out.wrong = w.wrong(info, written)
	return out
}

// assumed describes the object by what was sent and by COS's answer to it.
// A write that was recovered has no answer, but was found to be as it was sent.
func (w write) assumed(written cosclient.Written) cosclient.Info {
	info := cosclient.Info{
		Attributes: w.stored,
		Encryption: written.Encryption,
		ETag:       written.ETag,
		Length:     w.length,
		CRC64:      written.CRC64,
		VersionID:  written.VersionID,
	}
	if w.body != nil {
		info.Length = w.body.Size()
	}
	if written.Recovered {
		info.Encryption = w.encryption.Observed()
	}
	return info
}

// wrong lists in what the stored object differs from what was asked for.
func (w write) wrong(info cosclient.Info, written cosclient.Written) []string {
	var wrong []string
	differ := func(what, asked, found string) {
		if asked != found {
			wrong = append(wrong, fmt.Sprintf("  - %s: asked for %s, found %s", what, quoted(asked), quoted(found)))
		}
	}
	if !w.encryption.Matches(info.Encryption) {
		wrong = append(wrong, wrongEncryption(w.encryption, info.Encryption))
	}
	length, crc := w.length, w.crc64
	if w.body != nil {
		length, crc = w.body.Size(), written.CRC64
	}
	differ("length", strconv.FormatInt(length, 10), strconv.FormatInt(info.Length, 10))
	// The checksums themselves are not told: of a short secret they would be
	// as good as the secret.
	if crc != "" && info.CRC64 != "" && crc != info.CRC64 {
		wrong = append(wrong, "  - body: its CRC64 is not that of what was asked for")
	}
	if written.ETag != "" && written.ETag != info.ETag {
		wrong = append(wrong, "  - ETag: not the one that the write was answered with")
	}
	for _, d := range w.stored.Differences(info.Attributes) {
		differ(d.Name, d.This, d.Other)
	}
	return wrong
}

func wrongEncryption(asked sse.Settings, found sse.Observed) string {
	return fmt.Sprintf("  - encryption: asked for %s, found %s", asked.Observed(), found)
}

func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return strconv.Quote(s)
}

// undo deletes exactly what a create has written: its version, or the object
// while its ETag is still the one that the write was answered with.
func (r *Resource) undo(ctx context.Context, w write, out outcome) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	if out.err != nil { // nobody has seen it since it was written
		info, err := r.data.Inspector().Head(ctx, w.loc, cosclient.HeadInput{CustomerKey: w.encryption.CustomerKey})
		if err != nil {
			return err
		}
		out.info = info
	}
	in := cosclient.DeleteInput{VersionID: out.written.VersionID}
	if in.VersionID == "" {
		if out.written.ETag == "" || out.info.ETag != out.written.ETag {
			return errors.New("what is there now is not what was written")
		}
		// While versioning is suspended it has the version "null". Deleting
		// that one shows the version before it again; deleting none hides it.
		in.VersionID = out.info.VersionID
	}
	_, err := r.data.Client.Delete(ctx, w.loc, in)
	return err
}

// copyOf makes another object the body.
func (w *write) copyOf(source *from) {
	w.from, w.length, w.crc64 = source, source.info.Length, source.info.CRC64
}

// settle decides what the plan had to leave open. What COS decides is null.
func (m *model) settle(prior model) {
	if m.ContentType.IsUnknown() && !prior.ContentType.IsNull() {
		m.ContentType = prior.ContentType
	}
	if m.StorageClass.IsUnknown() {
		m.StorageClass = types.StringNull()
	}
	if m.SSEKMSKeyID.IsUnknown() {
		m.SSEKMSKeyID = types.StringNull()
	}
}

// keep carries over what a write would have changed.
func (m *model) keep(prior model) {
	m.ETag, m.VersionID, m.LastModified = prior.ETag, prior.VersionID, prior.LastModified
	m.ContentLength, m.ContentCRC64 = prior.ContentLength, prior.ContentCRC64
	m.SSECustomerKeyMD5 = prior.SSECustomerKeyMD5
	if m.SSEKMSKeyID.IsNull() {
		m.SSEKMSKeyID = prior.SSEKMSKeyID
	}
	if m.StorageClass.IsNull() {
		m.StorageClass = prior.StorageClass
	}
}
