package cosmock

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"sync/atomic"
	"time"
)

// ids generates the identifiers that COS assigns.
type ids struct {
	prefix string // random, to distinguish servers
	count  atomic.Uint64
}

// request returns a new x-cos-request-id.
func (i *ids) request(now time.Time) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%x_%s_%x", now.Unix(), i.prefix, i.count.Add(1)))
}

// trace returns the x-cos-trace-id for a request ID.
func (i *ids) trace(requestID string) string {
	return base64.StdEncoding.EncodeToString([]byte("trace_" + requestID))
}

// version returns a new version ID. Newer IDs are smaller numbers.
func (i *ids) version(now time.Time) string {
	n := uint64(math.MaxUint64) - uint64(now.UnixMicro())*1000 - i.count.Add(1)%1000
	return base64.StdEncoding.EncodeToString([]byte(strconv.FormatUint(n, 10)))
}

// upload returns a new multipart upload ID.
func (i *ids) upload(now time.Time) (string, error) {
	random, err := randomHex(20)
	return strconv.FormatInt(now.Unix(), 10) + random, err
}

func randomHex(n int) (string, error) {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("reading random bytes: %w", err)
	}
	return hex.EncodeToString(b), nil
}
