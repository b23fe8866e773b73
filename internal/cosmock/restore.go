package cosmock

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// restoration is the state of a POST Object restore of an archived object.
type restoration struct {
	requested, ready, expires time.Time
	tier                      string
	moves                     bool // out of an archive tier, rather than into a temporary copy
}

func (r *restoration) ongoing(now time.Time) bool { return r != nil && now.Before(r.ready) }

func (r *restoration) done(now time.Time) bool {
	return r != nil && !now.Before(r.ready) && now.Before(r.expires)
}

// headers sets the response headers that describe a restoration ("HEAD Object").
func (r *restoration) headers(h http.Header, now time.Time) {
	switch {
	case r.ongoing(now):
		h.Set("X-Cos-Restore", `ongoing-request="true"`)
		h.Set("X-Cos-Restore-Status", fmt.Sprintf(`tier="%s"; request-date="%s"`, r.tier, r.requested.UTC().Format(http.TimeFormat)))
	case r.done(now) && !r.moves:
		h.Set("X-Cos-Restore", fmt.Sprintf(`ongoing-request="false", expiry-date="%s"`, r.expires.UTC().Format(http.TimeFormat)))
	}
}

func (v *version) archived(now time.Time) bool {
	return v.class == classArchive || v.class == classDeepArchive || v.class == classMAZArchive || strings.Contains(v.storageTier(now), "ARCHIVE")
}

// storageTier returns the tier of an intelligent tiering object. In an archive
// tier, where a rule of the bucket moves it, it is read like an object of an
// archive class. COS's pages do not say what restoring does; as with S3, it moves
// the object to the frequent tier.
func (v *version) storageTier(now time.Time) string {
	switch {
	case !strings.HasSuffix(v.class, classTiering):
		return ""
	case v.tier == "" || v.restoration != nil && v.restoration.moves && !now.Before(v.restoration.ready):
		return "FREQUENT"
	}
	return v.tier
}

// readable reports whether the data can be read. An archived object must be
// restored first.
func (v *version) readable(now time.Time) bool { return !v.archived(now) || v.restoration.done(now) }

type restoreBody struct {
	XMLName xml.Name `xml:"RestoreRequest"`
	Days    int      `xml:"Days"`
	Tier    string   `xml:"CASJobParameters>Tier"`
}

// restoreObject implements POST Object restore.
func (x *exchange) restoreObject() error {
	var body restoreBody
	if err := x.readXML(&body); err != nil {
		return err
	}
	if body.Days < 1 || !slices.Contains([]string{"", "Expedited", "Standard", "Bulk"}, body.Tier) {
		return fail("MalformedXML")
	}
	if x.undocumented.RestoreStrict && (body.Tier == "" || body.Days > 365) {
		return fail("MalformedXML")
	}
	if body.Tier == "" {
		body.Tier = "Standard"
	}
	now := x.server.now()
	err := x.bucket.change(x.server, x.address.key, x.query.value("versionId"), func(v *version) error {
		key, err := x.customerKey(destinationTriple)
		if err == nil {
			err = x.checkCustomerKey(v.protection, key)
		}
		switch {
		case err != nil:
			return err
		case !v.archived(now):
			return fail("RestoreNonArchiveObject")
		case v.class == classDeepArchive && body.Tier == "Expedited" && x.undocumented.RestoreStrict:
			return failf("InvalidArgument", "DEEP_ARCHIVE has no such tier.")
		case v.restoration.ongoing(now):
			return fail("RestoreAlreadyInProgress")
		}
		ready := now.Add(x.server.opts.RestoreDelay)
		v.restoration = &restoration{requested: now, ready: ready, expires: ready.AddDate(0, 0, body.Days), tier: body.Tier, moves: v.tier != ""}
		return nil
	})
	if err != nil {
		return err
	}
	return x.empty(http.StatusAccepted)
}
