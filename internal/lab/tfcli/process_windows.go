package tfcli

import (
	"os"
	"os/exec"
)

// KilledToStop says that AskToStop leaves no clean exit.
const KilledToStop = true

// ownGroup does nothing: Windows has no such groups.
func ownGroup(*exec.Cmd) {}

// AskToStop ends a process at once: Windows has no signal to ask with.
func AskToStop(process *os.Process) error { return process.Kill() }

// killGroup does nothing: the child itself has ended.
func killGroup(*os.Process) error { return nil }
