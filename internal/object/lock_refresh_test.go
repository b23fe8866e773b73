package object_test

import (
	"fmt"
	"maps"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
)

// A listing does not include locks. A retention cannot be shortened, so one that
// was read once needs no further request while the listing shows the same object. A
// hold that is on is read with the HEAD of its object, one that is off with a
// request of its own.
func TestRefreshOfManyLockedObjects(t *testing.T) {
	t.Parallel()
	const objects = 8
	for name, tc := range map[string]struct {
		declared arguments
		want     map[string]int
	}{
		"nothing":           {nil, map[string]int{"HEAD": 3, "GET": 1}},
		"a retention":       {arguments{"retain_until": inHours(1)}, map[string]int{"HEAD": 3, "GET": 1}},
		"a legal hold":      {arguments{"legal_hold": true}, map[string]int{"HEAD": objects}},
		"both":              {arguments{"retain_until": inHours(1), "legal_hold": true}, map[string]int{"HEAD": objects}},
		"no legal hold":     {arguments{"legal_hold": false}, map[string]int{"HEAD": 3, "GET": 1, "GET legal-hold": objects}},
		"a hold, not known": {arguments{"later": true}, map[string]int{"HEAD": objects}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ahead atomic.Int64
			l := liveLocked(t, func(o *cosmock.Options) {
				o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
			})
			var instances []*protocol.Instance
			client := l.client()
			declared := maps.Clone(tc.declared)
			delete(declared, "later")
			for i := range objects {
				instance, err := client.New("cos_encrypted_object")
				must(t, err)
				config := arguments{"bucket": l.Bucket(), "key": fmt.Sprint("k", i), "server_side_encryption": "cos/kms", "content": "hello"}
				maps.Copy(config, declared)
				plan, err := instance.Plan(t.Context(), config)
				must(t, err)
				must(t, plan.Apply(t.Context()))
				instances = append(instances, instance)
			}
			run := func() map[string]int {
				ahead.Add(int64(time.Minute)) // so that listings are trusted
				client := l.client()
				l.ResetRequests()
				for _, instance := range instances {
					instance.Continue(client)
					must(t, instance.Refresh(t.Context()))
				}
				got := map[string]int{}
				for _, r := range l.Requests() {
					got[strings.TrimSpace(r.Method+" "+r.Subresource)]++
				}
				return got
			}
			if tc.declared["later"] != nil { // a HEAD reveals a hold, which may be lifted at any time
				for i := range objects {
					must(t, l.HoldObject(l.Bucket(), fmt.Sprint("k", i), true))
				}
				for _, instance := range instances { // each is the only one in its run
					instance.Continue(l.client())
					must(t, instance.Refresh(t.Context()))
				}
			}
			if diff := cmp.Diff(tc.want, run()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.want, run()); diff != "" {
				t.Errorf("requests of the next run (-want +got):\n%s", diff)
			}
		})
	}
}
