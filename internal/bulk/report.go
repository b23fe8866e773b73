package bulk

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// Report writes a line of JSON for each object when it is done, so that a killed
// run leaves the lines of what it did. A nil Report discards everything.
type Report struct {
	file io.WriteCloser
	line *json.Encoder
}

// OpenReport opens the file of a report or creates it. New lines are appended, so
// that a run that continues another one extends its report.
func OpenReport(path string) (*Report, error) {
	path = content.Resolve(path)
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("the report %s cannot be opened: it is not a regular file", path)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = endLine(file)
	}
	if err != nil {
		var at *os.PathError
		if errors.As(err, &at) {
			err = at.Err
		}
		return nil, fmt.Errorf("the report %s cannot be opened: %w", path, err)
	}
	return newReport(file), nil
}

// endLine terminates the last line of a file, which a killed run may have left
// incomplete.
func endLine(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := file.ReadAt(last, info.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = file.Write([]byte{'\n'})
	return err
}

func newReport(file io.WriteCloser) *Report {
	r := &Report{file: file, line: json.NewEncoder(file)}
	r.line.SetEscapeHTML(false)
	return r
}

// Line is a line of a report.
type Line struct {
	Time   time.Time `json:"time"`
	Key    string    `json:"key"`
	Target string    `json:"target,omitempty"`
	Result Kind      `json:"result"`
	Reason Reason    `json:"reason,omitempty"`
	Error  string    `json:"error,omitempty"`
	Before State     `json:"before"`
	After  State     `json:"after"`
}

func (r *Report) write(now time.Time, result Result) error {
	if r == nil {
		return nil
	}
	line := Line{Time: now.UTC().Truncate(time.Millisecond), Key: result.Key, Target: result.Target, Result: result.Kind, Reason: result.Reason, Before: result.Before, After: result.After}
	if result.Err != nil {
		line.Error = result.Err.Error()
	}
	return r.line.Encode(line)
}

// Close closes the report.
func (r *Report) Close() error {
	if r == nil {
		return nil
	}
	return r.file.Close()
}
