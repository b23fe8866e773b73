//go:build !linux

package main

import "time"

// watchMemory measures nothing here.
func watchMemory(string) (peak func() int64) { return func() int64 { return 0 } }

// own measures nothing here.
func own() time.Duration { return 0 }
