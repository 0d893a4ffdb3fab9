// Command atlas-gitops keeps MongoDB Atlas organizations as YAML in git.
package main

import (
	"context"
	"os"
	"runtime/debug"

	"atlas-gitops/internal/cli"
)

// garbagePercent is how much memory of garbage may come to the memory in use before it is collected. The usual 100 percent would double
// the memory for a large fleet; a run mostly waits for Atlas, so that it has time to collect.
const garbagePercent = 40

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	os.Exit(cli.Main(context.Background(), cli.OS(), os.Args[1:]))
}
