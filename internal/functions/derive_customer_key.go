package functions

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Inputs of a derived key besides its arguments. They must never change: a
// different derivation needs a different label.
const (
	derivationLabel = "cos-terraform/customer-key/v1"
	minMasterBytes  = 32
)

var _ function.Function = deriveCustomerKey{}

func newDeriveCustomerKey() function.Function { return deriveCustomerKey{} }

type deriveCustomerKey struct{}

func (deriveCustomerKey) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "derive_customer_key"
}

func (deriveCustomerKey) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:     "Customer key (SSE-C) of one object, derived from a master key",
		Description: "Derives the customer key of one object from a master key by HKDF-SHA256 (RFC 5869). The same arguments always give the same key; keys of different objects reveal nothing about each other or the master key.",
		MarkdownDescription: "Derives the customer key (SSE-C) of one object from a master key, so that one secret is enough for any number of objects. The same arguments always give the same key; keys of different objects reveal nothing about each other or the master key. " +
			"Whoever has the master key has all of them, and renaming an object changes its key. The result is sensitive or ephemeral if an argument is.\n\n" +
			"The derivation is HKDF-SHA256 ([RFC 5869](https://www.rfc-editor.org/rfc/rfc5869)) and will not change, so other programs can derive the same key:\n\n" +
			"- input keying material: the decoded bytes of `master`;\n" +
			"- salt: empty, which RFC 5869 takes for 32 zero bytes;\n" +
			"- info: the 29 bytes of the ASCII text `" + derivationLabel + "`, then the length of `bucket` in bytes as an unsigned 32-bit big-endian number, the bytes of `bucket`, the length of `key` in the same form, and the bytes of `key`, both in UTF-8;\n" +
			"- length: 32 bytes, returned as base64 with padding.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "master",
				Description:         "Master key: the base64 of at least 32 random bytes, padded or not.",
				MarkdownDescription: "Master key: the base64 (standard alphabet) of at least 32 random bytes, padded or not. Not a password: HKDF does not slow down guessing.",
			},
			bucketParameter,
			keyParameter,
		},
		Return: function.StringReturn{},
	}
}

func (deriveCustomerKey) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text, bucket, key string
	if resp.Error = req.Arguments.Get(ctx, &text, &bucket, &key); resp.Error != nil {
		return
	}
	master, err := parseMaster(text)
	if err != nil {
		resp.Error = invalid(0, err.Error())
		return
	}
	if resp.Error = function.ConcatFuncErrors(checkBucket(1, bucket), checkKey(2, key)); resp.Error != nil {
		return
	}
	derived, err := derive(master, bucket, key)
	if err != nil {
		resp.Error = function.NewFuncError(strings.TrimSuffix(err.Error(), "."))
		return
	}
	resp.Error = resp.Result.Set(ctx, derived.Base64())
}

var masterForm = sse.KeyForm{
	Size: func(n int) bool { return n >= minMasterBytes },
	Raw:  "if it is the key itself and not encoded, use base64encode()",
}

// parseMaster parses a master key. Errors never quote it.
func parseMaster(text string) ([]byte, error) {
	master, err := decodeMaster(text)
	if err == nil {
		return master, nil
	}
	if hint := masterForm.Hint(text); hint != "" {
		return nil, fmt.Errorf("%w: %s", err, hint)
	}
	return nil, err
}

func decodeMaster(text string) ([]byte, error) {
	bare := strings.TrimRight(text, "=")
	master, err := base64.RawStdEncoding.Strict().DecodeString(bare)
	if pad := len(text) - len(bare); err != nil || pad != 0 && len(text)%4 != 0 || strings.ContainsAny(text, "\r\n") {
		return nil, fmt.Errorf("a master key is the base64 (standard alphabet) of at least %d bytes; this value is not base64", minMasterBytes)
	}
	if len(master) < minMasterBytes {
		return nil, fmt.Errorf("a master key is the base64 of at least %d bytes; this one decodes to %d", minMasterBytes, len(master))
	}
	return master, nil
}

// derive returns the key of one object. Each field of the info is preceded by its
// length, so that no two objects share a key.
func derive(master []byte, bucket, key string) (sse.CustomerKey, error) {
	info := []byte(derivationLabel)
	for _, field := range []string{bucket, key} {
		info = binary.BigEndian.AppendUint32(info, uint32(len(field))) // the lengths have been validated
		info = append(info, field...)
	}
	raw, err := hkdf.Key(sha256.New, master, nil, string(info), sse.KeySize)
	if err != nil {
		return sse.CustomerKey{}, errors.New("the key could not be derived")
	}
	return sse.NewCustomerKey(raw)
}
