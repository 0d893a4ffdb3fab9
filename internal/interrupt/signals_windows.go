package interrupt

import (
	"os"
	"syscall"
)

// terminating returns the signals of Windows (package os/signal). os.Interrupt is Ctrl-C and Ctrl-Break. SIGTERM is a
// closed console, a logoff and a shutdown.
func terminating() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

// repeated returns the signals that end the program at once if they come a second time.
func repeated() []os.Signal { return []os.Signal{os.Interrupt} }

// brokenWrite returns the signals for a failed write. They can be ignored: the write also returns an error.
func brokenWrite() []os.Signal { return []os.Signal{syscall.SIGPIPE} }
