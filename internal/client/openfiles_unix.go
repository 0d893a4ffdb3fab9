//go:build unix

package client

import (
	"math"
	"syscall"
)

// openFiles returns how many files the process may open. Package os has already raised the usual limit of a shell to the highest one
// that is allowed.
func openFiles() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return math.MaxInt
	}
	return int(min(uint64(limit.Cur), math.MaxInt))
}
