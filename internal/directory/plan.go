package directory

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/tree"
)

// ModifyPlan ends in one of two ways. If nothing differs in meaning, the plan is
// the whole prior state. Otherwise each computed value is known if possible. It
// sends no requests.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.data == nil {
		return
	}
	var prior *model
	if !req.State.Raw.IsNull() {
		prior = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, prior)...)
	}
	private, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.Plan.Raw.IsNull() {
		if prior != nil {
			resp.Diagnostics.Append(r.release(*prior, private)...)
			resp.Diagnostics.Append(private.warnLocked(*prior, time.Now())...)
		}
		return
	}
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	p := r.plan(ctx, config, prior, private)
	resp.Diagnostics.Append(p.diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if private.Instance == "" {
		private.Instance = claims.NewToken()
	}
	resp.Diagnostics.Append(r.claim(p.model, prior, private, !p.same)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if p.same {
		resp.Plan.Raw = req.State.Raw
	} else {
		resp.Diagnostics.Append(resp.Plan.Set(ctx, p.model)...)
	}
	private.Successor = ""
	if prior == nil {
		private.Successor = p.model.successor()
	}
	if resp.Private == nil {
		return
	}
	if before, ok := r.data.Left(refreshed(p.model)).(privateState); ok && private.Successor != "" {
		before.Instance, before.Successor = private.Instance, private.Successor
		resp.Diagnostics.Append(before.note(ctx, resp.Private)...)
		return
	}
	private.noteInstance(ctx, resp.Private, &resp.Diagnostics)
}

// successor identifies a directory that will be created, among those that may
// share its place. After a split, these differ in their files. It is "" while it
// is unknown.
func (m model) successor() string {
	if !arguments.Known(m.Bucket) || !arguments.Known(m.Region) || m.Prefix.IsUnknown() ||
		m.Source.IsUnknown() || m.Include.IsUnknown() || m.Exclude.IsUnknown() {
		return ""
	}
	return fingerprint(m.Source.String(), m.Include.String(), m.Exclude.String()) + " " + m.home().id()
}

// planned is the result of planning.
type planned struct {
	model model
	same  bool
	diags diag.Diagnostics
}

func (r *Resource) plan(ctx context.Context, config model, prior *model, private privateState) planned {
	var p planned
	config.encryption().ValidateExclusive(arguments.Into(&p.diags))
	config.checkRetention(prior, time.Now(), arguments.Into(&p.diags))
	p.diags.Append(config.warnKept(prior, time.Now())...)
	l, diags := config.layout(ctx)
	p.diags.Append(diags...)
	if p.diags.HasError() {
		return p
	}
	declared := config
	config, enc, diags := config.wantedEncryption(prior, r.data)
	p.diags.Append(diags...)
	if p.diags.HasError() {
		return p
	}
	m := config
	m.planEncryption(enc, prior)
	m.Region = regionOf(config, prior, r.data.Region)
	encrypts := !enc.ModeKnown || prior == nil || m.differs(enc, *prior)
	arguments := prior == nil || !declared.sameArguments(*prior)
	changes := encrypts || arguments
	p.model = m
	if !m.known(ctx) {
		p.model.hide()
		return p
	}
	if !config.SourceHash.IsNull() {
		if !changes && len(private.Seen) == 0 && m.undisturbed(*prior) {
			p.same = true
			return p
		}
		p.model.hide()
		return p
	}
	t, diags := r.measured(ctx, m, l)
	p.diags.Append(diags...)
	if p.diags.HasError() {
		return p
	}
	if t == nil {
		p.model.hide()
		return p
	}
	s, diags := r.situation(m, prior, private, enc, l, t)
	p.diags.Append(diags...)
	s.changes = changes
	o := decide(s)
	p.model.show(o)
	p.same = !changes && len(o.steps) == 0
	if attribute, summary, detail := s.lockRefusal(m, prior, o.steps, m.origin(prior, private.Record)); detail != "" {
		p.diags.AddAttributeWarning(path.Root(attribute), summary, detail+" The apply will fail before it sends anything.")
	}
	if enc.Kept && enc.CustomerKey.IsZero() && slices.ContainsFunc(o.steps, func(st step) bool { return st.File >= 0 }) {
		p.diags.AddAttributeWarning(path.Root("sse_customer_key_wo"), keyNotAvailable, keyNotAvailableDetail(prior)+" The apply will fail before it sends anything.")
	}
	// An ephemeral key may be another one by the apply. Its MD5 alone is no change.
	if prior != nil && !changes && !p.model.showsOther(*prior) {
		p.model.SSECustomerKeyMD5 = prior.SSECustomerKeyMD5
	}
	return p
}

// showsOther reports whether a plan shows other files or headers than the state.
func (m model) showsOther(prior model) bool {
	return !m.Files.Equal(prior.Files) || !m.Headers.Equal(prior.Headers)
}

// origin returns the objects that a move leaves behind. There are none if the
// files do not move.
func (m model) origin(prior *model, known record) map[string]entry {
	if prior == nil || prior.home().same(m.home()) {
		return nil
	}
	return known.of(prior.home())
}

// regionOf returns the declared region, otherwise that of the state, otherwise
// the provider's.
func regionOf(config model, prior *model, region string) types.String {
	if !config.Region.IsNull() {
		return config.Region
	}
	if prior != nil {
		return prior.Region
	}
	if region == "" {
		return types.StringUnknown()
	}
	return types.StringValue(region)
}

// differs reports whether the declared encryption differs from that of the state.
func (m model) differs(enc encryption.Wanted, prior model) bool {
	if enc.Kept {
		return false
	}
	if !enc.KeyKnown || enc.CustomerKey.IsZero() && prior.protection().KeyMD5 != "" {
		return !enc.Lost || !m.SSECustomerKeyName.Equal(prior.SSECustomerKeyName)
	}
	return !prior.protection().fits(protectionOf(enc.Settings)) && prior.protection() != protectionOf(enc.Settings) ||
		!m.SSEKMSKeyID.Equal(prior.SSEKMSKeyID) || !m.SSECustomerKeyName.Equal(prior.SSECustomerKeyName)
}

// undisturbed reports whether the state contains no deviating object.
func (m model) undisturbed(prior model) bool {
	for _, value := range arguments.Strings(prior.Files) {
		if strings.Contains(value, " (") {
			return false
		}
	}
	return int64(len(prior.Files.Elements())) == prior.FileCount.ValueInt64()
}

// situation returns the input of a decision.
func (r *Resource) situation(m model, prior *model, private privateState, enc encryption.Wanted, l layout, t *tree.Tree) (situation, diag.Diagnostics) {
	var diags diag.Diagnostics
	s := situation{
		record: private.Record.of(m.home()), seen: private.Seen, protection: protectionWanted(enc, prior), class: m.StorageClass.ValueString(),
		metadata: l.metadata, last: l.last, removed: removedFiles(m.RemovedFiles.ValueString()),
		readable: keys{r.data.Keyring, enc.CustomerKey}.readable,
		now:      time.Now(), lock: m.lock(time.Now()), holdsKnown: prior != nil && !prior.LegalHold.IsNull(),
	}
	if prior != nil && prior.home().same(m.home()) {
		s.state = arguments.Strings(prior.Files)
	}
	matched := make([]bool, len(l.rules))
	for _, f := range t.Files {
		s.files = append(s.files, wanted{Key: f.Key, Name: f.Name, Sum: f.Sum, Given: l.rules.give(f.Name, matched)})
	}
	for i, is := range matched {
		if !is {
			diags.AddAttributeWarning(path.Root("rules").AtListIndex(i), "Rule Without a File", fmt.Sprintf("The pattern %q matches no file.", l.rules[i].match)+bracketAdvice(l.rules[i].match))
		}
	}
	for i, p := range l.last {
		if !slices.ContainsFunc(t.Files, func(f tree.File) bool { return p.Match(f.Name) }) {
			diags.AddAttributeWarning(path.Root("upload_last").AtListIndex(i), "Pattern Without a File", fmt.Sprintf("The pattern %q matches no file.", p)+bracketAdvice(p))
		}
	}
	return s, diags
}

// measured walks and reads the files. If their state cannot be determined now, it
// returns nil and a warning: files that cannot be seen do not count as removed.
func (r *Resource) measured(ctx context.Context, m model, l layout) (*tree.Tree, diag.Diagnostics) {
	var diags diag.Diagnostics
	t, err := m.walk(ctx, l)
	if err == nil {
		err = t.Measure(ctx)
	}
	if err == nil && len(t.Files) == 0 {
		err = errNoFile
	}
	switch {
	case err == nil:
		diags.Append(explain(t)...)
		diags.Append(ownConfiguration(t)...)
		return t, diags
	case ctx.Err() != nil:
		diags.AddError(unableToPlan, err.Error())
	case unseen(err):
		diags.AddAttributeWarning(path.Root("source"), "Files Not Known Yet", fmt.Sprintf("Could not determine the files of %q yet: %s\n\nThe apply looks again, and fails before it sends anything if it cannot determine them either. No object is removed because of this.", m.Source.ValueString(), err))
		return nil, diags
	default:
		diags.AddAttributeError(path.Root("source"), unableToPlan, fmt.Sprintf("The folder %q cannot be mirrored:\n\n%s\n\nTo destroy everything in spite of this, use -refresh=false.", m.Source.ValueString(), err))
	}
	return nil, diags
}

var errNoFile = errors.New("no file matches")

// unseen reports whether a problem may be solved by the time of the apply.
func unseen(err error) bool {
	var problems tree.Problems
	if !errors.As(err, &problems) {
		return !errors.Is(err, tree.ErrTooMany)
	}
	for _, p := range problems {
		if !errors.Is(p.Err, fs.ErrPermission) && !errors.Is(p.Err, fs.ErrNotExist) && !errors.Is(p.Err, tree.ErrChanged) {
			return false
		}
	}
	return true
}

// walk finds the files.
func (m model) walk(ctx context.Context, l layout) (*tree.Tree, error) {
	return tree.Walk(ctx, content.Resolve(m.Source.ValueString()), tree.Options{Prefix: m.Prefix.ValueString(), Include: l.include, Exclude: l.exclude, CheckKey: cosclient.CheckKey})
}

// explain warns about probable mistakes.
func explain(t *tree.Tree) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, u := range t.Unmatched {
		at, advice := "include", ""
		if u.Exclude {
			at = "exclude"
		}
		if u.Folder {
			advice = fmt.Sprintf(" It matches a folder: for all that is in it write %q.", strings.TrimSuffix(u.Pattern.String(), "/")+"/**")
		}
		diags.AddAttributeWarning(path.Root(at), "Pattern Without a File", fmt.Sprintf("The pattern %q matches no file.", u.Pattern)+advice+bracketAdvice(u.Pattern))
	}
	if len(t.WellKnown) > 0 {
		diags.AddAttributeWarning(path.Root("include"), "Folder .well-known Left Out", fmt.Sprintf("%s is not uploaded, since names that begin with a dot are left out unless a pattern names them. If the site needs it, include = [\"**\", %q].", strings.Join(t.WellKnown, ", "), t.WellKnown[0]+"/**"))
	}
	if len(t.Secret) > 0 {
		diags.AddAttributeWarning(path.Root("source"), "Files of Terraform Left Out", fmt.Sprintf("States, variable files and plans hold secrets, and are not uploaded unless a pattern spells their name out: %s.", strings.Join(t.Secret[:min(len(t.Secret), 5)], ", ")))
	}
	return diags
}

