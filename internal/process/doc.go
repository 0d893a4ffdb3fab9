// Package process has no code, only tests of the program as a process among others: it is interrupted, killed, left without
// a reader, or without room on its disk. They are not with the other tests of the command line, so that both run at once.
package process
