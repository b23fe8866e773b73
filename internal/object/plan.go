package object

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// ModifyPlan ends in one of two ways. Where nothing differs in meaning, the
// plan is the prior state as a whole. Otherwise everything that a write can
// change is unknown, and Update decides from what is true then whether to
// write and how: a value that was planned as known breaks the apply when a
// file or an ephemeral key changes in between.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.data == nil {
		return
	}
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	config = config.withDefault(r.data)
	var prior *model
	if !req.State.Raw.IsNull() {
		prior = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, prior)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	d := decided(ctx)
	if d == nil {
		d = decide(ctx, config, prior, r.data)
	}
	resp.Diagnostics.Append(d.diags...)
	if resp.RequiresReplace = d.replaces; len(d.replaces) > 0 {
		prior = nil
		if !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(r.mustBeFree(ctx, config, d.replaces)...)
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if d.same {
		resp.Plan.Raw = req.State.Raw
		return
	}
	if prior != nil {
		resp.Diagnostics.Append(r.warnLostKey(config, *prior, d.changes, d.enc.CustomerKey)...)
		resp.Diagnostics.Append(explainRotations(ctx, req.Private, config, *prior, d.enc)...)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan(config, prior, d.enc, r.data))...)
}

// decision is what a plan is made by.
type decision struct {
	// same: nothing differs in meaning, and the plan is the prior state.
	same     bool
	replaces path.Paths
	enc      encryption
	changes  changes
	diags    diag.Diagnostics
}

// decide compares a configuration with a recorded object (nil where there is
// none). It asks nothing of COS. A file is read only where nothing else differs.
func decide(ctx context.Context, config model, prior *model, data *providerdata.Data) *decision {
	d := &decision{}
	var diags diag.Diagnostics
	d.enc, diags = config.plannedEncryption(prior, data)
	d.diags.Append(diags...)
	d.diags.Append(checkRegion(config, prior, data)...)
	if prior != nil {
		if d.replaces = config.replaces(*prior); len(d.replaces) > 0 {
			prior = nil
		}
	}
	if prior == nil && !config.declaresBody() {
		d.diags.AddAttributeError(path.Root("source"), "No Body Declared",
			"An object needs a body to be created: set source, content, content_base64 or copy_source. The empty object is content = \"\".")
	}
	body, diags := planBody(config)
	d.diags.Append(diags...)
	if prior == nil || d.diags.HasError() {
		return d
	}
	d.changes = compare(config, *prior, d.enc)
	// A body that is written only has its version compared, no bytes.
	compared := config.declaresBytes() && config.ContentWO.IsNull()
	d.same = !d.changes.any() && (body != nil || !compared)
	if d.same && compared {
		var err error
		if d.same, err = sameBody(ctx, *body, *prior); err != nil {
			d.diags.AddAttributeError(config.bodyPath(), "Unable to Read Source", cannotRead(err))
		}
	}
	return d
}

// planBody looks at the declared body. A file that does not exist yet may be
// written during the apply: it is no error, and nil is returned with a warning.
func planBody(config model) (*content.Body, diag.Diagnostics) {
	var diags diag.Diagnostics
	source, err := config.body()
	if err != nil || !source.Declared() {
		return nil, diags // validated, or not known yet
	}
	body, err := source.Body()
	switch {
	case errors.Is(err, content.ErrNotExist):
		diags.AddAttributeWarning(path.Root("source"), "Source Does Not Exist Yet",
			"There is no file "+source.Path()+" now. It is planned as changed, and the apply fails if it does not exist by then.")
		return nil, diags
	case err != nil:
		diags.AddAttributeError(config.bodyPath(), "Unable to Read Source", cannotRead(err))
		return nil, diags
	}
	return &body, diags
}

