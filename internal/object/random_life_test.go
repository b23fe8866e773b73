package object_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Whatever the configuration becomes and whatever others do to the object, an apply
// ends with the declared object or an error, and never with an unencrypted object.
// The lives are the same in every run. For others and more, use
//
//	go test ./internal/object -run TestRandomLife -rapid.seed=0 -rapid.checks=1000 -rapid.steps=50
func TestRandomLife(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	w := acctest.New(t, func(o *cosmock.Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	var lives atomic.Int64
	setDefault(t, "rapid.checks", "5")
	setDefault(t, "rapid.seed", "1")
	setDefault(t, "rapid.nofailfile", "true")
	for i := range 8 { // in parallel, because lives mostly wait for the second after a write
		t.Run("", func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) {
				l := &randomLife{
					T: rt, w: w, key: fmt.Sprintf("life-%d", lives.Add(1)), pass: func() { ahead.Add(int64(3 * time.Second)) },
					config: map[string]any{"content": "one", "server_side_encryption": "AES256"},
				}
				l.begin()
				for range i { // all checks begin with the same seed
					rapid.Uint64().Draw(rt, "skipped")
				}
				rt.Repeat(map[string]func(*rapid.T){
					"":            func(*rapid.T) { l.neverPlain() },
					"change":      func(*rapid.T) { l.change() },
					"ignore":      func(*rapid.T) { l.ignore() },
					"others":      func(*rapid.T) { l.others() },
					"apply":       func(*rapid.T) { l.apply(nil) },
					"saved plan":  func(*rapid.T) { l.apply(l.others) },
					"with faults": func(*rapid.T) { l.faults() },
					"destroy":     func(*rapid.T) { l.destroy() },
				})
			})
		})
	}
}

