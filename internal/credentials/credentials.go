// Package credentials finds the credentials that requests to COS are signed with.
package credentials

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// redacted is the printed form of all credentials.
const redacted = "(redacted)"

// Value is a set of credentials. SecurityToken is "" for a permanent key. A Value
// prints as "(redacted)" in every format, except in an unexported field, on which
// fmt calls no methods.
type Value struct {
	SecretID      string
	SecretKey     string
	SecurityToken string
	// Expires is when COS stops accepting them; zero if never or unknown.
	Expires time.Time
}

var (
	_ fmt.Formatter  = Value{}
	_ slog.LogValuer = Value{}
)

// String, GoString, Format, LogValue, MarshalJSON and MarshalText keep the
// credentials out of printed output.
func (Value) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (Value) GoString() string { return redacted }

// Format implements fmt.Formatter, for every verb.
func (Value) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue implements slog.LogValuer.
func (Value) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON implements json.Marshaler.
func (Value) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText implements encoding.TextMarshaler.
func (Value) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Provider returns the credentials to sign a request with. It is called before
// each attempt, so it should cache them. It must be safe for concurrent use, and
// its errors must contain no secret.
type Provider interface {
	Retrieve(ctx context.Context) (Value, error)
}

// Forgetter is a Provider that can drop credentials that were refused before
// their expiry.
type Forgetter interface {
	Provider
	Forget(Value)
}

// Static is a Provider of constant credentials.
type Static struct{ Value Value }

// Retrieve implements Provider.
func (s Static) Retrieve(context.Context) (Value, error) { return s.Value, nil }