// bracketAdvice explains brackets in a pattern that matches nothing: site
// generators use them in names, such as [slug].html.
func bracketAdvice(p tree.Pattern) string {
	text := p.String()
	if !strings.Contains(text, "[") || strings.Contains(text, `\[`) {
		return ""
	}
	return fmt.Sprintf(" Brackets stand for one of the characters between them. If they are part of the name, write %q.", strings.NewReplacer("[", `\[`, "]", `\]`).Replace(text))
}

// ownConfiguration warns if the files to upload include those of the running
// configuration, as with a source of "." in the wrong directory.
func ownConfiguration(t *tree.Tree) diag.Diagnostics {
	var diags diag.Diagnostics
	here, err := os.Getwd()
	if err != nil {
		return diags
	}
	root, err := os.Stat(here)
	if err != nil {
		return diags
	}
	var names []string
	for _, f := range t.Files {
		if !isConfiguration(f.Name) {
			continue
		}
		if folder, err := os.Stat(filepath.Dir(f.Path)); err == nil && os.SameFile(root, folder) {
			names = append(names, f.Name)
		}
	}
	if len(names) > 0 {
		diags.AddAttributeWarning(path.Root("source"), "Source Contains This Configuration", fmt.Sprintf("The running configuration is among the files that are uploaded: %s. If that is not meant, choose another folder, or exclude them.", shown(names)))
	}
	return diags
}

func isConfiguration(name string) bool {
	for _, suffix := range []string{".tf", ".tf.json", ".tofu", ".tofu.json"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}
