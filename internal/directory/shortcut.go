package directory

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/fastpath"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

// Shortcut answers refreshes, and plans without changes, in place of the
// framework. It uses the same functions as Read and ModifyPlan. The framework
// would walk the files of the state a dozen times, each time looking up the
// schema for each file.
type Shortcut struct {
	// Data returns the provider's data, or nil before the provider is configured.
	Data func() *providerdata.Data
}

var decoder = sync.OnceValue(func() fastpath.Decoder[model] { return fastpath.NewDecoder[model](NewResource()) })

// Valid leaves validation to the framework, because its cost does not grow with
// the number of files.
func (s Shortcut) Valid(context.Context, tftypes.Value) bool { return false }

// Plan reports whether the plan equals the prior state and has no diagnostics. An
// instance without a token is left to the framework, which assigns one.
func (s Shortcut) Plan(ctx context.Context, config, prior tftypes.Value, stored []byte) bool {
	data := s.Data()
	if data == nil {
		return false
	}
	wanted, err := decoder().Decode(ctx, config)
	if err != nil {
		return false
	}
	was, err := decoder().Decode(ctx, prior)
	if err != nil {
		return false
	}
	private, _, ok := recallStored(ctx, stored)
	if !ok || private.Instance == "" || private.Successor != "" {
		return false
	}
	r := &Resource{data: data}
	p := r.plan(ctx, wanted, &was, private)
	return p.same && len(p.diags) == 0 && len(r.claim(p.model, &was, private, false)) == 0
}

// Read refreshes the resource. A state that cannot be read is left to the
// framework, which reports the error.
func (s Shortcut) Read(ctx context.Context, state tftypes.Value, stored []byte) *fastpath.Found {
	data := s.Data()
	if data == nil || data.Client == nil {
		return nil
	}
	m, err := decoder().Decode(ctx, state)
	if err != nil {
		return nil
	}
	private, keys, ok := recallStored(ctx, stored)
	if !ok {
		return nil
	}
	l, diags := m.layout(ctx)
	if len(diags) > 0 {
		return nil
	}
	f := (&Resource{data: data}).newRefresh(m, l, private)
	if err := f.run(ctx); err != nil {
		return &fastpath.Found{Failure: f.failure(err)}
	}
	var found fastpath.Found
	if f.filesChanged {
		files := make(map[string]tftypes.Value, len(f.files))
		for key, value := range f.files {
			files[key] = tftypes.NewValue(tftypes.String, value)
		}
		found.Changed = map[string]tftypes.Value{"files": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, files)}
	}
	if f.remember(&private) {
		if diags := private.note(ctx, keys); len(diags) > 0 {
			return nil
		}
		found.Private = keys
	}
	return &found
}

// recallStored is like recall for private state that the framework has not
// decoded.
func recallStored(ctx context.Context, stored []byte) (privateState, fastpath.Private, bool) {
	keys, err := fastpath.ParsePrivate(stored)
	if err != nil {
		return privateState{}, nil, false
	}
	private, diags := recall(ctx, keys)
	return private, keys, len(diags) == 0
}
