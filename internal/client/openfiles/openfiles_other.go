//go:build !unix

// Package openfiles says how many files, with connections among them, this process may open.
package openfiles

import "math"

// Limit returns how many files the process may open. Windows has no such limit.
func Limit() int { return math.MaxInt }
