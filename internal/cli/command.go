package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/terminal"
)

// command is one verb of the program.
type command struct {
	name     string
	args     string // the arguments, for the usage line
	maxArgs  int    // -1: any number
	about    string // one line
	detail   string // paragraphs, without line breaks in them
	examples []string
	isCommon bool // the help of the program lists it first

	interruptible bool // the first interrupt ends only the context of the command, the second one ends the program

	// define adds the flags of the command and returns the function that runs it with their values.
	define func(flags) run
}

// run runs a command and returns the exit status.
type run func(context.Context, *call) (int, error)

// call is one run of a command. Through Env it has the methods of [reconcile.Env]: Load, Connect, ReadApproval and so on.
type call struct {
	Env
	screen *terminal.Screen // Stderr
	flags  *pflag.FlagSet
	line   []string // the whole command line
	args   []string // the arguments after the flags
}

// flagSet returns the flags of the command and the function that runs it with their values.
func (c command) flagSet() (*pflag.FlagSet, run) {
	fs := pflag.NewFlagSet(c.name, pflag.ContinueOnError)
	fs.Usage = func() {}
	fs.SortFlags = false
	return fs, c.define(flags{fs})
}

// invoke runs the command with the arguments after its name.
func (c command) invoke(ctx context.Context, in *call, args []string) (int, error) {
	fs, run := c.flagSet()
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return ExitOK, c.help(in.Stdout)
		}
		return ExitError, c.flagError(fs, err)
	}
	in.flags, in.line, in.args = fs, append([]string{"atlas-gitops", c.name}, args...), fs.Args()
	if in.asksForHelp() {
		return ExitOK, c.help(in.Stdout)
	}
	if err := in.checkStray(c.name, args); err != nil {
		return ExitError, err
	}
	if c.maxArgs >= 0 && len(in.args) > c.maxArgs {
		return ExitError, usageError{c.name, fmt.Sprintf("unexpected argument %q", in.args[c.maxArgs])}
	}
	if c.interruptible {
		var stop context.CancelFunc
		ctx, stop = in.Interruptible(ctx)
		defer stop()
	}
	return run(ctx, in)
}

// noFlags is the define of a command without flags.
func noFlags(r run) func(flags) run { return func(flags) run { return r } }
