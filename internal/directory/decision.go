package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/tree"
)

// removedFiles determines what happens to the object of a removed file.
type removedFiles string

const (
	removeDelete removedFiles = "delete"
	removeNext   removedFiles = "next_apply"
	removeKeep   removedFiles = "keep"
)

// action is what happens to the object of one key.
type action int

const (
	// actionCopy copies an object that already has the content, on the server.
	// Copies are the first steps of a wave, before their sources change.
	actionCopy action = iota
	// actionUpload uploads the content.
	actionUpload
	// actionRewrite copies the object onto itself to change its headers, storage
	// class or encryption.
	actionRewrite
	// actionLock changes only the lock of the object.
	actionLock
	// actionProve is for an object that may or may not be correct. A HEAD
	// decides, and differences are rewritten or uploaded.
	actionProve
	// actionRetire keeps the object until the next apply that changes something.
	actionRetire
	// actionKeep keeps the object, which is no longer managed.
	actionKeep
	// actionRemove deletes the object if it is still ours.
	actionRemove
)

// step is what an apply does with the object of a key.
type step struct {
	Key    string
	Action action
	Wave   wave
	// From is the key of the object to copy from.
	From string
	// Old means that From is a key at the place that the files move away from.
	Old bool
	// File is the index in situation.files of the file with the content; -1 for
	// removals.
	File int
	// Attributes are the headers to store.
	Attributes cosclient.Attributes
	// Guessed is the content type if no rule sets it.
	Guessed string
	// New means that the state has no object for this key, so an existing object
	// belongs to someone else.
	New bool
}

// wanted is a file with the headers that the rules set.
type wanted struct {
	Key, Name string
	Sum       content.Sum
	Given     headers
}

// situation is the input of a decision.
type situation struct {
	// state is the files attribute of the state, by key; nil before the create.
	state map[string]string
	// record is what is known about our objects, by key.
	record map[string]entry
	// files are the files that the walk found, sorted by key.
	files []wanted
	// protection, class and metadata are declared for all files. An empty class
	// keeps each object's class.
	protection protection
	class      string
	metadata   map[string]string
	last       []tree.Pattern
	removed    removedFiles
	// readable reports whether the customer key for a protection is available.
	readable func(protection) bool
	// changes means that the configuration changes something else, so there is an
	// apply anyway.
	changes bool
	// lock is the declared lock. holdsKnown means that legal holds are managed,
	// so a refresh has read them.
	lock       wantedLock
	holdsKnown bool
	now        time.Time
	// seen are the objects that a refresh found in place of the recorded ones.
	seen map[string]inspect.Record
}

// outline is what an apply will do and what its plan shows.
type outline struct {
	// steps are sorted by wave; empty if nothing changes.
	steps []step
	// files, headers, total and digest are the values of the attributes with
	// these names.
	files   map[string]string
	headers map[string]string
	total   int64
	digest  string
}

// decide compares a tree with what was stored. It sends no requests.
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

// digest returns a value that changes whenever the content, key or headers of a
// file do.
func digest(files []wanted, fingerprints []string) string {
	parts := make([]string, 0, 3*len(files))
	for i, f := range files {
		parts = append(parts, f.Key, f.Sum.CRC64String(), fingerprints[i])
	}
	return fingerprint(parts...)
}

