package leak

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ErrFound is returned if a secret was found.
var ErrFound = errors.New("lies there for all to read")

// shortestPiece is the length from which on a line cannot plausibly occur by chance.
const shortestPiece = 16

// Secret is a text that must not be stored unencrypted.
type Secret struct{ Name, Text string }

// Pieces returns a body and each of its lines, so that a search also finds parts of it.
func Pieces(name string, body []byte) []Secret {
	all := []Secret{{"the body of " + name, string(body)}}
	for line := range bytes.Lines(body) {
		if line = bytes.TrimSpace(line); len(line) >= shortestPiece {
			all = append(all, Secret{"a line of " + name, string(line)})
		}
	}
	return all
}

// Searched counts what was searched.
type Searched struct {
	Files int
	Bytes int64
}

// SearchFolder searches every file in a directory for the secrets and returns an error for the first match.
func SearchFolder(folder string, secrets []Secret) (Searched, error) {
	var total Searched
	root := os.DirFS(folder)
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		total.Files++
		total.Bytes += int64(len(data))
		for _, s := range secrets {
			if len(Find(string(data), s.Text)) > 0 {
				return fmt.Errorf("%s: %s %w", path, s.Name, ErrFound)
			}
		}
		return nil
	})
	return total, err
}
