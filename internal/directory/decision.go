package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/tree"
)

// removedFiles says what becomes of the object of a file that is gone.
type removedFiles string

const (
	removeDelete removedFiles = "delete"
	removeNext   removedFiles = "next_apply"
	removeKeep   removedFiles = "keep"
)

// action is what happens to the object of one key.
type action int

const (
	// actionCopy: COS copies an object that has the bytes already. Within a wave
	// copies come first, while their sources are what they were.
	actionCopy action = iota
	// actionUpload: the bytes are uploaded.
	actionUpload
	// actionRewrite: COS copies the object onto itself, for its headers, class
	// or encryption.
	actionRewrite
	// actionLock: only the lock of the object changes.
	actionLock
	// actionProve: nothing is known to be wrong, and nothing proves that all is
	// right. HEAD decides, and rewrites or uploads what it finds to differ.
	actionProve
	// actionRetire: the object stays until the next apply that changes something.
	actionRetire
	// actionKeep: the object stays, and is not managed any more.
	actionKeep
	// actionRemove: the object is deleted if it is still ours.
	actionRemove
)

// step is what an apply does to the object of a key.
type step struct {
	Key    string
	Action action
	Wave   wave
	// From is the key of the object to copy from.
	From string
	// Old: From is a key at the place that the files move away from.
	Old bool
	// File is the file that the bytes come from, in situation.files; -1 for
	// removals.
	File int
	// Attributes are what is stored beside the bytes.
	Attributes cosclient.Attributes
	// Guessed is the content type if no rule gives it.
	Guessed string
	// New: the state has no object of this key, and what is there is somebody's.
	New bool
}

// wanted is a file with the headers that the rules give it.
type wanted struct {
	Key, Name string
	Sum       content.Sum
	Given     headers
}

// situation is what a decision is made from.
type situation struct {
	// state is the map files of the state, by key; nil before the create.
	state map[string]string
	// record is what is known of our objects, by key.
	record map[string]entry
	// files are what the walk found, in the order of their keys.
	files []wanted
	// protection, class and metadata are what is declared for all of them. An
	// empty class is whichever an object has.
	protection protection
	class      string
	metadata   map[string]string
	last       []tree.Pattern
	removed    removedFiles
	// readable reports whether the key of what is protected so is available.
	readable func(protection) bool
	// changes: the configuration changes in something else, so that there is an
	// apply anyway.
	changes bool
	// lock is what is declared of locks; holdsKnown: legal holds are managed, so
	// that a refresh has asked for them.
	lock       wantedLock
	holdsKnown bool
	now        time.Time
}

// outline is what an apply will do, and what its plan shows.
type outline struct {
	// steps are in the order of their waves; empty if nothing changes.
	steps []step
	// files, headers, total and digest are the attributes of these names.
	files   map[string]string
	headers map[string]string
	total   int64
	digest  string
}

// decide compares a tree with what was stored. It asks nothing of COS.
func decide(s situation) outline {
	o := outline{files: make(map[string]string, len(s.files)), headers: map[string]string{}}
	steps := make([]step, 0, len(s.files))
	fingerprints := make([]string, len(s.files))
	is := make(map[string]bool, len(s.files))
	for i, f := range s.files {
		is[f.Key] = true
		st, doing := s.file(i)
		if doing {
			steps = append(steps, st)
		}
		o.files[f.Key] = f.Sum.CRC64String()
		if text := f.Given.String(); text != "" {
			o.headers[f.Key] = text
		}
		o.total += f.Sum.Length
		fingerprints[i] = headersOf(st.Attributes)
	}
	s.copies(steps)
	o.digest = digest(s.files, fingerprints)
	o.steps = append(steps, s.removals(is, len(steps) > 0 || s.changes)...)
	slices.SortStableFunc(o.steps, func(a, b step) int {
		return cmp.Or(cmp.Compare(a.Wave, b.Wave), cmp.Compare(min(a.Action, actionUpload), min(b.Action, actionUpload)), strings.Compare(a.Key, b.Key))
	})
	return o
}

// digest changes if and only if a byte, a key or a header does.
func digest(files []wanted, fingerprints []string) string {
	parts := make([]string, 0, 3*len(files))
	for i, f := range files {
		parts = append(parts, f.Key, f.Sum.CRC64String(), fingerprints[i])
	}
	return fingerprint(parts...)
}

// file decides on one file. The step is filled even if there is nothing to do:
// its attributes are what the object has.
func (s situation) file(i int) (st step, doing bool) {
	f := s.files[i]
	was, recorded := s.record[f.Key]
	text, stated := s.state[f.Key]
	stored := parseValue(text)
	sameBody := stated && stored.of(f.Sum) && (!recorded || was.Sum == f.Sum) || !stated && recorded && was.Sum == f.Sum
	// Of an object whose file was away nothing is known but what it was.
	st = step{Key: f.Key, File: i, New: !stated && !sameBody}
	st.Attributes = s.attributes(f)
	if st.Attributes.ContentType == "" {
		st.Guessed = guess(f.Name, f.Given)
		// The type stays while nothing that it was guessed from changes.
		if sameBody && was.Guessed != "" && was.Encoded == (f.Given[contentEncoding] != "") {
			st.Guessed = was.Guessed
		}
		st.Attributes.ContentType = st.Guessed
	}
	st.Wave = waveOf(f.Name, st.Attributes.ContentType, s.last)
	switch {
	case !sameBody && stated && recorded && stored.of(f.Sum) && len(stored.deviations) == 0:
		// Somebody has stored the same bytes. The record is renewed.
		st.Action = actionProve
	case !sameBody:
		st.Action = actionUpload
	case !stated:
		// A file that returns, or a copy of a move that did not end: no refresh
		// has looked at its object.
		st.Action = actionProve
	case !recorded && len(stored.deviations) == 0:
		// The state knows the object and the record does not: it was lost.
		st.Action = actionProve
		return st, s.changes
	case recorded && onlyLock(stored.deviations) && s.proved(was, st.Attributes):
		st.Action = actionLock
	case len(stored.deviations) > 0 || !s.proved(was, st.Attributes):
		st.Action = actionRewrite
		if !recorded || !s.copyable(was) || !inClass(was, cmp.Or(s.class, was.Class)) {
			st.Action = actionUpload // the bytes are on the disk
		}
	case len(s.lock.missing(was.Lock)) > 0:
		st.Action = actionLock
	default:
		return st, false
	}
	return st, true
}

