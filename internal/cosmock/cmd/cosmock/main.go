// Command cosmock runs a COS server on loopback, with HTTPS and HTTP, that
// verifies signatures and encrypts objects on disk with AES-256. See package
// cosmock.
//
// When it is ready, it prints one line of JSON with its two URLs and the path of
// its CA certificate. With -provider-out, it also writes a provider block for the
// configuration that is to use it. It logs to standard error, and stops on SIGTERM
// or an interrupt.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "cosmock:", err)
		os.Exit(1)
	}
}

// run serves until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	opts, err := parseFlags(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	opts.Log = slog.New(slog.NewTextHandler(stderr, nil))
	server, err := cosmock.Start(opts.Options)
	if err != nil {
		return err
	}
	line, err := json.Marshal(struct {
		HTTPS  string `json:"https"`
		HTTP   string `json:"http"`
		CAFile string `json:"ca_file"`
	}{server.URL(), server.HTTPURL(), server.CAFile()})
	if err == nil {
		_, err = fmt.Fprintf(stdout, "%s\n", line)
	}
	if err == nil && opts.providerOut != "" {
		err = writeProvider(opts.providerOut, server, stdout)
	}
	if err == nil {
		<-ctx.Done()
		opts.Log.Info("stopping")
	}
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if closeErr := server.Shutdown(deadline); err == nil {
		err = closeErr
	}
	return err
}

// list is a flag that can be repeated.
type list []string

func (l *list) String() string { return strings.Join(*l, ", ") }

// Set implements flag.Value.
func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

// options are those of the server and those of the command.
type options struct {
	cosmock.Options

	providerOut string
}

func parseFlags(args []string, stderr io.Writer) (options, error) {
	var opts options
	flags := flag.NewFlagSet("cosmock", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&opts.Listen, "listen", "127.0.0.1:0", "`address` of the HTTPS listener")
	flags.StringVar(&opts.ListenHTTP, "listen-http", "127.0.0.1:0", "`address` of the HTTP listener")
	flags.StringVar(&opts.DataDir, "data", "", "`directory` of the ciphertext (default: a temporary one, removed at the end)")
	flags.Var((*list)(&opts.Buckets), "bucket", "`name`-appid of a bucket; may be repeated (default "+cosmock.DefaultBucket+")")
	flags.StringVar(&opts.Region, "region", cosmock.DefaultRegion, "`region` of the buckets")
	flags.StringVar(&opts.SecretID, "secret-id", cosmock.DefaultSecretID, "`id` that requests are signed with")
	flags.StringVar(&opts.SecretKey, "secret-key", cosmock.DefaultSecretKey, "`key` that requests are signed with")
	flags.Var((*list)(&opts.KMSKeys), "kms-key", "`id` of a KMS key; may be repeated; the default key "+cosmock.DefaultKMSKeyID+" is always there")
	flags.StringVar(&opts.CAFile, "ca-out", "", "`file` for the certificate of the server's CA (default: ca.pem in the data directory)")
	flags.StringVar(&opts.providerOut, "provider-out", "", "`file` for a provider block that uses the server, such as cosmock.tf (\"-\" prints it)")
	flags.BoolVar(&opts.RefusePathStyle, "refuse-path-style", false, "refuse path-style requests, as buckets created since 2024 do")
	flags.DurationVar(&opts.Latency, "latency", 0, "`duration` to delay each answer by")
	kindFlags(flags, &opts.Options)
	undocumentedFlags(flags, &opts.Undocumented)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "Usage of cosmock:")
		flags.PrintDefaults()
		fmt.Fprintln(stderr, "Faults, for POST /_cosmock/faults:")
		for _, fault := range cosmock.Faults() {
			fmt.Fprintf(stderr, "  %-22s %s\n", fault.Kind, fault.Does)
		}
	}
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	if flags.NArg() > 0 {
		return opts, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return opts, nil
}
