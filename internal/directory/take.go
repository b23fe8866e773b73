package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
	"github.com/cos-terraform/terraform-provider-cos/internal/tree"
)

// take carries out one step.
func (a *apply) take(ctx context.Context, st step) error {
	if err := a.lift(ctx, st); err != nil {
		return err
	}
	a.mu.Lock()
	met, ok := a.met[st.Key]
	a.mu.Unlock()
	if ok {
		switch met.how {
		case meetProve:
			return a.prove(ctx, st)
		case meetAdopt:
			a.remember(st, met.info)
			return nil
		case meetRewrite:
			return a.rewrite(ctx, st, met.info)
		case meetLock:
			return a.relockInfo(ctx, st, met.info)
		case meetOverwrite:
			return a.upload(ctx, st, false)
		case meetOurs:
			st.New = false
			if st.Old { // its address is taken, by an object of ours
				return a.upload(ctx, st, false)
			}
		}
	}
	switch st.Action {
	case actionCopy:
		return a.copy(ctx, st)
	case actionRewrite:
		return a.rewriteOurs(ctx, st)
	case actionLock:
		if a.foreign(st.Key) { // the record does not describe its lock
			return a.prove(ctx, st)
		}
		return a.relock(ctx, st)
	case actionProve:
		return a.prove(ctx, st)
	}
	return a.upload(ctx, st, st.New)
}

// write returns the write of a step.
func (a *apply) write(st step) store.Write {
	loc := a.home.at(st.Key)
	f := a.situation.files[st.File]
	w := store.Write{
		Location: loc, Old: loc, Attributes: st.Attributes, Encryption: a.enc.Settings,
		ExpectCRC64: f.Sum.CRC64String(), Length: f.Sum.Length, CRC64: f.Sum.CRC64String(),
		Lock: a.situation.lock.write(),
	}
	if a.enc.Kept && a.enc.CustomerKey.IsZero() {
		w.Encryption.CustomerKey, _ = a.keys.of(a.situation.protection)
	}
	return w
}

// had returns the headers that were previously declared for a file. If one of
// them should be removed but is still present, it is not a header that COS adds
// to every object.
func (a *apply) had(st step) cosclient.Attributes {
	if a.before == nil {
		return cosclient.Attributes{}
	}
	name := a.situation.files[st.File].Name
	return a.was.expect(*a.before, name, protection{}, entry{}).attributes
}

// guard checks that the object to replace is the one that was last seen.
func (a *apply) guard(ctx context.Context, st step, w *store.Write) error {
	expected, p := a.expected(st.Key)
	if expected.ETag == "" {
		seen, err := a.lost(ctx, st.Key)
		if err != nil {
			return err
		}
		if seen == nil {
			w.ForbidOverwrite = true
			return nil
		}
		expected = *seen
	}
	w.Expected = expected
	w.Prior = &cosclient.Info{ETag: expected.ETag, CRC64: expected.CRC64, Length: expected.Length, Attributes: a.had(st)}
	w.OldKey, _ = a.keys.of(p)
	a.mu.Lock()
	if e, ok := a.record[st.Key]; ok && w.Attributes.StorageClass == "" {
		w.Attributes.StorageClass = e.Class
	}
	a.mu.Unlock()
	return a.store.Guard(ctx, w)
}

// lost returns the object under a key that is in the state but not in the record,
// or nil if there is none.
func (a *apply) lost(ctx context.Context, key string) (*inspect.Record, error) {
	customer, _ := a.keys.of(a.situation.protection)
	info, err := a.store.Head(ctx, a.home.at(key), cosclient.HeadInput{CustomerKey: customer})
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	if parseValue(a.situation.state[key]).crc64 != info.CRC64 {
		return nil, store.ErrChangedSince
	}
	seen := seenAs(info)
	return &seen, nil
}

// upload uploads the content of a file.
func (a *apply) upload(ctx context.Context, st step, isNew bool) error {
	if err := a.tree.Files[st.File].Check(); err != nil {
		return err
	}
	w := a.write(st)
	w.ForbidOverwrite = isNew
	err := error(nil)
	if !st.New {
		err = a.guard(ctx, st, &w)
	} else if isNew && a.moves() {
		err = a.carry(ctx, st, &w)
	}
	if err != nil {
		return err
	}
	return a.send(ctx, st, w)
}

