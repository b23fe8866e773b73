package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// proveWritten verifies a write after its response. If COS reports another
// checksum than that of the sent body, the object is stored nevertheless.
func (s *Store) proveWritten(ctx context.Context, w Write, written cosclient.Written, err error) Outcome {
	if err != nil && !errors.Is(err, cosclient.ErrCorrupted) {
		return s.cutOff(ctx, w, err)
	}
	if err != nil {
		written.CRC64 = "" // it is the wrong value, not the requested one
	}
	out := s.prove(ctx, w, written)
	if err != nil {
		out.Wrong = append(out.Wrong, "  - body: "+err.Error())
	}
	return out
}

// ErrVanished means that the object was gone when it was read back.
var ErrVanished = errors.New("it was gone again right after it was written")

// prove reads the object back and compares it with the requested one.
func (s *Store) prove(ctx context.Context, w Write, written cosclient.Written) Outcome {
	out := Outcome{Written: written}
	s.awaitNextSecond(ctx, w)
	info, err := s.Head(ctx, w.Location, cosclient.HeadInput{CustomerKey: w.Encryption.CustomerKey})
	if err != nil {
		out.Err = err
		if !written.Recovered && !w.Encryption.Matches(written.Encryption) {
			out.Landed = true
			out.Info = w.assumed(written)
			out.Wrong = []string{wrongEncryption(w.Encryption, written.Encryption)}
			return out
		}
		if errors.Is(err, cosclient.ErrNotFound) {
			out.Err = fmt.Errorf("%w: %w", ErrVanished, err)
			return out
		}
		out.Landed, out.Unproved = true, true
		out.Info = w.assumed(written)
		return out
	}
	if out.LockUnproved = s.CompleteLock(ctx, w.Location, w.Lock, &info); out.LockUnproved != nil {
		info.Lock = w.Lock // the write was accepted with it
	}
	out.Imposed = w.imposed(info)
	out.Imposed.Replace(&info.Attributes, w.Attributes)
	out.Landed, out.Info = true, info
	out.Unverified = w.Body != nil && !written.Verified && info.CRC64 == ""
	out.Wrong = append(w.Wrong(info, written), s.proveGrants(ctx, w)...)
	return out
}

// assumed describes the object as it was sent, and by COS's response. A recovered
// write has no response but was found to be as sent.
func (w Write) assumed(written cosclient.Written) cosclient.Info {
	info := cosclient.Info{
		Attributes: w.Attributes,
		Encryption: written.Encryption,
		ETag:       written.ETag,
		Length:     w.Length,
		Lock:       w.Lock,
		CRC64:      written.CRC64,
		VersionID:  written.VersionID,
	}
	if w.Body != nil {
		info.Length = w.Body.Size()
	}
	if written.Recovered {
		info.Encryption = w.Encryption.Observed()
	}
	return info
}

// Wrong lists the differences between the stored object and the requested one.
func (w Write) Wrong(info cosclient.Info, written cosclient.Written) []string {
	var wrong []string
	differ := func(what, asked, found string) {
		if asked != found {
			wrong = append(wrong, fmt.Sprintf("  - %s: asked for %s, found %s", what, quoted(asked), quoted(found)))
		}
	}
	if !w.Encryption.Matches(info.Encryption) {
		wrong = append(wrong, wrongEncryption(w.Encryption, info.Encryption))
	}
	length, crc := w.Length, w.CRC64
	if w.Body != nil {
		length, crc = w.Body.Size(), written.CRC64
	}
	differ("length", strconv.FormatInt(length, 10), strconv.FormatInt(info.Length, 10))
	// Do not show the checksums: they would let an attacker recover a short
	// secret by brute force.
	if crc != "" && info.CRC64 != "" && crc != info.CRC64 {
		wrong = append(wrong, "  - body: its CRC64 is not that of what was asked for")
	}
	if written.ETag != "" && written.ETag != info.ETag {
		wrong = append(wrong, "  - ETag: not the one that the write was answered with")
	}
	w.imposed(info).Replace(&info.Attributes, w.Attributes)
	for _, d := range w.Attributes.Differences(info.Attributes) {
		differ(d.Name, d.This, d.Other)
	}
	return append(wrong, w.wrongLock(info.Lock)...)
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
