package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
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

// patience is how long the server has to start, and to stop, on a machine that is busy as well.
const patience = time.Minute

// server is the COS server in the box, running as a child.
type server struct {
	child  *exec.Cmd
	log    *os.File
	ended  chan error
	HTTPS  string `json:"https"`
	HTTP   string `json:"http"`
	CAFile string `json:"ca_file"`
}

// startServer starts the server and returns when it accepts connections. Its data goes to the folder data; its
// certificate and its log lie beside.
func startServer(ctx context.Context, binary, data, caFile, logFile string) (*server, error) {
	// Not under ctx: an interrupt first ends the CLI that talks to the server, then stop ends the server.
	child := exec.CommandContext(context.WithoutCancel(ctx), binary, "-data", data, "-bucket", bucket, "-region", region,
		"-secret-id", secretID, "-secret-key", secretKey, "-kms-key", kmsKeyID, "-ca-out", caFile)
	tfcli.StopGracefully(child)
	log, err := os.Create(logFile)
	if err != nil {
		return nil, err
	}
	child.Stderr = log
	stdout, err := child.StdoutPipe()
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	if err := child.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}

	s := &server{child: child, log: log, ended: make(chan error, 1)}
	greeting := make(chan string, 1)
	go func() {
		reader := bufio.NewReader(stdout)
		line, _ := reader.ReadString('\n')
		greeting <- line
		_, _ = io.Copy(io.Discard, reader)
		s.ended <- child.Wait()
	}()
	select {
	case line := <-greeting:
		err = s.greet(line)
	case <-time.After(patience):
		err = errors.New("the server says nothing")
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return nil, errors.Join(err, s.stop(), s.lastWords(logFile))
	}
	return s, nil
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

// lastWords are the log of a server that did not come up.
func (s *server) lastWords(logFile string) error {
	log, err := os.ReadFile(logFile)
	if err != nil || len(log) == 0 {
		return err
	}
	return errors.New(strings.TrimSpace(string(log)))
}

// stop ends the server and waits for it.
func (s *server) stop() error {
	asked := tfcli.AskToStop(s.child.Process)
	if errors.Is(asked, os.ErrProcessDone) {
		asked = nil
	}
	var err error
	select {
	case err = <-s.ended:
		if tfcli.KilledToStop {
			err = nil
		}
	case <-time.After(patience):
		err = errors.Join(errors.New("the server did not stop when asked"), s.child.Process.Kill(), <-s.ended)
	}
	return errors.Join(asked, err, s.log.Close())
}

// takeJournal returns the requests since the last time.
func (s *server) takeJournal(ctx context.Context, client *http.Client) (calls []cosmock.Request, err error) {
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		request, err := http.NewRequestWithContext(ctx, method, s.HTTPS+"/_cosmock/requests", nil)
		if err != nil {
			return nil, err
		}
		journal, err := rawcos.Send(client, request)
		if err != nil {
			return nil, err
		}
		if method == http.MethodGet {
			if err := json.Unmarshal(journal.Body, &calls); err != nil {
				return nil, err
			}
		}
	}
	return calls, nil
}

// summary counts the requests by method, in the order in which the methods first came.
func summary(calls []cosmock.Request) finding {
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
