package cosclient

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// The exact request: its marker comes first, its body has a checksum, and an
// object under SSE-C takes its key.
func TestRestore(t *testing.T) {
	t.Parallel()
	s := newServer(t, status(202, ""))
	key := testKey(t)
	if err := s.client(t).Restore(t.Context(), testObject, RestoreInput{Days: 7, Tier: "Bulk", CustomerKey: key, VersionID: "V1"}); err != nil {
		t.Fatal(err)
	}
	r := s.seen()[0]
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URI, "?restore&versionId=V1") {
		t.Errorf("%s %s", r.Method, r.URI)
	}
	if want := "<RestoreRequest><Days>7</Days><CASJobParameters><Tier>Bulk</Tier></CASJobParameters></RestoreRequest>"; r.Body != want {
		t.Error(r.Body)
	}
	if r.Header.Get("Content-MD5") == "" || r.Header.Get("X-Cos-Server-Side-Encryption-Customer-Key-Md5") != key.MD5() {
		t.Error(r.Header)
	}
}

// What HEAD tells of a restoration, and what it tells that nobody understands.
func TestRestoration(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		class, tier, header string
		archived, restoring bool
		until               time.Time
	}{
		"never archived":  {"STANDARD", "", "", false, false, time.Time{}},
		"archived":        {"ARCHIVE", "", "", true, false, time.Time{}},
		"deeper":          {"DEEP_ARCHIVE", "", "", true, false, time.Time{}},
		"multi-AZ":        {"MAZ_ARCHIVE", "", "", true, false, time.Time{}},
		"in a tier":       {"INTELLIGENT_TIERING", "FREQUENT", "", false, false, time.Time{}},
		"archive tier":    {"INTELLIGENT_TIERING", "ARCHIVE_ACCESS", "", true, false, time.Time{}},
		"a deeper tier":   {"INTELLIGENT_TIERING", "DEEP_ARCHIVE_ACCESS", `ongoing-request="true"`, true, true, time.Time{}},
		"restored there":  {"INTELLIGENT_TIERING", "ARCHIVE_ACCESS", `ongoing-request="false"`, false, false, time.Time{}},
		"being restored":  {"ARCHIVE", "", `ongoing-request="true"`, true, true, time.Time{}},
		"restored":        {"ARCHIVE", "", `ongoing-request="false", expiry-date="Tue, 01 Dec 2026 10:00:00 GMT"`, false, false, until},
		"without a date":  {"ARCHIVE", "", `ongoing-request="false"`, false, false, time.Time{}},
		"with half of it": {"ARCHIVE", "", `ongoing-request="false", expiry-date="Tue, 01 Dec`, false, false, time.Time{}},
		"with nonsense":   {"ARCHIVE", "", `expiry-date="soon"`, true, false, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := Info{Attributes: Attributes{StorageClass: tc.class}, StorageTier: tc.tier, Restore: tc.header}
			if i.Archived() != tc.archived || i.Restoring() != tc.restoring || !i.RestoredUntil().Equal(tc.until) {
				t.Errorf("archived %t, restoring %t, until %s", i.Archived(), i.Restoring(), i.RestoredUntil())
			}
		})
	}
}
