//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// killedToStop says that askToStop leaves no clean exit.
const killedToStop = false

// ownGroup keeps Ctrl-C of the terminal from the child: the demo stops its children itself, once each and in order.
// A Terraform that got a second interrupt would drop everything at once.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// askToStop asks the process to end cleanly.
func askToStop(process *os.Process) error {
	return process.Signal(syscall.SIGINT)
}

// killGroup ends what the child may have left running, such as the provider of a CLI that had to be killed.
func killGroup(process *os.Process) error {
	err := syscall.Kill(-process.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) || errors.Is(err, syscall.EPERM) {
		return nil
	}
	return err
}
