package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// errFound says that a secret lies where it must not.
var errFound = errors.New("lies there for all to read")

// shortestPiece is the length below which a line could also be there by chance.
const shortestPiece = 16

// secret is something that must not lie on a disk as it is.
type secret struct {
	name  string
	bytes []byte
}

// forms are the ways in which a secret could lie there and still be read by anybody.
func (s secret) forms() [][]byte {
	return [][]byte{
		s.bytes,
		[]byte(base64.StdEncoding.EncodeToString(s.bytes)),
		[]byte(hex.EncodeToString(s.bytes)),
	}
}

// in reports whether the data holds the secret in one of its forms.
func (s secret) in(data []byte) bool {
	for _, form := range s.forms() {
		if bytes.Contains(data, form) {
			return true
		}
	}
	return false
}

// pieces are a body and each of its lines: a file that holds only a part of it holds too much as well.
func pieces(name string, body []byte) []secret {
	all := []secret{{"the body of " + name, body}}
	for line := range bytes.Lines(body) {
		if line = bytes.TrimSpace(line); len(line) >= shortestPiece {
			all = append(all, secret{"a line of " + name, line})
		}
	}
	return all
}

// searched says how much was looked through.
type searched struct {
	files int
	bytes int64
}

// searchFolder looks for the secrets in every file of a folder and fails at the first it finds.
func searchFolder(folder string, secrets []secret) (searched, error) {
	var total searched
	root := os.DirFS(folder)
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		total.files++
		total.bytes += int64(len(data))
		for _, s := range secrets {
			if s.in(data) {
				return fmt.Errorf("%s: %s %w", path, s.name, errFound)
			}
		}
		return nil
	})
	return total, err
}
