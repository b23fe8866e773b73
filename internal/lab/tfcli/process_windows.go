package tfcli

import (
	"os"
	"os/exec"
)

// KilledToStop reports whether AskToStop kills the process.
const KilledToStop = true

// ownGroup does nothing: Windows has no process groups in this sense.
func ownGroup(*exec.Cmd) {}

// AskToStop kills a process, because Windows has no signal for this.
func AskToStop(process *os.Process) error { return process.Kill() }

// killGroup does nothing: the child has already exited.
func killGroup(*os.Process) error { return nil }
