//go:build unix && !linux

package interrupt

import "os"

// endingHere returns the signals that end a program on this system alone. There are none.
func endingHere() []os.Signal { return nil }