// carry adds the properties of the object at the old place, other than its
// headers, to the write. It does not do so if someone else has written that
// object since.
func (a *apply) carry(ctx context.Context, st step, w *store.Write) error {
	a.mu.Lock()
	from := a.old.Prefix + a.situation.files[st.File].Name
	e, ok := a.origin[from]
	_, foreign := a.private.Seen[from]
	a.mu.Unlock()
	if !ok || foreign {
		return nil
	}
	at := *w
	at.Old, at.Expected = a.old.at(from), e.written()
	at.OldKey, _ = a.keys.of(e.Proved)
	switch err := a.store.Guard(ctx, &at); {
	case errors.Is(err, store.ErrChangedSince):
		return nil
	case err != nil:
		return err
	}
	w.Tags, w.ACL, w.Grants = at.Tags, at.ACL, at.Grants
	return nil
}

// maxInMemory is the size up to which a file is read into memory once. For a
// small file, opening it again for each checksum and for the upload would be most
// of the work.
const maxInMemory = 256 << 10

func body(f *tree.File) (content.Body, error) {
	if f.Sum.Length <= maxInMemory {
		data, err := f.Read()
		return content.Bytes(data), err
	}
	if err := f.Check(); err != nil {
		return content.Body{}, err
	}
	return content.File(f.Path).Body()
}

