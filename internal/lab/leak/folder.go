package leak

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ErrFound says that a secret lies where it must not.
var ErrFound = errors.New("lies there for all to read")

// shortestPiece is the length below which a line could also be there by chance.
const shortestPiece = 16

// Secret is something that must not lie on a disk as it is.
type Secret struct{ Name, Text string }

// Pieces are a body and each of its lines: a file that holds only a part of it holds too much as well.
func Pieces(name string, body []byte) []Secret {
	all := []Secret{{"the body of " + name, string(body)}}
	for line := range bytes.Lines(body) {
		if line = bytes.TrimSpace(line); len(line) >= shortestPiece {
			all = append(all, Secret{"a line of " + name, string(line)})
		}
	}
	return all
}

// Searched says how much was looked through.
type Searched struct {
	Files int
	Bytes int64
}

// SearchFolder looks for the secrets in every file of a folder and fails at the first it finds.
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
