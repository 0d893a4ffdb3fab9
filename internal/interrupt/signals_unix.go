//go:build unix

package interrupt

import (
	"os"
	"syscall"
)

// terminating returns the signals that end a program by default (POSIX, signal.h; signal(7)). It leaves out the signals
// for faults of the program, and SIGPROF, which Go uses itself.
func terminating() []os.Signal {
	return append(terminatingHere(),
		syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2,
		syscall.SIGALRM, syscall.SIGVTALRM, syscall.SIGXCPU)
}

// repeated returns the signals that end the program at once if they come a second time: those of Ctrl-C and Ctrl-\.
// SIGTERM is not one, because GitHub's runner sends it after SIGINT when a job is cancelled. SIGKILL always ends the
// program.
func repeated() []os.Signal { return []os.Signal{syscall.SIGINT, syscall.SIGQUIT} }

// brokenWrite returns the signals for a failed write. They can be ignored: the write also returns an error.
func brokenWrite() []os.Signal {
	return []os.Signal{syscall.SIGPIPE, syscall.SIGXFSZ}
}
