package audit

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

// selection holds the arguments that the data source and the list resource share.
type selection struct {
	Bucket, Region, Prefix, Match types.String
	Encryption, NotEncryption     types.List
	SSEKMSKeyID                   types.String
}

// descriptions of the shared arguments by name.
var descriptions = map[string]string{
	"bucket":         "Bucket, as `name-appid`, such as `examplebucket-1250000000`.",
	"region":         "Region of the bucket. Default: the provider's region.",
	"prefix":         "Beginning of the keys to look at, verbatim. Default: all keys.",
	"match":          "Pattern for the whole key, beside the prefix: `*` is anything but a slash, `**` anything with slashes, `?` one character, `{a,b}` one of several. Objects whose key does not fit are not looked at.",
	"encryption":     "Only objects with one of these encryptions: `none`, `AES256`, `SM4`, `cos/kms`, `customer` (under a customer key of the provider's keyring), `customer_unknown` (under one that is not in it).",
	"not_encryption": "Only objects with none of these encryptions; the values are those of `encryption`.",
	"sse_kms_key_id": "Only objects under this KMS key.",
}

func (s selection) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	invalid := arguments.Into(&diags)
	arguments.Address{Bucket: s.Bucket, Key: types.StringNull(), Region: s.Region}.Validate(invalid)
	if arguments.Known(s.Match) {
		if wrong := CheckPattern(s.Match.ValueString()); wrong != "" {
			invalid("match", "Invalid Pattern", "%q cannot be matched: %s.", s.Match.ValueString(), wrong)
		}
	}
	validateEncryptions(invalid, "encryption", s.Encryption)
	validateEncryptions(invalid, "not_encryption", s.NotEncryption)
	if arguments.Known(s.SSEKMSKeyID) && s.SSEKMSKeyID.ValueString() == "" {
		invalid("sse_kms_key_id", "Invalid KMS Key ID", "sse_kms_key_id is empty: leave it out instead.")
	}
	return diags
}

func validateEncryptions(invalid arguments.Report, name string, list types.List) {
	if list.IsNull() || list.IsUnknown() {
		return
	}
	if len(list.Elements()) == 0 {
		invalid(name, "Invalid Encryption", "%s is empty. Omit it instead.", name)
	}
	for _, element := range list.Elements() {
		value, _ := element.(types.String)
		if value.IsUnknown() {
			continue
		}
		if !knownEncryption(value.ValueString()) {
			invalid(name, "Invalid Encryption", "%q is not an encryption: use none, AES256, SM4, cos/kms, customer or customer_unknown.", value.ValueString())
		}
	}
}

func knownEncryption(name string) bool {
	for _, e := range Encryptions {
		if string(e) == name {
			return true
		}
	}
	return false
}

// filter converts validated arguments to a Filter.
func (s selection) filter() Filter {
	return Filter{Only: encryptions(s.Encryption), Not: encryptions(s.NotEncryption), KMSKeyID: s.SSEKMSKeyID.ValueString()}
}

func encryptions(list types.List) []Encryption {
	var all []Encryption
	for _, element := range list.Elements() {
		if value, ok := element.(types.String); ok {
			all = append(all, Encryption(value.ValueString()))
		}
	}
	return all
}

// query converts the arguments to a Query.
func (s selection) query(region string) Query {
	return Query{Region: region, Bucket: s.Bucket.ValueString(), Prefix: s.Prefix.ValueString(), Match: s.Match.ValueString()}
}
