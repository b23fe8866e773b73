package object

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/fastpath"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Shortcut answers requests for unchanged objects without the framework, using the
// same functions as Read and ModifyPlan. If it does not answer, those methods run
// as usual. Listings and checksums of files are cached, so no request is sent and
// no file is read twice.
type Shortcut struct {
	// Data returns the configured provider's data, nil before that.
	Data func() *providerdata.Data
}

// Valid reports whether a configuration is valid. A configuration with nested
// attributes is left to the framework, because the schema has rules for them.
func (s Shortcut) Valid(ctx context.Context, config tftypes.Value) bool {
	m, err := decode(ctx, config)
	return err == nil && m.CopySource.IsNull() && !m.Bucket.IsNull() && !m.Key.IsNull() && len(m.validate()) == 0
}

// Plan reports whether the plan is the prior state, without diagnostics. Both
// values must be wholly known. An instance without a token is left to the
// framework, which assigns one.
func (s Shortcut) Plan(ctx context.Context, config, prior tftypes.Value, stored []byte) bool {
	data := s.Data()
	if data == nil || data.Client == nil {
		return false
	}
	wanted, err := decode(ctx, config)
	if err != nil {
		return false
	}
	was, err := decode(ctx, prior)
	if err != nil {
		return false
	}
	private, ok := recallStored(ctx, stored)
	if !ok || private.Instance == "" || private.Decision != nil || private.Replaced != "" {
		return false
	}
	r := &Resource{data: data}
	in := situation{config: wanted, prior: &was, private: private, data: data, now: r.clock()}
	o := decide(ctx, in)
	if !o.same || !data.AllSaid(o.diags) {
		return false
	}
	return len(r.claim(in, o, private.Instance, false)) == 0
}

// Read returns the refreshed object if the listing proves that it is unchanged and
// nothing but its tags requires a request of its own, and nil otherwise.
func (s Shortcut) Read(ctx context.Context, state tftypes.Value, stored []byte) *fastpath.Found {
	data := s.Data()
	if data == nil || data.Client == nil {
		return nil
	}
	m, err := decode(ctx, state)
	if err != nil || m.Region.IsNull() || m.imported() {
		return nil
	}
	private, ok := recallStored(ctx, stored)
	if !ok || private.Seen != nil {
		return nil
	}
	if !m.LegalHold.IsNull() || m.asksLock(private, time.Now()) {
		return nil // listings do not include legal holds
	}
	if !listedUnchanged(ctx, m, data) || !m.ACL.IsNull() || private.Instance == "" || private.Record == nil {
		return nil
	}
	found := &fastpath.Found{Identity: map[string]string{"bucket": m.Bucket.ValueString(), "region": m.Region.ValueString(), "key": m.Key.ValueString()}}
	s.readTags(ctx, data, m, found)
	return found
}

// readTags reads the tags if they are managed. It also returns errors and changes,
// because the framework would only repeat the request.
func (s Shortcut) readTags(ctx context.Context, data *providerdata.Data, m model, found *fastpath.Found) {
	was := m
	r := &Resource{data: data}
	if found.Failure = r.readTags(ctx, &m, unknownTagging); found.Failure != nil {
		return
	}
	for name, tags := range map[string][2]types.Map{"tags": {was.Tags, m.Tags}, "tags_all": {was.TagsAll, m.TagsAll}} {
		if tags[0].Equal(tags[1]) {
			continue
		}
		value, err := tags[1].ToTerraformValue(ctx)
		if err != nil {
			found.Failure = tfdiag.Error(unableToRead, fmt.Sprintf("The tags of the object %s could not be stored.", m.location()), err)
			return
		}
		if found.Changed == nil {
			found.Changed = map[string]tftypes.Value{}
		}
		found.Changed[name] = value
	}
}

// recallStored is like recall, for a private state that the framework has not
// decoded.
func recallStored(ctx context.Context, stored []byte) (privateState, bool) {
	keys, err := fastpath.ParsePrivate(stored)
	if err != nil {
		return privateState{}, false
	}
	private, diags := recall(ctx, keys)
	return private, !diags.HasError()
}

var decoder = sync.OnceValue(func() fastpath.Decoder[model] { return fastpath.NewDecoder[model](NewResource()) })

func decode(ctx context.Context, value tftypes.Value) (model, error) {
	return decoder().Decode(ctx, value)
}
