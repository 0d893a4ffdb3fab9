package terminal

import (
	"os"

	"golang.org/x/sys/unix"
)

// unread returns how many bytes a pipe holds. Linux also shows this to the writer (pipe(7), FIONREAD; TIOCINQ is the same number).
func unread(pipe *os.File) int {
	n, err := unix.IoctlGetInt(int(pipe.Fd()), unix.TIOCINQ)
	if err != nil {
		return 0
	}
	return n
}
