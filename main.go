// Command atlas-gitops keeps MongoDB Atlas organizations as YAML in git.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"atlas-gitops/internal/cli"
)

func main() { os.Exit(run()) }

// run stops politely at the first interrupt. The second one ends the program, as it would any other.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return cli.Main(ctx, cli.OS(), os.Args[1:])
}
