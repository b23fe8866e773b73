//go:build unix

package main

import (
	"errors"
	"os/exec"
	"syscall"
)

// ownGroup keeps Ctrl-C of the terminal from the child, which is asked to stop once, by asking it.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) }
}

// killGroup ends what the child may have left running, such as a provider that would go on writing.
func killGroup(command *exec.Cmd) error {
	err := syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) || errors.Is(err, syscall.EPERM) {
		return nil
	}
	return err
}
