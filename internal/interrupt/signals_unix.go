//go:build unix

package interrupt

import (
	"os"
	"syscall"
)

// ending returns the signals that end a program by default (POSIX, signal.h; signal(7)), without those that say that the
// program is broken, and SIGPROF, which Go keeps for itself.
func ending() []os.Signal {
	return append(endingHere(),
		syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2,
		syscall.SIGALRM, syscall.SIGVTALRM, syscall.SIGXCPU)
}

// onPurpose returns those that somebody sends to end a program at once: by Ctrl-C, by Ctrl-\. SIGTERM is none: GitHub's runner
// sends it behind SIGINT when somebody cancels a job, and who will not wait has SIGKILL.
func onPurpose() []os.Signal { return []os.Signal{syscall.SIGINT, syscall.SIGQUIT} }

// ofWrites returns those that tell of a write what its error tells, too.
func ofWrites() []os.Signal {
	return []os.Signal{syscall.SIGPIPE, syscall.SIGXFSZ}
}
