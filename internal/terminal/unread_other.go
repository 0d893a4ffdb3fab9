//go:build unix && !linux

package terminal

import "os"

// unread returns 0: not every system shows the writer how much a pipe holds.
func unread(*os.File) int { return 0 }
