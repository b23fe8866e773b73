package directory

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/tree"
)

const (
	// recordVersion is the version of the format. Other versions are not read.
	recordVersion = 1
	// maxRecord limits what is read, because private state comes from a backend.
	maxRecord = 64 << 20
	// maxRows limits the files of a place, including kept and retired ones.
	maxRows = 10 * tree.MaxFiles
	// maxPlaces limits the places: the current one and those that the files have
	// left but that still have objects.
	maxPlaces = 100
)

// For ten thousand files, the record is most of what they add to a state, where
// it is base64-encoded twice. So values that many files share are written once,
// keys are stored without the prefix that they share with the previous one, and
// each file is one string.
type recordJSON struct {
	Version int         `json:"version"`
	Places  []placeJSON `json:"places"`
}

type placeJSON struct {
	Region  string       `json:"region"`
	Bucket  string       `json:"bucket"`
	Prefix  string       `json:"prefix"`
	Since   int64        `json:"since"` // base of the times, in seconds
	Classes []string     `json:"classes"`
	Proofs  []protection `json:"proofs"`
	Headers []string     `json:"headers"`
	Types   []string     `json:"types"`
	Locks   []locked     `json:"locks,omitempty"`
	Rows    []string     `json:"rows"`
}

// errRecord is returned for a record in an unknown format.
var errRecord = errors.New("the record of the files cannot be read")

// index numbers values in order of their first use.
type index[T comparable] struct {
	values []T
	at     map[T]int
}

func (x *index[T]) of(value T) int {
	if at, ok := x.at[value]; ok {
		return at
	}
	if x.at == nil {
		x.at = map[T]int{}
	}
	x.at[value] = len(x.values)
	x.values = append(x.values, value)
	return len(x.values) - 1
}

// marshal encodes the record.
func (r record) marshal() ([]byte, error) {
	out := recordJSON{Version: recordVersion}
	for _, p := range r.Places {
		out.Places = append(out.Places, p.rows())
	}
	return json.Marshal(out)
}

func (p place) rows() placeJSON {
	out := placeJSON{Region: p.Region, Bucket: p.Bucket, Prefix: p.Prefix}
	var classes, headers, types index[string]
	var proofs index[protection]
	var locks index[locked]
	locks.of(locked{}) // none is the first
	keys := slices.Sorted(maps.Keys(p.Files))
	for i, key := range keys {
		if since := p.Files[key].Modified.Unix(); i == 0 || since < out.Since {
			out.Since = since
		}
	}
	before, row := "", []byte(nil)
	for _, key := range keys {
		e := p.Files[key]
		shared := common(before, key)
		row = strconv.AppendInt(row[:0], int64(shared), 36)
		row = append(row, ' ')
		row = append(row, packETag(e.ETag)...)
		row = append(row, ' ')
		row = base64.RawURLEncoding.AppendEncode(row, binary.BigEndian.AppendUint64(nil, e.Sum.CRC64))
		encoded := 0
		if e.Encoded {
			encoded = 1
		}
		for _, n := range []int64{
			e.Sum.Length, e.Modified.Unix() - out.Since, int64(classes.of(e.Class)), int64(proofs.of(e.Proved)),
			int64(headers.of(e.Headers)), int64(types.of(e.Guessed)), int64(encoded), int64(e.Standing) + standings*int64(locks.of(e.Lock)),
		} {
			row = append(row, ' ')
			if n != 0 { // most are 0
				row = strconv.AppendInt(row, n, 36)
			}
		}
		row = append(row, ' ')
		row = append(row, key[shared:]...)
		out.Rows = append(out.Rows, string(row))
		before = key
	}
	out.Classes, out.Proofs, out.Headers, out.Types = classes.values, proofs.values, headers.values, types.values
	out.Locks = locks.values[1:]
	return out
}

// common returns the length of the common prefix of two keys, cut at a character
// boundary.
func common(a, b string) int {
	n, at := min(len(a), len(b)), 0
	for i, r := range b[:n] {
		if i+len(string(r)) > n || a[i:i+len(string(r))] != string(r) {
			break
		}
		at = i + len(string(r))
	}
	return at
}

