package interrupt

import (
	"os"
	"syscall"
)

// terminating returns all signals of Windows: Ctrl-C and Ctrl-Break are an interrupt; a console that closes, a logoff and a shutdown
// are SIGTERM (package os/signal).
func terminating() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

// repeated returns the signals that end the program at once when they come again.
func repeated() []os.Signal { return []os.Signal{os.Interrupt} }

// brokenWrite returns the signals about a write that fails. The error of the write says the same.
func brokenWrite() []os.Signal { return []os.Signal{syscall.SIGPIPE} }
