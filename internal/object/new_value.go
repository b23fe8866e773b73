package object

import (
	"maps"
	"net/http"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

// Values that an object already has can always be declared, because other programs
// may have stored them under different rules. Only new values are checked. This
// needs the prior state, and therefore happens during the plan.

const alreadyThere = "What an imported object has already can be declared as it is."

// checkNew checks the values that the object does not have yet. Tags that have not
// been read are left to checkUnreadTags.
func (m model) checkNew(prior *model, tags providerdata.Tags, invalid arguments.Report) {
	was := model{}
	if prior != nil {
		was = *prior
	}
	for _, h := range headers {
		value := *h.value(&m)
		if !arguments.Known(value) || value.Equal(*h.value(&was)) {
			continue
		}
		if h.check != nil {
			h.check(invalid, h.name, value.ValueString())
		} else {
			checkNewHeader(invalid, h.name, value.ValueString())
		}
	}
	m.checkNewMetadata(arguments.Strings(was.Metadata), invalid)
	if prior == nil || !prior.managedTags().IsNull() {
		m.checkNewTags(was.tags(), tags, invalid)
	}
}

func checkNewHeader(invalid arguments.Report, name, value string) {
	if at := arguments.NotASCII(value); at >= 0 {
		invalid(name, "Invalid Header", "%s has a character at byte %d that is not printable ASCII. %s", name, at, alreadyThere)
	}
}

func checkDisposition(invalid arguments.Report, name, value string) {
	if at := arguments.NotASCII(value); at >= 0 {
		invalid(name, "Invalid Header", "%s has a character at byte %d that is not printable ASCII. Encode the name of the file: %s = %s. %s", name, at, name,
			`"attachment; filename*=UTF-8''${replace(urlencode("名.txt"), "+", "%20")}"`, alreadyThere)
	}
}

func checkHTTPDate(invalid arguments.Report, name, value string) {
	if _, err := http.ParseTime(value); err != nil {
		invalid(name, "Invalid Date", "%q is not an HTTP date such as \"Wed, 21 Oct 2026 07:28:00 GMT\". To format a UTC time, use %s. To disable caching, use cache_control = \"no-store\". %s",
			value, `formatdate("EEE, DD MMM YYYY hh:mm:ss 'GMT'", "2026-10-21T07:28:00Z")`, alreadyThere)
	}
}

func (m model) checkNewMetadata(was map[string]string, invalid arguments.Report) {
	values := arguments.Strings(m.Metadata)
	for _, name := range slices.Sorted(maps.Keys(m.Metadata.Elements())) {
		value, ok := values[name]
		before, had := was[name]
		if !had && headerNamePattern.MatchString(name) && !arguments.IsMetadataName(name) {
			invalid("metadata", "Invalid Metadata Name", invalidMetadataName+" %s", name, alreadyThere)
		}
		if at := arguments.NotASCII(value); ok && at >= 0 && !(had && value == before) {
			invalid("metadata", "Invalid Header", "The value of %q has a character at byte %d that is not printable ASCII. Encode it, for example with urlencode(), and decode it when you read it. %s", name, at, alreadyThere)
		}
	}
	size := 0
	for name, value := range values {
		size += len(name) + len(value)
	}
	if size > arguments.MaxMetadata && !maps.Equal(values, was) {
		invalid("metadata", "Metadata Too Large", "The metadata has %d bytes, names included; COS allows %d.", size, arguments.MaxMetadata)
	}
}

// sameStrings compares two maps as they are stored, that is without null elements.
// A map with unknown values equals no other.
func sameStrings(a, b types.Map) bool {
	return a.IsNull() == b.IsNull() && allKnown(a) && allKnown(b) && maps.Equal(arguments.Strings(a), arguments.Strings(b))
}

func allKnown(m types.Map) bool {
	return !m.IsUnknown() && !slices.ContainsFunc(slices.Collect(maps.Values(m.Elements())), attr.Value.IsUnknown)
}
