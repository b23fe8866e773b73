package cosmock

import (
	"encoding/xml"
	"net/http"
)

// deleteObject implements DELETE Object.
func (x *exchange) deleteObject() error {
	done, err := x.bucket.remove(x.server, x.address.key, x.query.value("versionId"), x.guard())
	if err != nil {
		return err
	}
	if done.versionID != "" {
		x.header().Set("X-Cos-Version-Id", done.versionID)
	}
	if done.deleteMarker {
		x.header().Set("X-Cos-Delete-Marker", "true")
	}
	if done.missing {
		return x.empty(x.undocumented.DeleteMissingStatus)
	}
	return x.empty(http.StatusNoContent)
}

type deleteBody struct {
	XMLName xml.Name `xml:"Delete"`
	Quiet   bool     `xml:"Quiet"`
	Objects []struct {
		Key       string `xml:"Key"`
		VersionID string `xml:"VersionId"`
	} `xml:"Object"`
}

type deletedXML struct {
	Key                   string `xml:"Key"`
	VersionID             string `xml:"VersionId,omitempty"`
	DeleteMarker          bool   `xml:"DeleteMarker,omitempty"`
	DeleteMarkerVersionID string `xml:"DeleteMarkerVersionId,omitempty"`
}

type deleteErrorXML struct {
	Key       string `xml:"Key"`
	VersionID string `xml:"VersionId,omitempty"`
	Code      string `xml:"Code"`
	Message   string `xml:"Message"`
}

type deleteResult struct {
	XMLName xml.Name         `xml:"DeleteResult"`
	Deleted []deletedXML     `xml:"Deleted"`
	Errors  []deleteErrorXML `xml:"Error"`
}

// maxDeletes is the largest number of objects in one request ("DELETE Multiple
// Objects").
const maxDeletes = 1000

// deleteObjects implements DELETE Multiple Objects. A key that does not exist
// counts as deleted.
func (x *exchange) deleteObjects() error {
	if x.r.Header.Get("Content-Md5") == "" {
		return failf("InvalidRequest", "Missing required header for this request: Content-MD5")
	}
	var body deleteBody
	if err := x.readXML(&body); err != nil {
		return err
	}
	if len(body.Objects) == 0 || len(body.Objects) > maxDeletes {
		return fail("MalformedXML")
	}
	var result deleteResult
	for _, o := range body.Objects {
		done, err := x.bucket.remove(x.server, o.Key, o.VersionID, guard{})
		if err != nil {
			e := asAPIError(err)
			result.Errors = append(result.Errors, deleteErrorXML{o.Key, o.VersionID, e.code, e.message})
			continue
		}
		if body.Quiet {
			continue
		}
		deleted := deletedXML{Key: o.Key, VersionID: o.VersionID, DeleteMarker: done.deleteMarker}
		if done.deleteMarker {
			deleted.DeleteMarkerVersionID = done.versionID
		}
		result.Deleted = append(result.Deleted, deleted)
	}
	return x.xml(result)
}
