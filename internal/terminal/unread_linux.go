package terminal

import (
	"os"

	"golang.org/x/sys/unix"
)

// unread returns how many bytes of a pipe nobody has read yet. Linux tells the writer, too (pipe(7), FIONREAD; TIOCINQ is the same number).
func unread(pipe *os.File) int {
	n, err := unix.IoctlGetInt(int(pipe.Fd()), unix.TIOCINQ)
	if err != nil {
		return 0
	}
	return n
}
