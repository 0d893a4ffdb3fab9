// Package process has no code. Its tests run the program as a process that is interrupted or killed, whose output is
// closed, or whose disk is full. They are in a package of their own, so that they run in parallel with the tests of the
// command line.
package process