// checkRegion makes sure that there is a region to create the object in.
func checkRegion(config model, prior *model, data *providerdata.Data) diag.Diagnostics {
	var diags diag.Diagnostics
	if config.Region.IsNull() && prior == nil && data.Region == "" && !data.RegionUnknown {
		diags.AddAttributeError(path.Root("region"), "No Region",
			"The region of the bucket is needed: set region here or in the provider block, or the environment variable TENCENTCLOUD_REGION.")
	}
	return diags
}

// replaces lists the changes that make it another object. They are read from
// the configuration, not from the plan.
func (m model) replaces(prior model) path.Paths {
	var paths path.Paths
	if !m.Bucket.Equal(prior.Bucket) {
		paths.Append(path.Root("bucket"))
	}
	if !m.Key.Equal(prior.Key) {
		paths.Append(path.Root("key"))
	}
	if !m.Region.IsNull() && !prior.Region.IsNull() && !m.Region.Equal(prior.Region) { // a moved object has none yet
		paths.Append(path.Root("region"))
	}
	return paths
}

func (m model) bodyPath() path.Path {
	switch {
	case !m.Content.IsNull():
		return path.Root("content")
	case !m.ContentBase64.IsNull():
		return path.Root("content_base64")
	case !m.ContentWO.IsNull():
		return path.Root("content_wo")
	}
	return path.Root("source")
}

// changes says in what a declared object differs from a recorded one, leaving
// out its body, which costs more to compare.
type changes struct {
	// recorded: an argument appeared, disappeared or is unknown, or one
	// changed that is not stored with the object. It sends no write by itself.
	recorded bool
	// stored: the encryption, a header, metadata or the class.
	stored bool
	// tags, acl: what COS keeps beside the object and has calls of its own for.
	tags, acl bool
	// source: the arguments of copy_source.
	source bool
	// version: that of the write-only body.
	version bool
}

func (c changes) any() bool { return c != (changes{}) }

// mustBeFree looks, before anything is destroyed, whether a renamed object
// would meet another one at its new address.
func (r *Resource) mustBeFree(ctx context.Context, config model, replaced path.Paths) diag.Diagnostics {
	if config.Overwrite.ValueBool() || r.data.Client == nil || !known(config.Bucket) || !known(config.Key) || config.Region.IsUnknown() {
		return nil
	}
	config.Region = firstOf(config.Region, defaultRegion(r.data))
	if !known(config.Region) {
		return nil
	}
	var diags diag.Diagnostics
	for _, d := range r.mustBeAbsent(ctx, config.location()) {
		if d.Summary() != objectExists {
			continue // not certain: the create asks again
		}
		diags.Append(diag.WithPath(replaced[0], d))
	}
	return diags
}

// warnLostKey says at plan what Update will fail with; an error here would
// block a destroy as well.
func (r *Resource) warnLostKey(config, prior model, c changes, declared sse.CustomerKey) diag.Diagnostics {
	var diags diag.Diagnostics
	if _, readable := r.keyOf(prior, declared); c.stored && !readable && !config.declaresBody() && !r.data.Keyring.Unknown() {
		diags.AddWarning("Customer Key Not at Hand", lostKey(prior)+" The apply will fail: without the key COS can not copy the object, and no body is declared that could be uploaded instead.")
	}
	return diags
}

