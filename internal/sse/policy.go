package sse

import (
	"fmt"
	"slices"
	"strings"
)

// Policy restricts the encryption of objects. The zero value allows everything.
type Policy struct {
	// Modes are the allowed modes. If empty, all are allowed.
	Modes []Mode
	// KMSKeyIDs are the allowed SSE-KMS keys, which must be declared explicitly.
	// If empty, all are allowed, including COS's default key.
	KMSKeyIDs []string
	// NoKeyInState forbids customer keys that would be stored in the state.
	NoKeyInState bool
}

// Violation is a violated rule of a policy.
type Violation struct {
	// Rule is the rule's name: modes, sse_kms_key_ids or
	// allow_customer_key_in_state.
	Rule string
	// Text explains what is wrong and what is allowed.
	Text string
}

// AllowsMode returns a violation if the mode is not allowed, or nil.
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

// AllowsKMSKey returns a violation if the SSE-KMS key is not allowed, or nil. ""
// is COS's default key.
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

// AllowsKeyInState returns a violation if customer keys must not be stored in the
// state, or nil.
func (p Policy) AllowsKeyInState() *Violation {
	if !p.NoKeyInState {
		return nil
	}
	return &Violation{"allow_customer_key_in_state", "sse_customer_key is kept in the state; allowed: sse_customer_key_name or sse_customer_key_wo"}
}
