// Command atlas-gitops keeps MongoDB Atlas organizations as YAML in git.
package main

import (
	"context"
	"os"

	"atlas-gitops/internal/cli"
)

func main() { os.Exit(cli.Main(context.Background(), cli.OS(), os.Args[1:])) }
