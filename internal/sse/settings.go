package sse

import (
	"fmt"
	"net/http"
	"strings"
)

// Settings is the requested encryption of an object.
type Settings struct {
	Mode        Mode
	KMSKeyID    string      // only for ModeKMS; "" selects COS's default key
	Context     Context     // only for ModeKMS
	CustomerKey CustomerKey // if and only if Mode is ModeCustomer
}

// SetHeaders adds the headers of requests that create the object: PUT, the
// initiation of a multipart upload, and the destination of a copy.
func (s Settings) SetHeaders(h http.Header) {
	switch s.Mode {
	case ModeNone:
	case ModeCustomer:
		s.CustomerKey.SetHeaders(h)
	case ModeKMS:
		h.Set(HeaderMode, string(ModeKMS))
		if s.KMSKeyID != "" {
			h.Set(HeaderKMSKeyID, s.KMSKeyID)
		}
		if !s.Context.IsZero() {
			h.Set(HeaderKMSContext, s.Context.Base64())
		}
	default:
		h.Set(HeaderMode, string(s.Mode))
	}
}

// Observed is the encryption of an object as COS reports it.
type Observed struct {
	Mode           Mode
	KMSKeyID       string // only for ModeKMS
	CustomerKeyMD5 string // only for ModeCustomer
}

// FromHeader reads the encryption from the response to a HEAD, GET or write. COS
// never returns the encryption context.
func FromHeader(h http.Header) Observed {
	if md5 := h.Get(HeaderCustomerKeyMD5); md5 != "" || h.Get(HeaderCustomerAlgorithm) != "" {
		return Observed{Mode: ModeCustomer, CustomerKeyMD5: md5}
	}
	o := Observed{Mode: Mode(h.Get(HeaderMode))}
	if o.Mode == ModeKMS {
		o.KMSKeyID = h.Get(HeaderKMSKeyID)
	}
	return o
}

// Observed returns what COS must report for an object with these settings.
// KMSKeyID is "" if COS chooses the key.
func (s Settings) Observed() Observed {
	return Observed{Mode: s.Mode, KMSKeyID: s.KMSKeyID, CustomerKeyMD5: s.CustomerKey.MD5()}
}

// Matches reports whether the object is encrypted as requested. For SSE-KMS
// without a key ID in the settings, it accepts any key that COS reports.
func (s Settings) Matches(o Observed) bool {
	want := s.Observed()
	if s.Mode == ModeKMS && s.KMSKeyID == "" && o.KMSKeyID != "" {
		want.KMSKeyID = o.KMSKeyID
	}
	return want == o
}

// String describes the encryption in a message to the user. It contains no
// secret: the MD5 of a customer key identifies the key without revealing it.
func (o Observed) String() string {
	var b strings.Builder
	switch o.Mode {
	case ModeNone:
		return "no encryption"
	case ModeCustomer:
		b.WriteString("SSE-C")
		if o.CustomerKeyMD5 != "" {
			fmt.Fprintf(&b, " with the key of MD5 %s", o.CustomerKeyMD5)
		}
	case ModeKMS:
		b.WriteString("SSE-KMS (cos/kms)")
		if o.KMSKeyID != "" {
			fmt.Fprintf(&b, " with the key %s", o.KMSKeyID)
		}
	case ModeAES256, ModeSM4:
		fmt.Fprintf(&b, "SSE-COS (%s)", o.Mode)
	default:
		fmt.Fprintf(&b, "the unknown encryption %q", string(o.Mode))
	}
	return b.String()
}
