package cosmock_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// GET returns each change only after the lag, while uploads use it at once.
func TestBucketEncryptionLag(t *testing.T) {
	now := time.Now()
	s := start(t, cosmock.Options{BucketEncryptionLag: 2 * time.Second, Now: func() time.Time { return now }})
	r := newRaw(t, s)
	r.clock = func() time.Time { return now }
	put := func(algorithm string) {
		t.Helper()
		r.do("PUT", "/?encryption", fmt.Sprintf("<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>%s</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>", algorithm)).want(t, 200, "")
	}
	shows := func(want string) {
		t.Helper()
		got := r.do("GET", "/?encryption", "")
		if want == "" {
			got.want(t, 404, "NoSuchEncryptionConfiguration")
		} else if got.want(t, 200, ""); !strings.Contains(got.body, "<SSEAlgorithm>"+want+"</SSEAlgorithm>") {
			t.Errorf("%s, want %s", got.body, want)
		}
	}
	put("AES256")
	shows("")
	r.do("PUT", "/k", "x").want(t, 200, "")
	if o, _ := s.Object(s.Bucket(), "k"); o.Mode != sse.ModeAES256 {
		t.Errorf("the upload is under %q", o.Mode)
	}
	now = now.Add(time.Second)
	put("SM4")
	shows("")
	now = now.Add(time.Second)
	shows("AES256")
	r.do("DELETE", "/?encryption", "").want(t, 204, "")
	now = now.Add(time.Second)
	shows("SM4")
	now = now.Add(time.Second)
	shows("")
}
