package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// Each property of the stored object that differs from what was written is named,
// and nothing else is.
func TestWrongNamesEachDifference(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*cosclient.Info)
		says   string
	}{
		"nothing":    {func(*cosclient.Info) {}, ""},
		"no CRC64":   {func(i *cosclient.Info) { i.CRC64 = "" }, ""},
		"CRC64":      {func(i *cosclient.Info) { i.CRC64 = "1" }, "body: its CRC64"},
		"length":     {func(i *cosclient.Info) { i.Length++ }, "length: asked for"},
		"ETag":       {func(i *cosclient.Info) { i.ETag = `"other"` }, "ETag: not the one"},
		"encryption": {func(i *cosclient.Info) { i.Encryption = sse.Observed{} }, "encryption: asked for"},
		"header":     {func(i *cosclient.Info) { i.Attributes.CacheControl = "" }, "no-store"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := record(cosclient.Location{}, cosclient.Lock{})
			w.Attributes.CacheControl = "no-store"
			written := cosclient.Written{ETag: `"etag"`, CRC64: "12345678901234567890"}
			info := cosclient.Info{Length: w.Body.Size(), CRC64: written.CRC64, ETag: written.ETag, Encryption: sse.Observed{Mode: sse.ModeAES256}}
			info.Attributes.CacheControl = "no-store"
			tc.change(&info)
			wrong := strings.Join(w.Wrong(info, written), "\n")
			if (wrong == "") != (tc.says == "") || !strings.Contains(wrong, tc.says) || strings.Count(wrong, "  - ") > 1 {
				t.Errorf("got %q, want %q", wrong, tc.says)
			}
		})
	}
}

// In a bucket without versioning, an object that somebody else has written since is
// neither removed with a write that failed its verification nor replaced by an
// upload.
func TestWhatOthersWroteStays(t *testing.T) {
	t.Parallel()
	server, s, loc := open(t, cosmock.Options{})
	w := record(loc, cosclient.Lock{})
	out := s.Put(t.Context(), w)
	if out.Err != nil || len(out.Wrong) > 0 {
		t.Fatalf("%+v", out)
	}
	check(t, server.PutObject(loc.Bucket, loc.Key, cosmock.NewObject{Body: strings.NewReader("of somebody else"), Mode: sse.ModeAES256}))
	w.Expected = inspect.RecordOf(out.Info, false)
	if err := s.Guard(t.Context(), &w); !errors.Is(err, store.ErrChangedSince) {
		t.Errorf("guarded by %v", err)
	}
	out.Err = errors.New("it could not be read back")
	if err := s.Undo(t.Context(), w, out); err == nil {
		t.Error("the write was undone")
	}
	if o, ok := server.Object(loc.Bucket, loc.Key); !ok || o.Size != int64(len("of somebody else")) {
		t.Errorf("what is there: %+v", o)
	}
}

// An upload that differs only in its encryption context, which no response shows,
// never arrives. The older object does not count as the lost write.
func TestOlderObjectIsNotTheLostWrite(t *testing.T) {
	t.Parallel()
	server, s, loc := open(t, cosmock.Options{})
	under := func(context string) store.Write {
		w := record(loc, cosclient.Lock{})
		w.Encryption = sse.Settings{Mode: sse.ModeKMS, Context: sse.NewContext(map[string]string{"a": context})}
		return w
	}
	out := s.Put(t.Context(), under("1"))
	if out.Err != nil || len(out.Wrong) > 0 {
		t.Fatalf("%+v", out)
	}
	w := under("2")
	w.Prior, w.Expected = &out.Info, inspect.RecordOf(out.Info, false)
	check(t, server.Arm(cosmock.Fault{Match: cosmock.On("PUT", loc.Key), Kind: cosmock.FaultResetBefore, Times: 1}))
	if out = s.Put(t.Context(), w); out.Err != nil || len(out.Wrong) > 0 {
		t.Fatalf("%+v", out)
	}
	if o, _ := server.Object(loc.Bucket, loc.Key); o.KMSContext != `{"a":"2"}` {
		t.Errorf("stored under the context %s", o.KMSContext)
	}
}