// send uploads a prepared write.
func (a *apply) send(ctx context.Context, st step, w store.Write) error {
	f := &a.tree.Files[st.File]
	body, err := body(f)
	if err != nil {
		return err
	}
	w.Body, w.From = &body, nil
	if f.Sum.Length > store.DefaultSizes.Put {
		select {
		case a.large <- struct{}{}:
			defer func() { <-a.large }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return a.finish(ctx, st, w, a.store.Put(ctx, w))
}

// copy creates the object as a server-side copy of another one of ours. If that
// one has changed, it uploads the content.
func (a *apply) copy(ctx context.Context, st step) error {
	w := a.write(st)
	a.mu.Lock()
	from, e := a.home.at(st.From), a.record[st.From]
	if st.Old {
		from, e = a.old.at(st.From), a.origin[st.From]
	}
	a.mu.Unlock()
	if e.Sum != a.situation.files[st.File].Sum {
		return a.upload(ctx, st, st.New)
	}
	key, _ := a.keys.of(e.Proved)
	if st.Old {
		return a.bring(ctx, st, w, from, e, key)
	}
	source := store.Source{Location: from, Key: key}
	source.Info = cosclient.Info{ETag: e.ETag, Length: e.Sum.Length, CRC64: e.Sum.CRC64String()}
	w.CopyOf(&source)
	w.ForbidOverwrite = st.New
	if !st.New {
		if err := a.guard(ctx, st, &w); err != nil {
			return err
		}
	}
	out := a.store.CopyFrom(ctx, w)
	if errors.Is(out.Err, cosclient.ErrPreconditionFailed) || errors.Is(out.Err, cosclient.ErrNotFound) || inspect.Refused(out.Err) {
		return a.send(ctx, st, w)
	}
	return a.finish(ctx, st, w, out)
}

// bring copies an object from the old place on the server, with all its
// properties: it is the same object at another address.
func (a *apply) bring(ctx context.Context, st step, w store.Write, from cosclient.Location, e entry, key sse.CustomerKey) error {
	w.Old, w.Expected, w.OldKey, w.ForbidOverwrite = from, e.written(), key, true
	w.Prior = &cosclient.Info{ETag: e.ETag, Length: e.Sum.Length, CRC64: e.Sum.CRC64String(), Attributes: a.had(st)}
	w.Attributes.StorageClass = cmp.Or(w.Attributes.StorageClass, e.Class)
	out := a.store.CopyStored(ctx, w)
	if errors.Is(out.Err, store.ErrChangedSince) || errors.Is(out.Err, cosclient.ErrNotFound) || inspect.Refused(out.Err) {
		return a.upload(ctx, st, true)
	}
	return a.finish(ctx, st, w, out)
}

// foreign reports whether a refresh found another object in place of the recorded
// one, which this apply has not replaced yet.
func (a *apply) foreign(key string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, is := a.private.Seen[key]
	return is
}

// rewriteOurs copies the object onto itself on the server.
func (a *apply) rewriteOurs(ctx context.Context, st step) error {
	expected, p := a.expected(st.Key)
	key, ok := a.keys.of(p)
	// Of another object, the record does not contain the encryption.
	if a.foreign(st.Key) || expected.ETag == "" || expected.CRC64 != a.situation.files[st.File].Sum.CRC64String() || !ok {
		return a.prove(ctx, st)
	}
	a.mu.Lock()
	class := a.record[st.Key].Class
	a.mu.Unlock()
	info := cosclient.Info{
		ETag: expected.ETag, CRC64: expected.CRC64, Length: expected.Length, Attributes: a.had(st),
		Encryption: sse.Observed{Mode: p.Mode, KMSKeyID: p.KMSKeyID, CustomerKeyMD5: p.KeyMD5},
	}
	return a.copyOnto(ctx, st, expected, info, key, class)
}

// rewrite is like rewriteOurs for an object that HEAD has just described.
func (a *apply) rewrite(ctx context.Context, st step, info cosclient.Info) error {
	key, ok := a.keys.of(protection{Mode: info.Encryption.Mode, KeyMD5: info.Encryption.CustomerKeyMD5})
	if !ok {
		return a.upload(ctx, st, false)
	}
	return a.copyOnto(ctx, st, seenAs(info), info, key, info.StorageClass)
}

// copyOnto copies an object with the right content onto itself. If COS cannot copy
// it, the content is uploaded, and the object keeps what a copy would keep.
func (a *apply) copyOnto(ctx context.Context, st step, expected inspect.Record, info cosclient.Info, key sse.CustomerKey, class string) error {
	w := a.write(st)
	w.Expected, w.Prior, w.OldKey = expected, &info, key
	w.Attributes.StorageClass = cmp.Or(w.Attributes.StorageClass, class)
	if !info.Archived() && inClass(entry{Class: class}, w.Attributes.StorageClass) {
		out := a.store.CopyStored(ctx, w)
		// A lifecycle rule may have archived the object since it was recorded.
		if !errors.Is(out.Err, cosclient.ErrInvalidObjectState) {
			return a.finish(ctx, st, w, out)
		}
	}
	if err := a.store.Guard(ctx, &w); err != nil {
		return err
	}
	return a.send(ctx, st, w)
}

// prove checks what is stored and corrects differences.
func (a *apply) prove(ctx context.Context, st step) error {
	_, p := a.expected(st.Key)
	if p == (protection{}) {
		p = a.situation.protection
	}
	key, _ := a.keys.of(p)
	info, err := a.store.Head(ctx, a.home.at(st.Key), cosclient.HeadInput{CustomerKey: key})
	switch {
	case errors.Is(err, cosclient.ErrNotFound), inspect.Refused(err):
		return a.upload(ctx, st, st.New)
	case err != nil:
		return err
	}
	if err := tellLock(ctx, a.r.data, a.home.at(st.Key), a.situation.lock, &info); err != nil {
		return err
	}
	v, e := judge(info, a.expectation(st))
	switch {
	case e.Sum != a.situation.files[st.File].Sum || v.crc64 == unknownBody:
		return a.upload(ctx, st, false)
	case onlyLock(v.deviations):
		return a.relockInfo(ctx, st, info)
	case len(v.deviations) > 0:
		return a.rewrite(ctx, st, info)
	}
	a.remember(st, info)
	return nil
}

// finish handles the result of a write. It deletes what a create has stored
// incorrectly.
func (a *apply) finish(ctx context.Context, st step, w store.Write, out store.Outcome) error {
	a.mu.Lock()
	for name, value := range out.Imposed {
		a.private.Imposed.Add(name, value)
	}
	if out.LockUnproved != nil {
		a.lockUnproved = out.LockUnproved
	}
	a.mu.Unlock()
	switch {
	case len(out.Wrong) > 0 && w.ForbidOverwrite:
		if err := a.store.Undo(ctx, w, out); err != nil {
			if out.Landed && !out.Written.Recovered { // it is certain whose it is
				a.remember(st, out.Info)
			}
			return fmt.Errorf("it was not stored as declared, and could not be deleted again (%w): %s", err, differences(out))
		}
		return fmt.Errorf("it was not stored as declared, and is deleted again: %s", differences(out))
	case len(out.Wrong) > 0:
		if out.Landed {
			a.remember(st, out.Info)
		}
		return fmt.Errorf("it is not stored as declared: %s", differences(out))
	case out.Unproved:
		a.remember(st, out.Info)
		a.mu.Lock()
		a.met[st.Key] = encounter{how: meetProve} // in case the step is repeated
		a.mu.Unlock()
		return fmt.Errorf("it is written, and could not be read back to prove it: %w", out.Err)
	case out.Err != nil:
		return out.Err
	}
	a.remember(st, out.Info)
	return nil
}

func differences(out store.Outcome) string {
	return strings.ReplaceAll(strings.TrimPrefix(strings.Join(out.Wrong, ";"), "  - "), "  - ", " ")
}