// packETag shortens the usual ETag of 32 hexadecimal digits.
func packETag(etag string) string {
	if raw, err := hex.DecodeString(etag); err == nil && len(raw) == 16 && etag == strings.ToLower(etag) {
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	return "=" + url.QueryEscape(etag)
}

func unpackETag(s string) (string, error) {
	if escaped, ok := strings.CutPrefix(s, "="); ok {
		return url.QueryUnescape(escaped)
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil && len(raw) != 16 {
		err = errRecord
	}
	return hex.EncodeToString(raw), err
}

// unmarshalRecord decodes a record. If it has another version, is damaged or too
// large, the whole record is errRecord: nothing is then known about the objects,
// and each is requested.
func unmarshalRecord(data []byte) (record, error) {
	if len(data) > maxRecord {
		return record{}, errRecord
	}
	var version struct {
		Version int `json:"version"`
	}
	if json.Unmarshal(data, &version) != nil || version.Version != recordVersion {
		return record{}, errRecord
	}
	var in recordJSON
	if json.Unmarshal(data, &in) != nil || len(in.Places) > maxPlaces {
		return record{}, errRecord
	}
	var r record
	for _, p := range in.Places {
		read, err := p.place()
		if err != nil {
			return record{}, err
		}
		r.Places = append(r.Places, read)
	}
	return r, nil
}

func (p placeJSON) place() (place, error) {
	out := place{Region: p.Region, Bucket: p.Bucket, Prefix: p.Prefix, Files: make(map[string]entry, min(len(p.Rows), maxRows))}
	if len(p.Rows) > maxRows {
		return place{}, errRecord
	}
	before := ""
	for _, row := range p.Rows {
		key, e, err := p.entry(row, before)
		if err != nil || key <= before {
			return place{}, errRecord
		}
		out.Files[key], before = e, key
	}
	return out, nil
}

// fieldCount is the number of fields of a row. The key is the last field and may
// contain separators.
const fieldCount = 12

func (p placeJSON) entry(row, before string) (key string, e entry, err error) {
	fields := strings.SplitN(row, " ", fieldCount)
	if len(fields) != fieldCount {
		return "", e, errRecord
	}
	var crc []byte
	e.ETag, err = unpackETag(fields[1])
	if err == nil {
		crc, err = base64.RawURLEncoding.DecodeString(fields[2])
	}
	if err != nil || len(crc) != 8 {
		return "", e, errRecord
	}
	var n [fieldCount]int64
	for i, f := range fields[:fieldCount-1] {
		if i == 1 || i == 2 || f == "" {
			continue
		}
		if n[i], err = strconv.ParseInt(f, 36, 64); err != nil || n[i] < 0 {
			return "", e, errRecord
		}
	}
	// Compare before converting, so that a number that is too large for an int is
	// refused.
	if n[0] > int64(len(before)) || n[5] >= int64(len(p.Classes)) || n[6] >= int64(len(p.Proofs)) ||
		n[7] >= int64(len(p.Headers)) || n[8] >= int64(len(p.Types)) || n[9] > 1 || n[10] >= standings*int64(1+len(p.Locks)) || n[4] > 1<<40 {
		return "", e, errRecord
	}
	e.Sum = content.Sum{Length: n[3], CRC64: binary.BigEndian.Uint64(crc)}
	e.Modified = time.Unix(p.Since+n[4], 0).UTC()
	e.Class, e.Proved, e.Headers, e.Guessed = p.Classes[n[5]], p.Proofs[n[6]], p.Headers[n[7]], p.Types[n[8]]
	e.Encoded, e.Standing = n[9] == 1, standing(n[10]%standings)
	if at := n[10] / standings; at > 0 {
		e.Lock = p.Locks[at-1]
	}
	if key = before[:n[0]] + fields[fieldCount-1]; !utf8.ValidString(key) { // cut within a character
		return "", e, errRecord
	}
	return key, e, nil
}
