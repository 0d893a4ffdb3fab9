package interrupt

import (
	"os"
	"syscall"
)

// stackFault is SIGSTKFLT. Package syscall does not name it on every processor. On MIPS, this number is SIGUSR1.
const stackFault = syscall.Signal(16)

// terminatingHere returns the signals that end a program only on Linux (signal(7)).
func terminatingHere() []os.Signal { return []os.Signal{syscall.SIGIO, syscall.SIGPWR, stackFault} }