// compare is what ModifyPlan and Update both decide by.
func compare(config, prior model, enc encryption) changes {
	c := changes{
		recorded: !config.Overwrite.Equal(prior.Overwrite) || !config.DeletionPolicy.Equal(prior.DeletionPolicy) ||
			// The name has to go when the key comes by another way.
			config.SSECustomerKeyName.IsNull() && !config.SSECustomerKey.IsNull() && !prior.SSECustomerKeyName.IsNull() ||
			known(config.SSECustomerKeyName) && !config.SSECustomerKeyName.Equal(prior.SSECustomerKeyName),
		stored: enc.differs(config, prior) || config.storedDiffers(prior),
		tags:   !config.Tags.IsNull() && !config.Tags.Equal(prior.Tags),
		acl:    !config.ACL.IsNull() && !config.ACL.Equal(prior.ACL),
		source: !config.CopySource.IsNull() && !config.CopySource.Equal(prior.CopySource),

		version: !config.ContentWO.IsNull() && !config.ContentWOVersion.Equal(prior.ContentWOVersion),
	}
	for _, pair := range [][2]attr.Value{
		{config.Source, prior.Source},
		{config.Content, prior.Content},
		{config.ContentBase64, prior.ContentBase64},
		{config.CopySource, prior.CopySource},
		{config.ContentWOVersion, prior.ContentWOVersion},
		{config.Tags, prior.Tags},
		{config.ACL, prior.ACL},
		{config.SSECustomerKey, prior.SSECustomerKey},
		{config.SSEContext, prior.SSEContext},
		{config.Metadata, prior.Metadata},
	} {
		if pair[0].IsNull() != pair[1].IsNull() || pair[0].IsUnknown() {
			c.recorded = true
		}
	}
	for _, value := range []types.String{config.ServerSideEncryption, config.SSEKMSKeyID, config.SSECustomerKeyName} {
		c.recorded = c.recorded || value.IsUnknown()
	}
	return c
}

// storedDiffers compares what is stored beside the body. What may be left to
// COS counts only where it is declared.
func (m model) storedDiffers(prior model) bool {
	for _, pair := range [][2]types.String{
		{m.CacheControl, prior.CacheControl},
		{m.ContentDisposition, prior.ContentDisposition},
		{m.ContentEncoding, prior.ContentEncoding},
		{m.ContentLanguage, prior.ContentLanguage},
		{m.Expires, prior.Expires},
	} {
		if !pair[0].Equal(pair[1]) {
			return true
		}
	}
	return !m.ContentType.IsNull() && !m.ContentType.Equal(prior.ContentType) ||
		!m.StorageClass.IsNull() && !m.StorageClass.Equal(prior.StorageClass) ||
		// The empty map and no map are the same metadata.
		!m.Metadata.Equal(prior.Metadata) && len(m.Metadata.Elements())+len(prior.Metadata.Elements()) > 0 || m.Metadata.IsUnknown()
}

// sameBody compares a body with the recorded one, by length first: a file is
// read only where its length says nothing. Objects that are older than COS's
// CRC64 have an ETag that is an MD5, unless their encryption or a multipart
// upload makes it something else; where there is neither, nothing is known and
// the bodies count as different.
func sameBody(ctx context.Context, body content.Body, prior model) (bool, error) {
	if body.Size() != prior.ContentLength.ValueInt64() {
		return false, nil
	}
	if !prior.ContentCRC64.IsNull() {
		sum, err := body.Sum(ctx)
		return err == nil && sum.CRC64String() == prior.ContentCRC64.ValueString(), err
	}
	if mode := prior.observed().Mode; (mode == sse.ModeNone || mode == sse.ModeAES256) && prior.SSECustomerKeyName.IsNull() && md5Pattern.MatchString(prior.ETag.ValueString()) {
		sum, err := body.MD5(ctx)
		return err == nil && sum == prior.ETag.ValueString(), err
	}
	return false, nil
}

var md5Pattern = regexp.MustCompile(`^[0-9a-f]{32}$`)

