package main

import (
	"errors"
	"net/http"
	"net/url"
	"testing"
)

// No request is sent that could change or read anything outside of the run.
func TestOutside(t *testing.T) {
	w := newWorld(t)
	list := func(subresource, prefix string) request {
		return request{method: http.MethodGet, subresource: subresource, query: url.Values{"prefix": {prefix}}}
	}
	copied := func(source string) request {
		return request{method: http.MethodPut, key: w.prefix + "a", header: headers("X-Cos-Copy-Source", source)}
	}
	for name, tc := range map[string]struct {
		request request
		allowed bool
	}{
		"own object":                    {request{method: http.MethodPut, key: w.prefix + "a"}, true},
		"own object, leading slash":     {request{method: http.MethodPut, key: "/" + w.prefix + "a"}, true},
		"own copy":                      {copied(w.domain() + "/" + w.prefix + "b"), true},
		"listing of the own":            {list("", w.prefix), true},
		"own versions":                  {list("versions", w.prefix), true},
		"the bucket's versioning":       {request{method: http.MethodGet, subresource: "versioning"}, true},
		"somebody's object":             {request{method: http.MethodDelete, key: "a"}, false},
		"somebody's object, read":       {request{method: http.MethodGet, key: "a"}, false},
		"the family's folder":           {request{method: http.MethodDelete, key: family}, false},
		"the prefix without its slash":  {request{method: http.MethodPut, key: w.prefix[:len(w.prefix)-1]}, false},
		"two leading slashes":           {request{method: http.MethodPut, key: "//" + w.prefix + "a"}, false},
		"another run":                   {request{method: http.MethodPut, key: family + "0000000000000000/a"}, false},
		"copy of somebody's":            {copied(w.domain() + "/a"), false},
		"copy out of another bucket":    {copied("other-1250000000.cos.ap-guangzhou.myqcloud.com/" + w.prefix + "a"), false},
		"listing of the bucket":         {request{method: http.MethodGet}, false},
		"listing of the family":         {list("", family), false},
		"versions of the bucket":        {request{method: http.MethodGet, subresource: "versions"}, false},
		"uploads of the bucket":         {request{method: http.MethodGet, subresource: "uploads"}, false},
		"deletion of the bucket":        {request{method: http.MethodDelete}, false},
		"deletion of many objects":      {request{method: http.MethodPost, subresource: "delete"}, false},
		"the bucket's versioning, set":  {request{method: http.MethodPut, subresource: "versioning"}, false},
		"the bucket's encryption, gone": {request{method: http.MethodDelete, subresource: "encryption"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w.ResetRequests()
			_, err := w.send(t.Context(), tc.request)
			if refused := errors.Is(err, errOutside); refused == tc.allowed {
				t.Errorf("the error is %v", err)
			}
			if sent := len(w.Requests()) > 0; sent != tc.allowed {
				t.Errorf("sent: %v", sent)
			}
		})
	}
	for _, prefix := range []string{"", "/", family, family + "0123/", "a/" + w.prefix} {
		if _, err := newTarget(w.settings, prefix); err == nil {
			t.Errorf("%q is taken for a prefix", prefix)
		}
	}
}
