package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestReadSettings(t *testing.T) {
	complete := map[string]string{envBucket: "examplebucket-1250000000", envRegion: "ap-beijing", envSecretID: "AKID", envSecretKey: "canary-key", envSecurityToken: "canary-token"}
	for name, tc := range map[string]struct {
		change map[string]string
		says   []string // expected in the error; empty if there is none
		host   string
		plain  string
	}{
		"COS": {
			host: "examplebucket-1250000000.cos.ap-beijing.myqcloud.com", plain: "http://{bucket}.cos.{region}.myqcloud.com",
		},
		"another domain": {
			change: map[string]string{envEndpoint: "https://{bucket}.cos.{region}.tencentcos.cn/"},
			host:   "examplebucket-1250000000.cos.ap-beijing.tencentcos.cn", plain: "http://{bucket}.cos.{region}.tencentcos.cn",
		},
		"a host without a bucket, with a port": {
			change: map[string]string{envEndpoint: "https://127.0.0.1:4433"},
			host:   "examplebucket-1250000000.cos.ap-beijing.myqcloud.com",
		},
		"nothing": {
			change: map[string]string{envBucket: "", envRegion: "", envSecretID: "", envSecretKey: ""},
			says:   []string{"environment variables", envBucket, envRegion, envSecretID, envSecretKey, "removed again", "CONTRIBUTING.md"},
		},
		"no key":              {change: map[string]string{envSecretKey: ""}, says: []string{envSecretKey}},
		"a bucket, no appid":  {change: map[string]string{envBucket: "examplebucket"}, says: []string{envBucket, "name-appid"}},
		"a bad region":        {change: map[string]string{envRegion: "Beijing!"}, says: []string{envRegion}},
		"plain HTTP":          {change: map[string]string{envEndpoint: "http://127.0.0.1:80"}, says: []string{envEndpoint, "https://"}},
		"an endpoint's path":  {change: map[string]string{envEndpoint: "https://cos.example.com/path"}, says: []string{envEndpoint}},
		"userinfo":            {change: map[string]string{envEndpoint: "https://me:canary-key@cos.example.com"}, says: []string{envEndpoint}},
		"a missing CA's file": {change: map[string]string{envCA: "/nowhere/ca.pem"}, says: []string{envCA}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := readSettings(func(name string) string {
				if value, ok := tc.change[name]; ok {
					return value
				}
				return complete[name]
			})
			if len(tc.says) > 0 {
				for _, want := range tc.says {
					if err == nil || !strings.Contains(err.Error(), want) {
						t.Errorf("the error is %v, without %q", err, want)
					}
				}
				if err != nil && strings.Contains(err.Error(), "canary") {
					t.Errorf("the error has a secret: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if s.host() != tc.host || s.plainEndpoint != tc.plain {
				t.Errorf("got the host %s and over HTTP %q", s.host(), s.plainEndpoint)
			}
			if s.isCOS() != (name == "COS") {
				t.Error("it is not told who answers")
			}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
				if text := fmt.Sprintf(verb, s); strings.Contains(text, "canary") {
					t.Errorf("%s prints a secret: %s", verb, text)
				}
			}
		})
	}
}
