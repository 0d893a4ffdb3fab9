// Package cli is the command line: commands, flags, the question whether to apply, and the exit status. Package reconcile does the
// work of the commands, and package action the work of the GitHub Action.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"

	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
	"atlas-gitops/internal/terminal"
)

const (
	// Version is the version of the program.
	Version = "0.1.0"

	// Home is the URL of the repository, for links in reports. Replace OWNER when the project is published.
	Home = "https://github.com/OWNER/atlas-gitops"
)

// The exit status. Scripts may rely on it.
const (
	ExitOK      = 0 // every step is done, or there was nothing to do
	ExitError   = 1 // an error, a conflict or a step that failed
	ExitChanges = 2 // only with plan --detailed-exitcode: there are changes
	ExitRefused = 3 // nothing failed, but guards or another approval blocked something
)

// commands lists all commands in the order of the help.
func commands() []command {
	return []command{importCommand(), validateCommand(), planCommand(), applyCommand(), fmtCommand(), explainCommand(), schemaCommand(), sandboxCommand(), actionCommand(), versionCommand(), helpCommand()}
}

// Main runs the program and returns its exit status.
func Main(ctx context.Context, env Env, args []string) int {
	screen := terminal.NewScreen(env.Stderr)
	env.Stdout, env.Stderr = output{env.Stdout}, screen
	status, err := dispatch(ctx, &call{Env: env, screen: screen}, args)
	if err == nil {
		return status
	}
	env.printErrors(err)
	return ExitError
}

// errOutputClosed says that the reader of standard output, such as head, closed it.
var errOutputClosed = errors.New("standard output is closed")

// errShown stands for an error that was already shown in full.
var errShown = errors.New("already shown")

// output is the standard output.
type output struct{ w io.Writer }

func (o output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		err = errOutputClosed
	}
	return n, err
}

// printErrors writes each of the errors that err joins on a line.
func (e Env) printErrors(err error) {
	for _, one := range reconcile.Split(err) {
		if one == errShown || one == errOutputClosed { // as in plan | head: not an error to show
			continue
		}
		for _, line := range reconcile.Lines(one) {
			fmt.Fprintln(e.Stderr, "error: "+line)
		}
	}
}

func dispatch(ctx context.Context, c *call, args []string) (int, error) {
	if len(args) == 0 {
		return ExitOK, help(c.Stdout, nil)
	}
	switch first := args[0]; {
	case first == "-h", first == "-help", first == "--help":
		return ExitOK, help(c.Stdout, args[1:])
	case first == "-version", first == "--version":
		args = []string{"version"}
	case strings.HasPrefix(first, "-"):
		return ExitError, usageError{"", "write the command before its flags: atlas-gitops COMMAND " + safetext.Shell(first)}
	}
	command, err := find(args[0])
	if err != nil {
		return ExitError, err
	}
	return command.invoke(ctx, c, args[1:])
}

func find(name string) (command, error) {
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == name })
	if i >= 0 {
		return all[i], nil
	}
	return command{}, fmt.Errorf("unknown command %q; %s", name, suggest.OrList(name, commandNames()))
}

func commandNames() (names []string) {
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}
