package main

import (
	"os"
	"os/exec"
)

// killedToStop says that askToStop leaves no clean exit.
const killedToStop = true

// ownGroup does nothing: Windows has no such groups.
func ownGroup(*exec.Cmd) {}

// askToStop ends the process at once: Windows has no signal to ask with.
func askToStop(process *os.Process) error {
	return process.Kill()
}

// killGroup does nothing: the child itself is already gone.
func killGroup(*os.Process) error { return nil }
