// Package credentials holds what signs a request to COS and where it comes
// from.
package credentials

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// redacted is what every printed form of a credential looks like.
const redacted = "(redacted)"

// Value is one set of credentials. SecurityToken is "" for those of a
// permanent key. It prints as "(redacted)" in every format; keep it out of
// unexported fields, where fmt calls no methods.
type Value struct {
	SecretID      string
	SecretKey     string
	SecurityToken string
	// Expires is when COS refuses them; zero if that is never or not known.
	Expires time.Time
}

var (
	_ fmt.Formatter  = Value{}
	_ slog.LogValuer = Value{}
)

// String, GoString, Format, LogValue, MarshalJSON and MarshalText keep the
// credentials out of whatever prints them.
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

// Provider gives the credentials that a request is signed with. It is asked
// before each attempt, so it keeps what it fetched until that expires. It is
// safe for concurrent use, and its errors contain no secret.
type Provider interface {
	Retrieve(ctx context.Context) (Value, error)
}

// Forgetter is a Provider that can be told that credentials are no longer
// accepted before they should have ended.
type Forgetter interface {
	Provider
	Forget(Value)
}

// Static is a Provider of credentials that never change.
type Static struct{ Value Value }

// Retrieve implements Provider.
func (s Static) Retrieve(context.Context) (Value, error) { return s.Value, nil }
