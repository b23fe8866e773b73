package object_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// A write is stored without its encryption, and its response is lost. The error
// reports the object, the state contains it, and the next apply repairs it. In a
// bucket with versioning, no unencrypted version is left in silence.
func TestLostAnswerOfAnUnencryptedWrite(t *testing.T) {
	t.Parallel()
	first := map[string]arguments{
		"SSE-COS": {"server_side_encryption": "AES256", "key": "a", "content": "hello"},
		"SSE-C":   {"sse_customer_key": acctest.KeyA, "key": "a", "content": "hello"},
	}
	changes := map[string]arguments{"create": nil, "upload": {"content": "other"}, "header": {"cache_control": "no-store"}, "move": {"key": "b"}}
	for encryption, declared := range first {
		for _, versioning := range []string{cosmock.VersioningNever, cosmock.VersioningEnabled, cosmock.VersioningSuspended} {
			for change, more := range changes {
				t.Run(fmt.Sprint(encryption, ", versioning ", versioning, ", ", change), func(t *testing.T) {
					t.Parallel()
					l := &lockedLife{World: acctest.New(t), t: t}
					must(t, l.SetVersioning(l.Bucket(), versioning))
					var err error
					l.instance, err = l.client().New("cos_encrypted_object")
					must(t, err)
					config := arguments{"server_side_encryption": nil}
					maps.Copy(config, declared)
					if change != "create" {
						must(t, l.apply(config).err)
					}
					maps.Copy(config, more)
					key, _ := config["key"].(string)
					for _, kind := range []cosmock.FaultKind{cosmock.FaultResetAfter, cosmock.FaultDropEncryption} {
						must(t, l.Arm(cosmock.Fault{Match: cosmock.On("PUT", key), Kind: kind}))
					}
					ran := l.apply(config)
					l.Disarm()
					there, _ := l.Stored(key)
					hidden := versioning == cosmock.VersioningEnabled || change == "create" || change == "move" || // a second write would not replace it
						encryption == "SSE-C" && change == "header" // or would be refused
					switch {
					case hidden && (ran.err == nil || !strings.Contains(ran.err.Error(), "found no encryption")):
						t.Errorf("failed with %v", ran.err)
					case !hidden && (ran.err != nil || there.Mode == sse.ModeNone):
						t.Errorf("the object is encrypted with %q: %v", there.Mode, ran.err)
					}
					if l.instance.Tainted {
						must(t, l.instance.Destroy(t.Context()))
					}
					if change == "move" { // as the error says
						must(t, l.DeleteObject(l.Bucket(), key))
					}
					must(t, l.apply(config).err)
					if there, ok := l.Stored(key); !ok || there.Mode == sse.ModeNone {
						t.Errorf("after the next apply the object is encrypted with %q", there.Mode)
					}
				})
			}
		}
	}
}

// An interrupt cuts off a write that COS carries out: the write is verified, and
// the state contains it.
func TestInterruptedWriteIsFound(t *testing.T) {
	t.Parallel()
	w := newWorlds(t)
	operations := faultyOperations()
	for _, op := range faultyOperations() { // in a bucket with versions, too
		op.name, op.locked = op.name+", versioned", true
		operations = append(operations, op)
	}
	for _, op := range operations {
		if what, _, _ := strings.Cut(op.name, ","); slices.Contains([]string{"tags", "acl", "destroy", "hold", "retention"}, what) && op.name != "hold, lifted for an upload" {
			continue // they write no object
		}
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			l := w.begin(t, op)
			ctx, interrupt := context.WithCancel(t.Context())
			before := fmt.Sprint(l.etags())
			never := make(chan struct{})
			t.Cleanup(func() { close(never) })
			arm := l.strike(cosmock.Fault{Match: cosmock.Match{Method: ptr("PUT"), Subresource: ptr("")}, Kind: cosmock.FaultResetAfter, Until: never})
			err := l.runWith(ctx, op.after, func() {
				arm()
				go func() {
					for fmt.Sprint(l.etags()) == before && t.Context().Err() == nil {
						time.Sleep(time.Millisecond)
					}
					interrupt()
				}()
			})
			must(t, err)
			l.finish()
			l.complete("interrupted")
			l.empty("interrupted")
		})
	}
}

func ptr(s string) *string { return &s }

// etags returns what identifies the writes of all objects.
func (l *faultyLife) etags() map[string]string {
	found := map[string]string{}
	for _, key := range l.Keys(l.bucket) {
		o, _ := l.Server.Object(l.bucket, key)
		found[key] = writeOf(o)
	}
	return found
}

// A create that may overwrite finds the same object. If that is unencrypted, a
// write that COS did not carry out is sent again. An interrupted write is not taken
// for done, and the object does not become ours.
func TestOverwriteIsNotFoundBeforeItIsSent(t *testing.T) {
	t.Parallel()
	w := newWorlds(t)
	for _, versioned := range []bool{false, true} {
		for _, mode := range []sse.Mode{sse.ModeNone, sse.ModeAES256} {
			for _, interrupted := range []bool{false, true} {
				t.Run(fmt.Sprintf("versioned %t, %s, interrupted %t", versioned, mode, interrupted), func(t *testing.T) {
					t.Parallel()
					create := arguments{"key": "a", "content": "old", "server_side_encryption": "AES256", "content_type": "text/plain", "overwrite": true}
					l := w.begin(t, operation{name: "create", after: create, locked: versioned})
					must(t, l.PutObject(l.bucket, "a", cosmock.NewObject{Body: strings.NewReader("old"), Mode: mode, Header: http.Header{"Content-Type": {"text/plain"}}}))
					l.pass()
					before := fmt.Sprint(l.etags())
					ctx, interrupt := context.WithCancel(t.Context())
					defer interrupt()
					err := l.runWith(ctx, create, func() {
						l.strike(cosmock.Fault{Match: cosmock.Match{Method: ptr("PUT")}, Kind: cosmock.FaultResetBefore})()
						if interrupted {
							interrupt()
						}
					})
					after := fmt.Sprint(l.etags())
					switch {
					case interrupted && (err == nil || !l.instance.State.IsNull() || after != before):
						t.Errorf("recorded without a write: %v", err)
					case !interrupted && (err != nil || after == before && mode == sse.ModeNone):
						t.Errorf("not written: %v", err)
					}
				})
			}
		}
	}
}
