package main

import (
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// kindFlags adds flags for the ways in which buckets, accounts and regions
// differ, so that users can reproduce their own.
func kindFlags(flags *flag.FlagSet, opts *cosmock.Options) {
	flags.BoolVar(&opts.Accelerate, "accelerate", false, "turn global acceleration on for all buckets")
	flags.BoolVar(&opts.ForceDownload, "force-download", false, "force downloads by GET, as buckets created since 2024 do on default domains")
	flags.BoolVar(&opts.SM4, "sm4", false, "take SM4 for objects, as accounts on the mainland do")
	flags.BoolVar(&opts.MultiAZ, "multi-az", false, "make multi-AZ buckets")
	flags.BoolVar(&opts.MetadataAcceleration, "metadata-acceleration", false, "make buckets with metadata acceleration, which encrypt nothing")
	flags.BoolVar(&opts.AccelerationDropsEncryption, "acceleration-drops-encryption", false, "let such buckets store objects without the encryption asked for")
	flags.BoolVar(&opts.Overdue, "overdue", false, "answer everything by 451, as for an account whose payment is overdue")
	flags.BoolVar(&opts.Dedicated, "dedicated", false, "be a store of its own, known by its -domain names only, as a CDC or a private cloud is")
	flags.Func("domain", "`host=bucket`: a further host name of a bucket; may be repeated", func(text string) error {
		host, bucket, ok := strings.Cut(text, "=")
		if !ok || host == "" || bucket == "" {
			return fmt.Errorf("%q is not of the form host=bucket", text)
		}
		if opts.Domains == nil {
			opts.Domains = map[string]string{}
		}
		opts.Domains[strings.ToLower(host)] = bucket
		return nil
	})
	flags.StringVar(&opts.OriginPull.Origin, "origin-pull", "", "`URL` of an origin: missing objects are answered as an origin-pull rule has it")
	flags.Func("origin-pull-mode", "`mode` of the rule: redirect (the default), async or failing", func(text string) error {
		modes := map[string]cosmock.OriginMode{"redirect": cosmock.OriginRedirect, "async": cosmock.OriginAsync, "failing": cosmock.OriginFailing}
		mode, ok := modes[text]
		if !ok {
			return fmt.Errorf("%q is none of redirect, async and failing", text)
		}
		opts.OriginPull.Mode = mode
		return nil
	})
	flags.Func("origin-pull-status", "`status` that a redirect answers for; may be repeated (default 404)", func(text string) error {
		status, err := strconv.Atoi(text)
		if err != nil || status < 400 || status > 599 {
			return fmt.Errorf("%q is no status between 400 and 599", text)
		}
		opts.OriginPull.Statuses = append(opts.OriginPull.Statuses, status)
		return nil
	})
	flags.IntVar(&opts.Limits.ACLs, "acl-limit", 0, "`number` of access control lists that the account may have (default: no limit; COS has 1000)")
	flags.DurationVar(&opts.ListingLag, "listing-lag", 0, "`duration` by which listings lag behind")
	flags.DurationVar(&opts.BucketEncryptionLag, "bucket-encryption-lag", 0, "`duration` for which a bucket shows the default encryption that it had")
	flags.DurationVar(&opts.RestoreDelay, "restore-delay", 0, "`duration` that restoring an archived object takes")
	flags.DurationVar(&opts.BodyTimeout, "body-timeout", 0, "`duration` to wait for the next 4 KB of a body (default 1m)")
}
