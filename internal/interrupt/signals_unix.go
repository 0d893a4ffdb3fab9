//go:build unix

package interrupt

import (
	"os"
	"syscall"
)

// terminating returns the signals that end a program by default (POSIX, signal.h; signal(7)), without those that report a fault of
// the program, and SIGPROF, which Go uses itself.
func terminating() []os.Signal {
	return append(terminatingHere(),
		syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2,
		syscall.SIGALRM, syscall.SIGVTALRM, syscall.SIGXCPU)
}

// repeated returns the signals that end the program at once when they come again: those of Ctrl-C and Ctrl-\. SIGTERM is not one:
// GitHub's runner sends it after SIGINT when somebody cancels a job. SIGKILL always ends the program.
func repeated() []os.Signal { return []os.Signal{syscall.SIGINT, syscall.SIGQUIT} }

// brokenWrite returns the signals about a write that fails. The error of the write says the same.
func brokenWrite() []os.Signal {
	return []os.Signal{syscall.SIGPIPE, syscall.SIGXFSZ}
}
