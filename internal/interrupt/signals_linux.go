package interrupt

import (
	"os"
	"syscall"
)

// stackFault is SIGSTKFLT, which package syscall does not name on every processor. On MIPS the number is that of SIGUSR1.
const stackFault = syscall.Signal(16)

// terminatingHere returns the signals that end a program only on Linux (signal(7)).
func terminatingHere() []os.Signal { return []os.Signal{syscall.SIGIO, syscall.SIGPWR, stackFault} }
