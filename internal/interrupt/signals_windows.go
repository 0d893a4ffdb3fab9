package interrupt

import (
	"os"
	"syscall"
)

// ending returns all that Windows tells: Ctrl-C and Ctrl-Break are an interrupt, a console that closes, a logoff and a
// shutdown are SIGTERM (package os/signal).
func ending() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

// onPurpose returns those that end the program when they come again.
func onPurpose() []os.Signal { return []os.Signal{os.Interrupt} }

// ofWrites returns those that tell of a write what its error tells, too.
func ofWrites() []os.Signal { return []os.Signal{syscall.SIGPIPE} }
