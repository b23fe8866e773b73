package sse

import (
	"fmt"
	"net/http"
	"strings"
)

// Settings is how an object is to be encrypted.
type Settings struct {
	Mode        Mode
	KMSKeyID    string      // only with ModeKMS; "" is COS's default key
	Context     Context     // only with ModeKMS
	CustomerKey CustomerKey // exactly with ModeCustomer
}

// SetHeaders adds the headers that a write of the object carries: PUT,
// initiating a multipart upload, and a copy's destination.
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

// Observed is how COS says that an object is encrypted.
type Observed struct {
	Mode           Mode
	KMSKeyID       string // only with ModeKMS
	CustomerKeyMD5 string // only with ModeCustomer
}

// FromHeader reads the encryption that COS echoes in the answer to a HEAD, GET
// or write. The encryption context is never echoed.
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

// Observed returns what COS has to echo of an object with these settings.
// KMSKeyID is "" if the settings leave the key to COS.
func (s Settings) Observed() Observed {
	return Observed{Mode: s.Mode, KMSKeyID: s.KMSKeyID, CustomerKeyMD5: s.CustomerKey.MD5()}
}

// Matches reports whether the object is encrypted as asked. With SSE-KMS and
// no key id in the settings any key will do, as long as COS names one.
func (s Settings) Matches(o Observed) bool {
	want := s.Observed()
	if s.Mode == ModeKMS && s.KMSKeyID == "" && o.KMSKeyID != "" {
		want.KMSKeyID = o.KMSKeyID
	}
	return want == o
}

// String describes the encryption for a message to the user. It contains no
// secret: the MD5 of a customer key identifies it and does not reveal it.
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
