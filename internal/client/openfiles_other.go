//go:build !unix

package client

import "math"

// openFiles returns how many files the process may open. Windows has no such limit.
func openFiles() int { return math.MaxInt }
