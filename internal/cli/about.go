package cli

import (
	"context"
	"fmt"
	"runtime"
)

func versionCommand() command {
	return command{
		name:   "version",
		about:  "print the version",
		detail: "Prints the version of the program, of Go, and the platform.",
		run: func(in *invocation, _ context.Context) (int, error) {
			_, err := fmt.Fprintf(in.Stdout, "atlas-gitops %s (%s, %s/%s)\n", Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return ExitOK, err
		},
	}
}

func helpCommand() command {
	return command{
		name: "help", args: "[COMMAND]", maxArgs: 1,
		about:  "explain a command",
		detail: "Explains a command, or lists all.",
		run: func(in *invocation, _ context.Context) (int, error) {
			return ExitOK, help(in.Stdout, in.args)
		},
	}
}
