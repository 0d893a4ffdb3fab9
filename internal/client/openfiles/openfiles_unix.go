//go:build unix

// Package openfiles says how many files, with connections among them, this process may open.
package openfiles

import (
	"math"
	"syscall"
)

// Limit returns how many files the process may open. Package os has already raised the usual limit of a shell to the highest one that
// is allowed.
func Limit() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return math.MaxInt
	}
	return int(min(uint64(limit.Cur), math.MaxInt))
}
