package interrupt

import (
	"os"
	"syscall"
)

// stackFault is SIGSTKFLT, which package syscall does not name on every processor. On MIPS the number is that of SIGUSR1.
const stackFault = syscall.Signal(16)

// endingHere returns the signals that end a program on Linux, and elsewhere are unknown or do nothing (signal(7)).
func endingHere() []os.Signal { return []os.Signal{syscall.SIGIO, syscall.SIGPWR, stackFault} }
