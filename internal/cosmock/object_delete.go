package cosmock

import (
	"net/http"
)

// deleteObject is DELETE Object.
func (x *exchange) deleteObject() error {
	done, err := x.bucket.remove(x.server, x.address.key, x.query.value("versionId"))
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
