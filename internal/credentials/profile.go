package credentials

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// profileFiles are the two files in which the official command line (tccli)
// stores a profile: its credentials and its configuration.
type profileFiles struct {
	name, dir string
	now       func() time.Time
}

// profileCredential is the content of the credential file. A login with the
// browser stores temporary credentials with their expiry.
type profileCredential struct {
	SecretID        string `json:"secretId"`
	SecretKey       string `json:"secretKey"`
	Token           string `json:"token"`
	ExpiresAt       int64  `json:"expiresAt"`
	Type            string `json:"type"`
	RoleARN         string `json:"role-arn"`
	RoleSessionName string `json:"role-session-name"`
}

// Format implements fmt.Formatter.
func (profileCredential) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

func (p profileFiles) path(kind string) string {
	return filepath.Join(content.Resolve(p.dir), p.name+"."+kind)
}

// credential reads the credential file. Its errors do not quote the content.
func (p profileFiles) credential() (profileCredential, error) {
	name := p.path("credential")
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return profileCredential{}, fmt.Errorf("there is no file %s", name)
	case err != nil:
		return profileCredential{}, err
	}
	var c profileCredential
	if json.Unmarshal(data, &c) != nil {
		return profileCredential{}, fmt.Errorf("%s is not a JSON object as tccli writes it", name)
	}
	for _, field := range []*string{&c.SecretID, &c.SecretKey, &c.Token, &c.RoleARN, &c.RoleSessionName} {
		*field = strings.TrimSpace(*field)
	}
	if c.SecretID == "" || c.SecretKey == "" {
		return profileCredential{}, fmt.Errorf("%s has no secretId and secretKey", name)
	}
	return c, nil
}

// region returns the profile's region, or "".
func (p profileFiles) region() string {
	data, err := os.ReadFile(p.path("configure"))
	if err != nil {
		return ""
	}
	var c struct {
		Sys struct {
			Region string `json:"region"`
		} `json:"_sys_param"`
	}
	_ = json.Unmarshal(data, &c) // a missing value leaves the region empty
	return strings.TrimSpace(c.Sys.Region)
}

// Retrieve implements Provider. It reads the file each time, because tccli
// replaces temporary credentials.
func (p profileFiles) Retrieve(context.Context) (Value, error) {
	c, err := p.credential()
	if err != nil {
		return Value{}, err
	}
	v := Value{SecretID: c.SecretID, SecretKey: c.SecretKey, SecurityToken: c.Token}
	if c.ExpiresAt > 0 {
		v.Expires = time.Unix(c.ExpiresAt, 0)
		if !p.now().Before(v.Expires) {
			return Value{}, fmt.Errorf("the temporary credentials in %s expired at %s: log in again with tccli", p.path("credential"), v.Expires.UTC().Format(time.RFC3339))
		}
	}
	return v, nil
}
