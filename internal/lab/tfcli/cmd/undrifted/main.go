// Command undrifted exits with 0 if the refresh of a saved plan found the state that it began with, including what
// providers keep there for themselves. It exits with 1 if there is a difference, and with 2 if it cannot tell.
package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: undrifted PLAN")
		os.Exit(2)
	}
	same, err := undrifted(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "undrifted:", err)
		os.Exit(2)
	}
	if !same {
		os.Exit(1)
	}
}

// undrifted compares the two states in a plan.
func undrifted(plan string) (bool, error) {
	archive, err := zip.OpenReader(plan)
	if err != nil {
		return false, err
	}
	defer func() { _ = archive.Close() }()
	before, err := readState(archive, "tfstate-prev")
	if err != nil {
		return false, err
	}
	after, err := readState(archive, "tfstate")
	return err == nil && reflect.DeepEqual(before, after), err
}

// state is what a refresh may change: all but the serial number and the lineage, which the state from before has not.
type state struct {
	Outputs   any `json:"outputs"`
	Resources []struct {
		Module    string           `json:"module"`
		Mode      string           `json:"mode"`
		Type      string           `json:"type"`
		Name      string           `json:"name"`
		Each      string           `json:"each"`
		Provider  string           `json:"provider"`
		Instances []map[string]any `json:"instances"`
	} `json:"resources"`
	CheckResults any `json:"check_results"`
}

func readState(archive *zip.ReadCloser, name string) (state, error) {
	var s state
	file, err := archive.Open(name)
	if err != nil {
		return s, err
	}
	defer func() { _ = file.Close() }()
	decoder := json.NewDecoder(file)
	decoder.UseNumber()
	err = decoder.Decode(&s)
	for _, resource := range s.Resources {
		for _, instance := range resource.Instances {
			// A set of paths, in any order.
			if paths, ok := instance["sensitive_attributes"].([]any); ok {
				slices.SortFunc(paths, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
			}
		}
	}
	return s, err
}
