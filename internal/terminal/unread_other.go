//go:build unix && !linux

package terminal

import "os"

// unread is unknown: not every system tells the writer what a pipe holds.
func unread(*os.File) int { return 0 }
