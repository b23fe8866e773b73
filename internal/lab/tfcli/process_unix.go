//go:build unix

package tfcli

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// KilledToStop reports whether AskToStop kills the process.
const KilledToStop = false

func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// AskToStop asks a process to exit cleanly.
func AskToStop(process *os.Process) error { return process.Signal(syscall.SIGINT) }

// killGroup kills everything that a CLI may have left running, such as a provider that would continue to write.
func killGroup(process *os.Process) error {
	err := syscall.Kill(-process.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) || errors.Is(err, syscall.EPERM) {
		return nil
	}
	return err
}