// setDefault sets a flag that is not set on the command line.
func setDefault(t *testing.T, name, value string) {
	t.Helper()
	set := false
	flag.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	if !set {
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
}

// randomLife is an object, its configuration, and its last writer.
type randomLife struct {
	*rapid.T

	w    *acctest.World
	key  string
	pass func() // advances the clock of the server

	config   map[string]any
	ignored  map[string]bool
	instance *protocol.Instance
	theirs   string // identifies the last write by somebody else, unless it was taken over
	plain    bool   // the object may be unencrypted, because of somebody else or a fault
}

// writeOf identifies a write. The clock advances between any two writes.
func writeOf(o cosmock.Object) string { return o.ETag + o.Modified.String() }

// begin starts the next command of the CLI with a new provider.
func (l *randomLife) begin() {
	client, err := newClient(context.Background(), map[string]any{
		"region": l.w.Region(), "secret_id": l.w.SecretID(), "secret_key": l.w.SecretKey(), "endpoint": l.w.URL(), "ca_certificate_file": l.w.CAFile(),
		"sse_customer_keys": map[string]any{"a": acctest.KeyA, "b": acctest.KeyB},
	})
	if err != nil {
		l.Fatal(err)
	}
	if l.instance != nil {
		l.instance.Continue(client)
		return
	}
	if l.instance, err = client.New("cos_encrypted_object"); err != nil {
		l.Fatal(err)
	}
}

// randomEncryptions are the declarable encryptions and what each stores.
var randomEncryptions = []struct {
	config map[string]any
	mode   sse.Mode
	key    string // customer key or KMS key; "" if any
}{
	{map[string]any{"server_side_encryption": "AES256"}, sse.ModeAES256, ""},
	{map[string]any{"server_side_encryption": "cos/kms"}, sse.ModeKMS, ""},
	{map[string]any{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1}, sse.ModeKMS, acctest.KMSKey1},
	{map[string]any{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey2}, sse.ModeKMS, acctest.KMSKey2},
	{map[string]any{"sse_customer_key_name": "a"}, sse.ModeCustomer, acctest.KeyA},
	{map[string]any{"sse_customer_key_name": "b"}, sse.ModeCustomer, acctest.KeyB},
	{map[string]any{"sse_customer_key_wo": acctest.KeyA}, sse.ModeCustomer, acctest.KeyA},
	{map[string]any{"sse_customer_key": acctest.KeyB}, sse.ModeCustomer, acctest.KeyB},
}

var encryptionArguments = []string{"server_side_encryption", "sse_kms_key_id", "sse_customer_key_name", "sse_customer_key_wo", "sse_customer_key"}

// randomHeaders are the header arguments and their possible values; nil removes the
// argument.
var randomHeaders = map[string][]any{
	"content_type":  {nil, "text/plain", "text/html"},
	"cache_control": {nil, "no-store", "max-age=60"},
	"storage_class": {nil, "STANDARD", "STANDARD_IA"},
	"metadata":      {nil, map[string]any{"a": "1"}, map[string]any{"a": "2", "b": "1"}},
	"tags":          {nil, map[string]any{}, map[string]any{"team": "a"}, map[string]any{"team": "b"}},
	"acl":           {nil, "default", "private", "public-read"},
}

var headerNames = slices.Sorted(maps.Keys(randomHeaders))

func (l *randomLife) change() {
	switch what := rapid.SampledFrom(append([]string{"encryption", "body"}, headerNames...)).Draw(l.T, "what"); what {
	case "encryption":
		for _, name := range encryptionArguments {
			delete(l.config, name)
		}
		maps.Copy(l.config, rapid.SampledFrom(randomEncryptions).Draw(l.T, "encryption").config)
	case "body":
		for _, name := range []string{"content", "content_base64", "text"} {
			delete(l.config, name)
		}
		body := rapid.SampledFrom([]string{"", "one", "two"}).Draw(l.T, "body")
		l.config[rapid.SampledFrom([]string{"content", "text"}).Draw(l.T, "argument")] = body
	default:
		l.config[what] = rapid.SampledFrom(randomHeaders[what]).Draw(l.T, what)
	}
	if _, inState := l.config["sse_customer_key"]; inState { // not allowed together with a body shown in the plan
		if body, ok := l.config["text"]; ok {
			delete(l.config, "text")
			l.config["content"] = body
		}
	}
}

// ignore makes the CLI ignore changes of one header, or of none.
func (l *randomLife) ignore() {
	l.ignored = map[string]bool{}
	if name := rapid.SampledFrom(append([]string{""}, headerNames...)).Draw(l.T, "ignored"); name != "" {
		l.ignored[name] = true
	}
}

// others changes the object as somebody else would.
func (l *randomLife) others() {
	l.pass()
	there, is := l.w.Stored(l.key)
	var err error
	switch what := rapid.SampledFrom([]string{"write", "delete", "tag", "publish"}).Draw(l.T, "others"); {
	case what == "write":
		e := rapid.SampledFrom(randomEncryptions).Draw(l.T, "theirs")
		o := cosmock.NewObject{Body: strings.NewReader(rapid.SampledFrom([]string{"", "one", "two", "theirs"}).Draw(l.T, "their body")), Mode: e.mode}
		switch e.mode {
		case sse.ModeKMS:
			o.KMSKeyID = e.key
		case sse.ModeCustomer:
			o.CustomerKey, err = sse.ParseCustomerKey(e.key)
		}
		if l.plain = rapid.Bool().Draw(l.T, "plain"); l.plain {
			o.Mode, o.KMSKeyID, o.CustomerKey = sse.ModeNone, "", sse.CustomerKey{}
		}
		if err == nil {
			err = l.w.PutObject(l.w.Bucket(), l.key, o)
		}
		now, _ := l.w.Stored(l.key)
		l.theirs = writeOf(now)
	case !is:
	case what == "delete":
		err = l.w.DeleteObject(l.w.Bucket(), l.key)
		l.plain = false
	case what == "tag":
		err = l.w.SetTags(l.w.Bucket(), there.Key, map[string]string{"theirs": "1"})
	default:
		err = l.w.SetACL(l.w.Bucket(), there.Key, "public-read")
	}
	if err != nil {
		l.Fatal(err)
	}
	l.pass()
}

// declared returns the configuration with the address of the object.
func (l *randomLife) declared() map[string]any {
	all := maps.Clone(l.config)
	all["bucket"], all["key"] = l.w.Bucket(), l.key
	return all
}

// planned returns the configuration as the CLI plans it: ignored arguments have the
// values in the state.
func (l *randomLife) planned() map[string]any {
	all := l.declared()
	for name := range l.ignored {
		if !l.instance.State.IsNull() {
			all[name] = l.instance.Attribute(name)
		}
	}
	return all
}

// run refreshes, plans and applies. It calls between after the plan.
func (l *randomLife) run(between func()) error {
	ctx := context.Background()
	l.begin()
	if err := l.instance.Refresh(ctx); err != nil {
		return err
	}
	if l.instance.Tainted {
		if err := l.instance.Destroy(ctx); err != nil {
			return err
		}
	}
	p, err := l.instance.Plan(ctx, l.planned())
	if err != nil {
		return err
	}
	theirs := l.theirs
	if between != nil {
		between()
		l.begin()
	}
	if !p.Planned.Equal(l.instance.State) {
		if err := p.ApplyWith(ctx, l.declared()); err != nil {
			return err
		}
		if l.theirs == theirs {
			l.theirs = "" // an update takes over what is as declared without writing it
		}
	}
	l.pass()
	return nil
}

// apply must succeed unless somebody else interfered.
func (l *randomLife) apply(between func()) {
	before, there := l.w.Stored(l.key)
	creates := l.instance.State.IsNull()
	switch err := l.run(between); {
	case err == nil && between == nil:
		l.check(before)
	case err == nil:
		l.neverPlain()
	case between == nil && !(creates && there):
		l.Fatalf("the apply of %v has failed: %v", l.config, err)
	}
}

// check compares the object with the configuration. before is the previous object.
func (l *randomLife) check(before cosmock.Object) {
	l.plain = false
	o, ok := l.w.Stored(l.key)
	if !ok {
		l.Fatal("there is no object after the apply")
	}
	var e struct {
		mode sse.Mode
		key  string
	}
	for _, one := range randomEncryptions {
		matches := true
		for _, name := range encryptionArguments {
			matches = matches && l.config[name] == one.config[name]
		}
		if matches {
			e.mode, e.key = one.mode, one.key
		}
	}
	key, _ := sse.ParseCustomerKey(e.key)
	if o.Mode != e.mode || e.mode == sse.ModeKMS && e.key != "" && o.KMSKeyID != e.key || e.mode == sse.ModeCustomer && o.CustomerKeyMD5 != key.MD5() {
		l.Errorf("%v: stored under %q %q %q", l.config, o.Mode, o.KMSKeyID, o.CustomerKeyMD5)
	}
	body := l.config["content"]
	if text, ok := l.config["text"]; ok {
		body = text
	}
	if got, err := o.Plaintext(key); err != nil || string(got) != body {
		l.Errorf("%v: stored %q, %v", l.config, got, err)
	}
	for name, header := range map[string]string{"content_type": "Content-Type", "cache_control": "Cache-Control"} {
		want, _ := l.config[name].(string)
		if name == "content_type" && want == "" {
			continue // the content type is guessed
		}
		if got := o.Header.Get(header); got != want && !l.ignored[name] {
			l.Errorf("%v: %s is %q", l.config, header, got)
		}
	}
	if want, ok := l.config["metadata"].(map[string]any); ok && !l.ignored["metadata"] {
		for name, value := range want {
			if got := o.Header.Get("X-Cos-Meta-" + name); got != value {
				l.Errorf("%v: metadata %s is %q", l.config, name, got)
			}
		}
	}
	if want, ok := l.config["storage_class"].(string); ok && !l.ignored["storage_class"] && o.Class != want {
		l.Errorf("%v: class %s", l.config, o.Class)
	}
	wantTags := before.Tags // unmanaged tags are preserved
	if declared, ok := l.config["tags"].(map[string]any); ok {
		wantTags = map[string]string{}
		for name, value := range declared {
			wantTags[name] = fmt.Sprint(value)
		}
	}
	if diff := cmp.Diff(wantTags, o.Tags, cmpopts.EquateEmpty()); diff != "" && !l.ignored["tags"] {
		l.Errorf("%v: tags (-want +got):\n%s", l.config, diff)
	}
	public, own := before.PublicRead, before.OwnACL
	if acl, ok := l.config["acl"].(string); ok {
		public, own = acl == "public-read", acl != "default"
	}
	if !l.ignored["acl"] && (o.PublicRead != public || o.OwnACL != own) {
		l.Errorf("%v: public %t, own ACL %t, want %t, %t", l.config, o.PublicRead, o.OwnACL, public, own)
	}
	l.begin()
	if err := l.instance.Refresh(context.Background()); err != nil {
		l.Fatal(err)
	}
	p, err := l.instance.Plan(context.Background(), l.planned())
	if err != nil || len(p.Changes) > 0 {
		l.Errorf("%v: the next plan changes %v, %v", l.config, p, err)
	}
}

// neverPlain fails if an unencrypted object was not written by somebody else.
func (l *randomLife) neverPlain() {
	if o, ok := l.w.Stored(l.key); ok && o.Mode == sse.ModeNone && !l.plain {
		l.Fatalf("%v: the object is not encrypted", l.config)
	}
}

// faults makes one request of an apply fail; the next apply must repair the object.
func (l *randomLife) faults() {
	kind := rapid.SampledFrom([]cosmock.FaultKind{
		cosmock.FaultInternalError, cosmock.FaultResetBefore, cosmock.FaultResetAfter, cosmock.FaultUnavailableAfter,
		cosmock.FaultInternalErrorAfter, cosmock.FaultSlowDown, cosmock.FaultDropEncryption, cosmock.FaultWrongCRC,
	}).Draw(l.T, "fault")
	method := rapid.SampledFrom([]string{"PUT", "HEAD", "GET"}).Draw(l.T, "method")
	_, there := l.w.Stored(l.key)
	if l.instance.State.IsNull() && there {
		return // always fails, because the object exists already
	}
	if err := l.w.Arm(cosmock.Fault{Kind: kind, Match: cosmock.Match{Method: &method, Key: &l.key}, Times: 1}); err != nil {
		l.Fatal(err)
	}
	err := l.run(nil)
	l.w.Disarm()
	l.Logf("%s at %s: %v", kind, method, err)
	l.pass()
	if err != nil && kind == cosmock.FaultDropEncryption {
		l.plain = true // the error reports the unencrypted object
	}
	l.neverPlain()
	if _, there := l.w.Stored(l.key); err != nil && l.instance.State.IsNull() && there {
		l.Fatalf("%v: %s at %s of a create leaves an object without a state: %v", l.config, kind, method, err)
	}
	l.apply(nil)
}

// destroy must delete our object, and keep one that others wrote.
func (l *randomLife) destroy() {
	ctx := context.Background()
	l.begin()
	if err := l.instance.Refresh(ctx); err != nil {
		l.Fatal(err)
	}
	if l.instance.State.IsNull() {
		return
	}
	o, there := l.w.Stored(l.key)
	foreign := there && writeOf(o) == l.theirs
	if err := l.instance.Destroy(ctx); err != nil {
		l.Fatal(err)
	}
	l.pass()
	if _, is := l.w.Stored(l.key); is != foreign {
		l.Errorf("after the destroy the object is there: %t; somebody else's: %t", is, foreign)
	}
	if !l.instance.State.IsNull() {
		l.Error("the state is not empty")
	}
}
