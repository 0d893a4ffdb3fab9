//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakMiB returns the most memory that an ended process used at once, in MiB.
func peakMiB(p *os.ProcessState) float64 {
	used, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return float64(used.Maxrss) / (1 << 20) // in bytes there, elsewhere in KiB
	}
	return float64(used.Maxrss) / (1 << 10)
}
