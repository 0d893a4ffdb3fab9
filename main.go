// Command atlas-gitops keeps MongoDB Atlas organizations as YAML in git.
package main

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"

	"atlas-gitops/internal/cli"
)

// garbagePercent is how much memory of garbage may come to the memory in use before it is collected. The usual 100 percent would double
// the memory for a large fleet; a run mostly waits for Atlas, so that it has time to collect.
const garbagePercent = 40

// reserve counts as memory in use, in bytes, but nothing touches it, so that the system never provides it. It allows 6 MiB of garbage
// more. Without it, a small heap is collected dozens of times a second.
const reserve = 16 << 20

func main() {
	var reserved []byte
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
		reserved = make([]byte, reserve)
	}
	status := cli.Main(context.Background(), cli.OS(), os.Args[1:])
	runtime.KeepAlive(reserved)
	os.Exit(status)
}
