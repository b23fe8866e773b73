package acctest

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var privateState = regexp.MustCompile(`"private": "([^"]*)"`)

// HidesInFiles checks that no file below TestCase.WorkingDir contains a secret,
// except for the configuration and its variables. It includes the state with its
// private data, and the contents of the plan. As a plan check, it sees the plan
// that is about to be applied.
func HidesInFiles(dir string, secrets ...string) Check {
	return func() error {
		states := 0
		look := func(name, text string) error {
			if found := Leaks(text, secrets...); len(found) > 0 {
				return fmt.Errorf("%s holds a secret, as %q", name, found)
			}
			return nil
		}
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() || strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".tfvars.json") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if err := look(entry.Name(), string(data)); err != nil {
				return err
			}
			for _, private := range privateState.FindAllSubmatch(data, -1) {
				text, err := base64.StdEncoding.DecodeString(string(private[1]))
				if err != nil {
					return err
				}
				if err := look("private state", string(text)); err != nil {
					return err
				}
			}
			if strings.Contains(string(data), `"terraform_version"`) {
				states++
			}
			if !bytes.HasPrefix(data, []byte("PK")) {
				return nil
			}
			texts, err := Unzip(data)
			if err != nil {
				return err
			}
			for name, text := range texts {
				states++
				if err := look(entry.Name()+": "+name, text); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil && states == 0 {
			return fmt.Errorf("there is neither a state nor a plan below %s: the search looks at the wrong place", dir)
		}
		return err
	}
}

// Unzip returns the files in a ZIP archive, such as a plan.
func Unzip(data []byte) (map[string]string, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		texts[f.Name] = string(text)
	}
	return texts, nil
}
