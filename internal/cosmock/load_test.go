package cosmock_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// pattern generates a body of any length without holding it in memory.
type pattern struct{ left int64 }

func (p *pattern) Read(b []byte) (int, error) {
	if p.left == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(b)), p.left))
	for i := range b[:n] {
		b[i] = byte(i * 7)
	}
	p.left -= int64(n)
	return n, nil
}

// TestMemoryIsBounded uploads and downloads an object that is larger than the
// allowed memory.
func TestMemoryIsBounded(t *testing.T) {
	const size, limit = 64 << 20, 16 << 20
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var peak uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapInuse)
			}
		}
	}()
	headers := triple(keyText)
	put := r.request("PUT", "/k", &pattern{left: size}, headers...)
	put.ContentLength = size
	r.sign(put)
	r.send(put).want(t, 200, "")
	get := r.request("GET", "/k", nil, headers...)
	r.sign(get)
	res, err := r.client.Do(get)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if n, err := io.Copy(io.Discard, res.Body); n != size || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	r.do("PUT", "/c", "", with(sourceTriple(keyText), "x-cos-copy-source", r.host+"/k")...).want(t, 200, "")
	close(stop)
	<-stopped
	if grown := int64(peak) - int64(before.HeapInuse); grown > limit {
		t.Errorf("the heap grew by %d MiB for an object of %d MiB", grown>>20, size>>20)
	}
}

// TestConcurrentUse runs many clients on a few keys for the race detector.
func TestConcurrentUse(t *testing.T) {
	s := start(t, cosmock.Options{KMSKeys: []string{"kms-1"}})
	if err := s.SetVersioning(s.Bucket(), cosmock.VersioningEnabled); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateBucket("flat-1250000000", ""); err != nil {
		t.Fatal(err)
	}
	modes := [][]string{nil, {hMode, "AES256"}, {hMode, "cos/kms", hKMSID, "kms-1"}}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			r := newRaw(t, s)
			if worker%2 == 0 {
				r.host = "flat-1250000000.cos.ap-guangzhou.myqcloud.com"
			}
			for i := range 30 {
				key := fmt.Sprintf("/k%d", i%3)
				body := strings.Repeat(fmt.Sprint(worker), 70000*(i%2)+10)
				r.do("PUT", key, body, modes[i%3]...).want(t, 200, "")
				if a := r.do("GET", key, ""); a.err != nil || a.status == 200 && strings.Trim(a.body, a.body[:1]) != "" {
					t.Errorf("GET is a mixture: %d, %v", a.status, a.err)
				}
				r.do("PUT", key+"?tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>")
				r.do("GET", "/?max-keys=2", "").want(t, 200, "")
				r.do("PUT", "/copy", "", "x-cos-copy-source", r.host+key)
				if i%5 == 0 {
					r.do("DELETE", key, "").want(t, 204, "")
				}
				s.Requests()
				s.Object(s.Bucket(), key[1:])
			}
		})
	}
	wg.Wait()
}

func TestCloseWhileBusy(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "waits"), Kind: cosmock.FaultDelay, Delay: time.Hour})
	reader, writer := io.Pipe()
	var wg sync.WaitGroup
	for _, key := range []string{"/waits", "/hangs"} {
		req := r.request("PUT", key, reader)
		r.sign(req)
		wg.Go(func() { r.send(req) })
	}
	if _, err := writer.Write([]byte("some data")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // does not wait for the delay of an hour
		t.Error(err)
	}
	writer.Close()
	wg.Wait()
}

func BenchmarkPutLarge(b *testing.B) {
	const size = 256 << 20
	s, err := cosmock.Start(cosmock.Options{DataDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	r := &raw{t: nil, server: s, client: &http.Client{Transport: s.Transport()}, host: s.Bucket() + ".cos." + s.Region() + ".myqcloud.com",
		secretID: s.SecretID(), secretKey: s.SecretKey(), clock: time.Now}
	b.SetBytes(size)
	for b.Loop() {
		req, _ := http.NewRequest("PUT", "https://"+r.host+"/k", &pattern{left: size})
		req.ContentLength = size
		req.Header.Set("x-cos-server-side-encryption", "cos/kms")
		r.sign(req)
		res, err := r.client.Do(req)
		if err != nil || res.StatusCode != 200 {
			b.Fatal(res, err)
		}
		res.Body.Close()
	}
}

func BenchmarkPutSmall(b *testing.B) {
	s, err := cosmock.Start(cosmock.Options{DataDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	transport := s.Transport()
	transport.MaxIdleConnsPerHost = 16
	b.RunParallel(func(pb *testing.PB) {
		r := &raw{server: s, client: &http.Client{Transport: transport}, host: s.Bucket() + ".cos." + s.Region() + ".myqcloud.com",
			secretID: s.SecretID(), secretKey: s.SecretKey(), clock: time.Now}
		for pb.Next() {
			req, _ := http.NewRequest("PUT", "https://"+r.host+"/k", strings.NewReader("[Object Content]"))
			r.sign(req)
			res, err := r.client.Do(req)
			if err != nil || res.StatusCode != 200 {
				b.Error(res, err)
				return
			}
			res.Body.Close()
		}
	})
}
