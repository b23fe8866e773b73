package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	bucket   = "demo-1250000000"
	kmsKeyID = "11111111-c05d-11ef-8000-5254005dfa17"
)

// server is the bundled COS server, with its bucket as somebody sees it who has the account's credentials and not the
// provider's client.
type server struct {
	*cosmock.Server
	bucket *rawcos.Bucket
}

// startServer starts a server that stores its data in a directory.
func startServer(data, caFile string) (*server, error) {
	mock, err := cosmock.Start(cosmock.Options{DataDir: data, CAFile: caFile, Buckets: []string{bucket}, KMSKeys: []string{kmsKeyID}})
	if err != nil {
		return nil, err
	}
	opened, err := rawcos.Bucket{
		Name: bucket, Region: mock.Region(), URL: mock.URL(), CAFile: caFile,
		Credential: rawcos.Credential{ID: mock.SecretID(), Key: rawcos.NewSecret(mock.SecretKey())},
	}.Open(1)
	if err != nil {
		return nil, errors.Join(err, mock.Close())
	}
	return &server{mock, opened}, nil
}

// read requests an object. The zero key sends no customer key.
func (s *server) read(ctx context.Context, method, key string, customerKey sse.CustomerKey) (rawcos.Answer, error) {
	header := http.Header{}
	customerKey.SetHeaders(header)
	return s.bucket.Send(ctx, rawcos.Request{Method: method, Key: key, Header: header})
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
	for i, method := range order {
		order[i] = fmt.Sprintf("%d %s", counts[method], method)
	}
	return fmt.Sprintf("the server saw %s; %d bytes were uploaded", strings.Join(order, ", "), bytes)
}
