//go:build unix && !linux

package interrupt

import "os"

// terminatingHere returns the signals that end a program only on this system. There are none.
func terminatingHere() []os.Signal { return nil }
