package cosclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// GetRange opens a range of an object: length bytes from offset, or everything
// from offset if length is negative. The Info describes the whole object, except
// for ContentDisposition, which COS replaces by "attachment" for a GET. The
// reader returns errors of the connection but does not check the CRC64; the
// caller must close it. An offset past the end, or any offset in an empty object,
// is ErrInvalidRange. Source: COS API documentation, "GET Object".
func (c *Client) GetRange(ctx context.Context, loc Location, in HeadInput, offset, length int64) (io.ReadCloser, Info, error) {
	if offset < 0 || length == 0 {
		return nil, Info{}, fmt.Errorf("%s %s: %d bytes from %d on are no range", opGet, loc, length, offset)
	}
	r, err := newRequest(opGet, http.MethodGet, loc)
	if err != nil {
		return nil, Info{}, err
	}
	r.version(in.VersionID)
	in.CustomerKey.SetHeaders(r.header)
	switch {
	case length > 0:
		r.header.Set("Range", fmt.Sprintf("bytes=%d-%d", offset, offset+length-1))
	case offset > 0:
		r.header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
	}
	r.stream = true
	var info Info
	r.read = func(a *answer) error {
		info = infoOf(a)
		if a.status != http.StatusPartialContent {
			if offset > 0 {
				return unreadable(r, errors.New("the range was ignored"))
			}
			return nil
		}
		first, total, err := parseContentRange(a.header.Get("Content-Range"))
		if err != nil {
			return unreadable(r, err)
		}
		if first != offset {
			return unreadable(r, fmt.Errorf("it begins at byte %d", first))
		}
		info.Length = total
		return nil
	}
	a, err := c.do(ctx, r)
	if err != nil {
		return nil, Info{}, c.resolveOriginPull(ctx, in.VersionID, err)
	}
	if length > 0 {
		return limitedBody{io.LimitReader(a.live, length), a.live}, info, nil
	}
	return a.live, info, nil
}

type limitedBody struct {
	io.Reader
	io.Closer
}

// parseContentRange parses "bytes first-last/total".
func parseContentRange(s string) (first, total int64, err error) {
	span, size, ok := strings.Cut(strings.TrimPrefix(s, "bytes "), "/")
	from, _, ok2 := strings.Cut(span, "-")
	first, err1 := strconv.ParseInt(from, 10, 64)
	total, err2 := strconv.ParseInt(size, 10, 64)
	if !ok || !ok2 || err1 != nil || err2 != nil {
		return 0, 0, errNotRange
	}
	return first, total, nil
}