// file decides about one file. The step is filled in even if there is nothing to
// do; its attributes are then those of the object.
func (s situation) file(i int) (st step, doing bool) {
	f := s.files[i]
	was, recorded := s.record[f.Key]
	text, stated := s.state[f.Key]
	stored := parseValue(text)
	sameBody := stated && stored.of(f.Sum) && (!recorded || was.Sum == f.Sum) || !stated && recorded && was.Sum == f.Sum
	// If a file was absent, nothing is known about its object except what it was
	// before.
	st = step{Key: f.Key, File: i, New: !stated}
	st.Attributes = s.attributes(f)
	if st.Attributes.ContentType == "" {
		st.Guessed = guess(f.Name, f.Given)
		// Keep the type unless something that it was guessed from changes.
		if sameBody && was.Guessed != "" && was.Encoded == (f.Given[contentEncoding] != "") {
			st.Guessed = was.Guessed
		}
		st.Attributes.ContentType = st.Guessed
	}
	st.Wave = waveOf(f.Name, st.Attributes.ContentType, s.last)
	switch {
	case !sameBody && stated && recorded && stored.of(f.Sum) && len(stored.deviations) == 0:
		// Someone else has stored the same content, so renew the record.
		st.Action = actionProve
	case !sameBody:
		st.Action = actionUpload
	case !stated:
		// A file that was added again, or a copy of an unfinished move. No
		// refresh has inspected its object.
		st.Action = actionProve
	case !recorded && len(stored.deviations) == 0:
		// The state has the object but the record was lost.
		st.Action = actionProve
		return st, s.changes
	case recorded && onlyLock(stored.deviations) && s.proved(was, st.Attributes):
		st.Action = actionLock
	case len(stored.deviations) > 0 || !s.proved(was, st.Attributes):
		st.Action = actionRewrite
		if !recorded || !s.copyable(was) || !inClass(was, cmp.Or(s.class, was.Class)) {
			st.Action = actionUpload // the content is on the local disk
		}
	case len(s.lock.missing(was.Lock)) > 0:
		st.Action = actionLock
	default:
		return st, false
	}
	return st, true
}

// attributes returns the declared headers of a file.
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

// proved reports whether the recorded object matches the declaration.
func (s situation) proved(e entry, a cosclient.Attributes) bool {
	return e.Proved.fits(s.protection) && (s.class == "" || e.Class == s.class) && e.Headers == headersOf(a)
}

// copyable reports whether COS can copy from a recorded object.
func (s situation) copyable(e entry) bool {
	return !cosclient.InArchive(e.Class) && s.readable(e.Proved) // an archived one would have to be restored first
}

// inClass reports whether COS can copy the object into the given class. Multi-AZ
// objects cannot change their class in a copy.
func inClass(e entry, class string) bool {
	return !strings.HasPrefix(e.Class, "MAZ_") || class == e.Class
}

// copies turns uploads into server-side copies if one of our objects has the
// content. The source must keep it in this apply or be overwritten later.
func (s situation) copies(steps []step) {
	doing := make(map[string]int, len(steps)) // index of the step by key
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
		// An object whose content a refresh found to differ is not a source.
		if text, stated := s.state[key]; s.copyable(e) && inClass(e, s.class) && (!stated || parseValue(text).of(e.Sum)) {
			sources[e.Sum] = append(sources[e.Sum], key)
		}
	}
	for _, keys := range sources {
		slices.Sort(keys)
	}
	// An upload whose key is the source of a copy must not become a copy itself:
	// its previous content must exist until the upload begins.
	pinned := map[string]bool{}
	for i := range steps {
		st := &steps[i]
		if st.Action != actionUpload || pinned[st.Key] || s.files[st.File].Sum.Length == 0 {
			continue // an empty file has nothing to transfer
		}
		from := s.source(*st, sources, func(key string) (overwritten, usable bool) {
			at, overwritten := doing[key]
			if !overwritten {
				return false, true
			}
			other := steps[at]
			// An object that is only rewritten keeps its content but not its
			// ETag. In this wave the copy comes first; in a later one it uses the
			// new ETag.
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

// source returns the key to copy from, preferably one that is not overwritten.
func (s situation) source(st step, sources map[content.Sum][]string, look func(key string) (overwritten, usable bool)) string {
	second := ""
	for _, key := range sources[s.files[st.File].Sum] {
		if key == st.Key {
			continue // its content is what has changed
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

// removals decides about the objects of removed files. changing means that this
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
		default: // written by an apply that was interrupted
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
