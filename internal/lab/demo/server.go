package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// What the demo's server is started with: nothing of it is valid anywhere else.
const (
	region    = "ap-guangzhou"
	bucket    = "demo-1250000000"
	secretID  = "AKIDdemoOnTheServerInTheBox"
	secretKey = "demoOnTheServerInTheBox"
	kmsKeyID  = "11111111-c05d-11ef-8000-5254005dfa17"
)

// patience is how long the server has to start, on a machine that is busy as well.
const patience = time.Minute

// server is the COS server in the box, running as a child.
type server struct {
	child  *exec.Cmd
	end    context.CancelFunc
	ended  chan error
	log    bytes.Buffer
	client *http.Client
	HTTPS  string `json:"https"`
	CAFile string `json:"ca_file"`
}

// startServer starts the server and returns when it accepts connections. Its data goes to the folder data.
func startServer(ctx context.Context, binary, data, caFile string) (*server, error) {
	// Not under ctx: an interrupt first ends the CLI that talks to the server, then stop ends the server.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	s := &server{end: end, ended: make(chan error, 1), child: exec.CommandContext(life, binary, "-data", data, "-bucket", bucket, "-region", region,
		"-secret-id", secretID, "-secret-key", secretKey, "-kms-key", kmsKeyID, "-ca-out", caFile)}
	tfcli.StopGracefully(s.child)
	greeting := make(firstLine, 1)
	s.child.Stdout, s.child.Stderr = greeting, &s.log
	if err := s.child.Start(); err != nil {
		end()
		return nil, err
	}
	go func() { s.ended <- s.child.Wait() }()
	var err error
	select {
	case err = <-s.ended: // it says why in its log
		s.ended <- err
	case line := <-greeting:
		if err = s.greet(line); err == nil {
			s.client, err = rawcos.NewClient(s.CAFile)
		}
	case <-time.After(patience):
		err = errors.New("the server says nothing")
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return nil, errors.Join(err, s.stop(), errors.New(strings.TrimSpace(s.log.String())))
	}
	return s, nil
}

// firstLine takes what a server writes first, which is one line, and drops the rest.
type firstLine chan string

func (f firstLine) Write(data []byte) (int, error) {
	select {
	case f <- string(data):
	default:
	}
	return len(data), nil
}

func (s *server) greet(line string) error {
	if err := json.Unmarshal([]byte(line), s); err != nil {
		return fmt.Errorf("the server greets with %q: %w", strings.TrimSpace(line), err)
	}
	if s.HTTPS == "" || s.CAFile == "" {
		return fmt.Errorf("the server greets with %q: no address or no certificate", strings.TrimSpace(line))
	}
	return nil
}

// stop asks the server to end, and waits until it has.
func (s *server) stop() error {
	s.end()
	err := <-s.ended
	if errors.Is(err, context.Canceled) || tfcli.KilledToStop {
		return nil
	}
	return err
}

// takeJournal returns the requests since the last time.
func (s *server) takeJournal(ctx context.Context) (calls []cosmock.Request, err error) {
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		request, err := http.NewRequestWithContext(ctx, method, s.HTTPS+"/_cosmock/requests", nil)
		if err != nil {
			return nil, err
		}
		answer, err := rawcos.Send(s.client, request)
		if err == nil && method == http.MethodGet {
			err = json.Unmarshal(answer.Body, &calls)
		}
		if err != nil {
			return nil, fmt.Errorf("the server's journal: %w", err)
		}
	}
	return calls, nil
}

// summary counts the requests by method, in the order in which the methods first came.
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