// attributes are what is declared to be stored with a file.
func (s situation) attributes(f wanted) cosclient.Attributes {
	return cosclient.Attributes{
		ContentType:        f.Given[contentType],
		CacheControl:       f.Given[cacheControl],
		ContentDisposition: f.Given[contentDisposition],
		ContentEncoding:    f.Given[contentEncoding],
		ContentLanguage:    f.Given[contentLanguage],
		StorageClass:       s.class,
		Metadata:           s.metadata,
	}
}

// proved reports whether what is recorded of an object is what is declared.
func (s situation) proved(e entry, a cosclient.Attributes) bool {
	return e.Proved.fits(s.protection) && (s.class == "" || e.Class == s.class) && e.Headers == headersOf(a)
}

// copyable reports whether COS can copy from a recorded object.
func (s situation) copyable(e entry) bool {
	switch e.Class {
	case "ARCHIVE", "DEEP_ARCHIVE", "MAZ_ARCHIVE", "MAZ_DEEP_ARCHIVE":
		return false // it would have to be restored first
	}
	return s.readable(e.Proved)
}

// inClass reports whether COS can copy the object into the class that the copy
// gets: multi-AZ objects stay in theirs.
func inClass(e entry, class string) bool {
	return !strings.HasPrefix(e.Class, "MAZ_") || class == e.Class
}

// copies turns uploads into copies by COS if an object of ours has the bytes:
// one that keeps them in this apply, or one that is overwritten later.
func (s situation) copies(steps []step) {
	doing := make(map[string]int, len(steps)) // steps by their keys
	uploads := 0
	for i, st := range steps {
		doing[st.Key] = i
		if st.Action == actionUpload {
			uploads++
		}
	}
	if uploads == 0 || len(s.record) == 0 {
		return
	}
	sources := make(map[content.Sum][]string, len(s.record))
	for key, e := range s.record {
		// A body that a refresh found to be another one is no source.
		if text, stated := s.state[key]; s.copyable(e) && inClass(e, s.class) && (!stated || parseValue(text).of(e.Sum)) {
			sources[e.Sum] = append(sources[e.Sum], key)
		}
	}
	for _, keys := range sources {
		slices.Sort(keys)
	}
	// An upload that somebody copies from must stay one: its bytes have to be
	// there until it begins.
	pinned := map[string]bool{}
	for i := range steps {
		st := &steps[i]
		if st.Action != actionUpload || pinned[st.Key] || s.files[st.File].Sum.Length == 0 {
			continue // of nothing no byte travels
		}
		from := s.source(*st, sources, func(key string) (overwritten, usable bool) {
			at, overwritten := doing[key]
			if !overwritten {
				return false, true
			}
			other := steps[at]
			// What is only rewritten keeps its bytes, but not its ETag: in this
			// wave the copy comes first, later it finds the new one.
			return other.Action == actionUpload || other.Action == actionCopy, other.Action != actionCopy && (other.Action != actionUpload || other.Wave >= st.Wave)
		})
		if from == "" {
			continue
		}
		st.Action, st.From = actionCopy, from
		if at, ok := doing[from]; ok && steps[at].Action == actionUpload {
			pinned[from] = true
		}
	}
}

// source chooses the object to copy from: better one that keeps its bytes.
func (s situation) source(st step, sources map[content.Sum][]string, look func(key string) (overwritten, usable bool)) string {
	second := ""
	for _, key := range sources[s.files[st.File].Sum] {
		if key == st.Key {
			continue // it is what has changed
		}
		overwritten, usable := look(key)
		switch {
		case usable && !overwritten:
			return key
		case usable && second == "":
			second = key
		}
	}
	return second
}

// removals decides on the objects whose files are gone. changing says that this
// apply changes something else.
func (s situation) removals(is map[string]bool, changing bool) []step {
	var steps []step
	retiredBefore := []string(nil)
	for key := range s.state {
		if !is[key] {
			steps = append(steps, step{Key: key, Action: s.removal(), Wave: waveRemovals, File: -1})
		}
	}
	for key, e := range s.record {
		_, stated := s.state[key]
		switch {
		case is[key], stated, e.Standing == kept:
		case e.Standing == retired && e.Lock.forbids(s.now, true): // until its lock has ended
		case e.Standing == retired:
			retiredBefore = append(retiredBefore, key)
		default: // an apply that was cut off has written it
			steps = append(steps, step{Key: key, Action: s.removal(), Wave: waveRemovals, File: -1})
		}
	}
	if changing || len(steps) > 0 {
		for _, key := range retiredBefore {
			steps = append(steps, step{Key: key, Action: actionRemove, Wave: waveRemovals, File: -1})
		}
	}
	return steps
}

func (s situation) removal() action {
	switch s.removed {
	case removeNext:
		return actionRetire
	case removeKeep:
		return actionKeep
	}
	return actionRemove
}
