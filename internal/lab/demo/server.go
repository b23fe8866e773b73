package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// Settings of the demo's server. They are not valid anywhere else.
const (
	region    = "ap-guangzhou"
	bucket    = "demo-1250000000"
	secretID  = "AKIDdemoOnTheServerInTheBox"
	secretKey = "demoOnTheServerInTheBox"
	kmsKeyID  = "11111111-c05d-11ef-8000-5254005dfa17"
)

// journal is where the server tells the requests that it has seen. They are not part of COS, and of no bucket.
const journal = "_cosmock/requests"

// patience is how long the server may take to start, even on a busy machine.
const patience = time.Minute

// server is the bundled COS server, running as a child process.
type server struct {
	child  *exec.Cmd
	end    context.CancelFunc
	log    bytes.Buffer
	bucket *rawcos.Bucket
	greeting
}

// greeting is what the server says once it accepts connections.
type greeting struct {
	HTTPS  string `json:"https"`
	CAFile string `json:"ca_file"`
}

// startServer starts the server and returns when it accepts connections. It stores its data in the directory data.
func startServer(ctx context.Context, binary, data, caFile string) (*server, error) {
	// The server must outlive ctx: an interrupt first ends the CLI that uses it, and then stop ends the server.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	s := &server{end: end, child: exec.CommandContext(life, binary, "-data", data, "-bucket", bucket, "-region", region,
		"-secret-id", secretID, "-secret-key", secretKey, "-kms-key", kmsKeyID, "-ca-out", caFile)}
	tfcli.StopGracefully(s.child)
	s.child.Stderr = &s.log
	said, err := s.child.StdoutPipe()
	if err == nil {
		err = s.child.Start()
	}
	if err != nil {
		end()
		return nil, err
	}
	// What ends a server before it greets ends the wait for it.
	defer context.AfterFunc(ctx, end)()
	defer time.AfterFunc(patience, end).Stop()
	if s.greeting, err = readGreeting(said); err == nil {
		s.bucket, err = rawcos.Bucket{
			Name: bucket, Region: region, URL: s.HTTPS, CAFile: s.CAFile, Credential: rawcos.Credential{ID: secretID, Key: rawcos.NewSecret(secretKey)},
		}.Open(1)
	}
	if err != nil {
		return nil, errors.Join(ctx.Err(), err, s.stop(), errors.New(strings.TrimSpace(s.log.String())))
	}
	return s, nil
}

// readGreeting reads the one line that a server writes.
func readGreeting(from io.Reader) (g greeting, err error) {
	if err := json.NewDecoder(from).Decode(&g); err != nil {
		return g, fmt.Errorf("the server does not greet: %w", err)
	}
	if g.HTTPS == "" || g.CAFile == "" {
		return g, fmt.Errorf("the server greets with %+v: no address or no certificate", g)
	}
	return g, nil
}

// stop asks the server to exit and waits for it.
func (s *server) stop() error {
	s.end()
	err := s.child.Wait()
	if errors.Is(err, context.Canceled) || tfcli.KilledToStop {
		return nil
	}
	return err
}

// takeJournal returns the requests since the previous call.
func (s *server) takeJournal(ctx context.Context) (calls []cosmock.Request, err error) {
	answer, err := s.bucket.Succeed(ctx, rawcos.Request{Method: http.MethodGet, Key: journal})
	if err == nil {
		err = json.Unmarshal(answer.Body, &calls)
	}
	if err == nil {
		_, err = s.bucket.Succeed(ctx, rawcos.Request{Method: http.MethodDelete, Key: journal})
	}
	return calls, err
}

// summary counts the requests by method, in order of first use.
func summary(calls []cosmock.Request) string {
	if len(calls) == 0 {
		return "no request"
	}
	var order []string
	counts := map[string]int{}
	var bytes int64
	for _, c := range calls {
		if counts[c.Method] == 0 {
			order = append(order, c.Method)
		}
		counts[c.Method]++
		bytes += c.BodyBytes
	}
	parts := make([]string, 0, len(order))
	for _, method := range order {
		parts = append(parts, fmt.Sprintf("%d %s", counts[method], method))
	}
	return fmt.Sprintf("the server saw %s; %d bytes were uploaded", strings.Join(parts, ", "), bytes)
}
