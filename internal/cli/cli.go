// Package cli is the command line: it reads flags, wires the other packages together and says how it went.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/suggest"
)

// Version is the version of the program.
const Version = "0.1.0"

// The exit status. A script may rely on it.
const (
	ExitOK      = 0 // done, or nothing to do
	ExitError   = 1 // an error, a conflict or a step that failed
	ExitChanges = 2 // only with plan --detailed-exitcode: there are changes
	ExitRefused = 3 // a guard refused the plan, or it is not the one that was approved; nothing was done
)

// command is one verb of the program.
type command struct {
	name     string
	args     string // what follows the name and flags, for the usage line
	maxArgs  int    // -1: any number
	about    string // one line
	detail   string
	flags    []string
	formats  []string // that --format takes, if it is among the flags
	examples []string
	polite   bool // the first interrupt lets it end in good order
	writes   bool // it may change organizations; no other gets a connection that could
	inputs   bool // flags that are not given are taken from variables
	run      func(*invocation, context.Context) (int, error)
}

// invocation is a command that is being run.
type invocation struct {
	Env
	options
	args     []string
	writes   bool
	onGitHub bool // people give inputs to a workflow, and not flags to a program
	progress *progress
}

// commands lists all commands in the order of the help.
func commands() []command {
	return []command{validateCommand(), fmtCommand(), explainCommand(), planCommand(), applyCommand(), schemaCommand(), sandboxCommand(), actionCommand(), versionCommand(), helpCommand()}
}

// Main runs the program and returns its exit status.
func Main(ctx context.Context, env Env, args []string) int {
	env.Stdout, env.Stderr = output{env.Stdout}, &screen{w: env.Stderr}
	status, err := dispatch(ctx, env, args)
	if err == nil {
		return status
	}
	env.complain(err)
	return ExitError
}

// errNobodyReads is the end of the standard output.
var errNobodyReads = errors.New("nobody reads the standard output any more")

// output is the standard output.
type output struct{ w io.Writer }

func (o output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		err = errNobodyReads
	}
	return n, err
}

// errInterrupted is the end of a run that had not begun to change anything.
var errInterrupted = errors.New("interrupted; nothing was done")

// timeoutError is the end of a run by --timeout.
type timeoutError time.Duration

func (e timeoutError) Error() string {
	return fmt.Sprintf("the time of --timeout, %s, is over", time.Duration(e))
}

// nothingDone says why a run ended that had not begun to change anything.
func nothingDone(ctx context.Context) error {
	var timeout timeoutError
	if errors.As(context.Cause(ctx), &timeout) {
		return fmt.Errorf("%w; nothing was done", timeout)
	}
	return errInterrupted
}

// complain writes an error, or each of several that were joined, as a line.
func (e Env) complain(err error) {
	for _, one := range split(err) {
		if one == errShown || one == errNobodyReads { // that is how plan | head ends
			continue
		}
		for _, line := range explainAll(one) {
			fmt.Fprintln(e.Stderr, "error: "+plan.OneLine(line))
		}
	}
}

func dispatch(ctx context.Context, env Env, args []string) (int, error) {
	if len(args) == 0 || args[0] == "-h" || args[0] == "--help" {
		return ExitOK, help(env.Stdout, args)
	}
	if args[0] == "--version" {
		args = []string{"version"}
	}
	c, err := find(args[0])
	if err != nil {
		return ExitError, err
	}
	return c.invoke(ctx, env, args[1:])
}

// invoke runs the command with what follows its name.
func (c command) invoke(ctx context.Context, env Env, args []string) (int, error) {
	in := &invocation{Env: env, writes: c.writes, progress: newProgress(env)}
	flags := c.flagSet(&in.options)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return ExitOK, c.help(env.Stdout)
		}
		return ExitError, flagError(c, flags, err)
	}
	if c.inputs {
		if err := takeInputs(flags, env.Getenv); err != nil {
			return ExitError, in.neverBegan(err)
		}
	}
	in.args = flags.Args()
	if c.maxArgs >= 0 && len(in.args) > c.maxArgs {
		return ExitError, usageError{c.name, fmt.Sprintf("unexpected argument %q", in.args[c.maxArgs])}
	}
	if c.polite {
		var stop context.CancelFunc
		ctx, stop = env.Interruptible(ctx)
		defer stop()
	}
	if in.timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, time.Duration(in.timeout), timeoutError(in.timeout))
		defer stop()
	}
	return c.run(in, ctx)
}

func find(name string) (command, error) {
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == name })
	if i >= 0 {
		return all[i], nil
	}
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.name
	}
	return command{}, fmt.Errorf("unknown command %q; %s", name, suggest.OrList(name, names))
}

// usageError is a command line that makes no sense.
type usageError struct{ command, problem string }

func (e usageError) Error() string {
	return fmt.Sprintf("%s; see 'atlas-gitops help %s'", e.problem, e.command)
}

// flagError adds to an error of the flag library which flag was probably meant.
func flagError(c command, flags *pflag.FlagSet, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usageError{c.name, err.Error()}
	}
	var names []string
	flags.VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	problem := err.Error()
	if question := suggest.DidYouMean("--"+unknown.GetSpecifiedName(), names); question != "" {
		problem += ", " + question
	}
	return usageError{c.name, problem}
}
