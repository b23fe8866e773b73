package sse

import (
	"fmt"
	"slices"
	"strings"
)

// Policy is what encryption is allowed. The zero value allows everything.
type Policy struct {
	// Modes are the allowed ones; empty: any.
	Modes []Mode
	// KMSKeyIDs are the allowed keys of SSE-KMS, which have to be named;
	// empty: any, COS's default key included.
	KMSKeyIDs []string
	// NoKeyInState forbids customer keys that are kept in the state.
	NoKeyInState bool
}

// Violation is a rule that an encryption breaks.
type Violation struct {
	// Rule is the rule's name: modes, sse_kms_key_ids or
	// allow_customer_key_in_state.
	Rule string
	// Text says what is wrong and what is allowed.
	Text string
}

// AllowsMode reports a mode that is not allowed; nil if it is.
func (p Policy) AllowsMode(mode Mode) *Violation {
	if len(p.Modes) == 0 || slices.Contains(p.Modes, mode) {
		return nil
	}
	allowed := make([]string, len(p.Modes))
	for i, m := range p.Modes {
		allowed[i] = string(m)
	}
	return &Violation{"modes", fmt.Sprintf("the encryption is %s; allowed: %s", mode, strings.Join(allowed, ", "))}
}

// AllowsKMSKey reports a key of SSE-KMS that is not allowed; "" is COS's
// default key.
func (p Policy) AllowsKMSKey(id string) *Violation {
	if len(p.KMSKeyIDs) == 0 || slices.Contains(p.KMSKeyIDs, id) {
		return nil
	}
	what := fmt.Sprintf("the KMS key is %q", id)
	if id == "" {
		what = "no KMS key is named"
	}
	return &Violation{"sse_kms_key_ids", what + "; allowed: " + strings.Join(p.KMSKeyIDs, ", ")}
}

// AllowsKeyInState reports a customer key that would be kept in the state.
func (p Policy) AllowsKeyInState() *Violation {
	if !p.NoKeyInState {
		return nil
	}
	return &Violation{"allow_customer_key_in_state", "sse_customer_key is kept in the state; allowed: sse_customer_key_name or sse_customer_key_wo"}
}
