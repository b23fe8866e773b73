package directory

import (
	"strconv"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// expectation is how the object of a file should be stored.
type expectation struct {
	protection protection
	class      string
	// attributes are the headers to store. An empty content type accepts any: it
	// was guessed, and the record of it is lost.
	attributes cosclient.Attributes
	// imposed are headers that the bucket returns for each object without having
	// stored them.
	imposed cosclient.Imposed
	lock    wantedLock
}

// judge compares the HEAD response for an object with the expectation. It returns
// the value for the state, and the entry to record if nothing deviates.
func judge(info cosclient.Info, want expectation) (value, entry) {
	info.Imposed.Replace(&info.Attributes, want.attributes)
	want.imposed.Replace(&info.Attributes, want.attributes)
	v := value{crc64: info.CRC64}
	sum, ok := content.ParseSum(info.CRC64, info.Length)
	if !ok {
		v.crc64 = unknownBody
		v.deviate("no checksum")
	}
	have := protection{Mode: info.Encryption.Mode, KMSKeyID: info.Encryption.KMSKeyID, KeyMD5: info.Encryption.CustomerKeyMD5, Context: want.protection.Context}
	switch {
	case have.Mode == sse.ModeNone:
		v.deviate("not encrypted")
	case !have.fits(want.protection):
		v.deviate(info.Encryption.String())
	}
	if want.class != "" && info.StorageClass != want.class {
		v.deviate("storage class " + info.StorageClass)
	}
	if want.attributes.ContentType == "" {
		want.attributes.ContentType = info.ContentType
	}
	found, asked := headersOfInfo(info), headersOfAttributes(want.attributes)
	for i := range headerCount {
		if found[i] != asked[i] {
			v.deviate(headerNames[i] + " " + strconv.Quote(found[i]))
		}
	}
	if len(v.deviations) == 0 && headersOf(info.Attributes) != headersOf(want.attributes) {
		v.deviate("metadata")
	}
	lock := lockedOf(info)
	for _, text := range want.lock.missing(lock) {
		v.deviate(text)
	}
	return v, entry{
		Sum: sum, ETag: info.ETag, Class: info.StorageClass, Modified: info.LastModified.UTC(),
		Proved: have, Headers: headersOf(info.Attributes), Lock: lock,
	}
}

// unreadable is the value of an object whose customer key is not available.
func unreadable() value {
	return value{crc64: unknownBody, deviations: []string{"encrypted with a customer key that is not available"}}
}

func headersOfInfo(info cosclient.Info) headers { return headersOfAttributes(info.Attributes) }

func headersOfAttributes(a cosclient.Attributes) headers {
	return headers{a.ContentType, a.CacheControl, a.ContentDisposition, a.ContentEncoding, a.ContentLanguage}
}

// existing determines what to do with an object that exists before its file is
// first uploaded.
type existing string

const (
	existingError     existing = "error"
	existingAdopt     existing = "adopt_identical"
	existingOverwrite existing = "overwrite"
)

// meeting is how a new key relates to an existing object.
type meeting int

const (
	// meetFree means that there is no object.
	meetFree meeting = iota
	// meetAsk means that a HEAD is needed to decide.
	meetAsk
	// meetConflict means that the object must not be changed. Nothing is written.
	meetConflict
	// meetAdopt means that the object matches the file and its declaration, and
	// is recorded.
	meetAdopt
	// meetRewrite means that the content matches but the object is stored
	// differently. A copy corrects it.
	meetRewrite
	// meetLock means that the object matches the file except for its lock.
	meetLock
	// meetOverwrite means that the object is replaced.
	meetOverwrite
	// meetOurs means that this resource wrote the object, for a file that was
	// removed and has returned.
	meetOurs
	// meetProve means that this apply has written the object but not yet read it
	// back.
	meetProve
)

// meet decides from a listing, which contains neither the CRC64 nor the
// encryption.
func (e existing) meet(f wanted, seen observation) meeting {
	switch {
	case seen.Absent:
		return meetFree
	case e == existingAdopt && seen.Size != f.Sum.Length:
		return meetConflict
	case e == existingOverwrite && seen.Size != f.Sum.Length:
		return meetOverwrite
	case e == existingAdopt, e == existingOverwrite:
		return meetAsk
	}
	return meetConflict
}

// meetInfo decides from a HEAD response.
func (e existing) meetInfo(f wanted, info cosclient.Info, want expectation) meeting {
	v, recorded := judge(info, want)
	switch {
	case v.crc64 == unknownBody || recorded.Sum != f.Sum || info.Special():
		if e == existingOverwrite {
			return meetOverwrite
		}
		return meetConflict
	case onlyLock(v.deviations):
		return meetLock
	case len(v.deviations) > 0:
		return meetRewrite
	}
	return meetAdopt
}