// plan is the planned object where something differs, or where there is none
// yet (prior is nil).
//
// An apply plans once more, when more is known, and may find that nothing
// differs after all: then it ends with the prior state. So whatever alone is no
// difference is planned as it was, or as unknown, here as well. The path of a
// source is such a thing: bodies are read from the configuration.
func plan(config model, prior *model, enc encryption, data *providerdata.Data) model {
	p := config
	var was model // all null
	if prior != nil {
		was = *prior
	}
	p.ID = config.id()
	p.Region = firstOf(config.Region, was.Region, defaultRegion(data))
	p.ContentType = firstOf(config.ContentType, was.ContentType, types.StringUnknown())
	if prior == nil {
		p.ContentType = firstOf(config.ContentType, guessType(config))
	}
	p.StorageClass = firstOf(config.StorageClass, was.StorageClass, types.StringUnknown())

	if known(config.Source) && !was.Source.IsNull() {
		p.Source = was.Source
	}
	if sameBytes(config.ContentBase64, was.ContentBase64) {
		p.ContentBase64 = was.ContentBase64
	}
	p.planEncryption(was, enc)

	p.ETag = types.StringUnknown()
	p.ContentLength = types.Int64Unknown()
	p.ContentCRC64 = types.StringUnknown()
	p.ContentWO, p.SSECustomerKeyWO = types.StringNull(), types.StringNull()
	p.VersionID = types.StringUnknown()
	p.LastModified = types.StringUnknown()
	return p
}

// planEncryption plans what the configuration leaves open. What it has as
// unknown stays so, also where another argument makes null the only value left.
func (m *model) planEncryption(was model, enc encryption) {
	m.SSECustomerKeyMD5 = types.StringNull()
	if m.SSECustomerKeyName.IsNull() && !was.SSECustomerKeyName.IsNull() && m.SSECustomerKey.IsNull() && !known(m.ServerSideEncryption) {
		m.SSECustomerKeyName = types.StringUnknown() // the name stays if the key turns out to be the same
	}
	switch {
	case !enc.modeKnown:
		m.SSEKMSKeyID = firstOf(m.SSEKMSKeyID, types.StringUnknown())
		if !m.customerKey().IsNull() || !m.SSECustomerKeyName.IsNull() {
			m.SSECustomerKeyMD5 = types.StringUnknown()
		}
		return
	case enc.Mode == sse.ModeCustomer:
		m.SSECustomerKeyMD5 = types.StringUnknown()
		if known(m.SSECustomerKey) {
			m.SSECustomerKeyMD5 = types.StringValue(enc.CustomerKey.MD5())
			// Another spelling of the same key is no change.
			if !enc.differs(*m, was) && !was.SSECustomerKey.IsNull() {
				m.SSECustomerKey = was.SSECustomerKey
			}
		}
		return
	}
	wasMode := was.observed().Mode
	if wasMode == enc.Mode {
		m.ServerSideEncryption = was.ServerSideEncryption
	}
	if enc.Mode != sse.ModeKMS {
		return
	}
	if m.SSEKMSKeyID.IsNull() {
		m.SSEKMSKeyID = types.StringUnknown()
		if wasMode == sse.ModeKMS {
			m.SSEKMSKeyID = firstOf(was.SSEKMSKeyID, types.StringUnknown())
		}
	}
	if wasContext, err := sse.ParseContext(was.SSEContext.ValueString()); err == nil && known(m.SSEContext) && wasContext.Equal(enc.Context) {
		m.SSEContext = was.SSEContext
	}
}

// sameBytes reports whether two values are base64 of the same bytes.
func sameBytes(a, b types.String) bool {
	if !known(a) || !known(b) {
		return false
	}
	x, errX := base64.StdEncoding.DecodeString(a.ValueString())
	y, errY := base64.StdEncoding.DecodeString(b.ValueString())
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func defaultRegion(data *providerdata.Data) types.String {
	if data.Region == "" {
		return types.StringUnknown()
	}
	return types.StringValue(data.Region)
}

// guessType guesses the content type as Create will, once the names are known.
func guessType(config model) types.String {
	if config.Key.IsUnknown() || config.Source.IsUnknown() || !config.CopySource.IsNull() {
		return types.StringUnknown()
	}
	return types.StringValue(content.GuessType(config.Key.ValueString(), config.Source.ValueString()))
}

// firstOf returns the first value that is not null.
func firstOf(values ...types.String) types.String {
	for _, v := range values {
		if !v.IsNull() {
			return v
		}
	}
	return types.StringNull()
}
