package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/terminal"
)

// command is one verb of the program.
type command struct {
	name     string
	args     string // what follows the name and flags, for the usage line
	maxArgs  int    // -1: any number
	about    string // one line
	detail   string
	examples []string

	interruptible bool // an interrupt ends its context first, and only a second one the program

	// define adds the flags of the command and returns the function that runs it with their values.
	define func(flags) run
}

// run runs a command and returns the exit status.
type run func(context.Context, *call) (int, error)

// call is a command that is being run. Through Env it has the methods of [reconcile.Env]: Load, Connect, ReadApproval and so on.
type call struct {
	Env
	screen *terminal.Screen // Stderr
	flags  *pflag.FlagSet
	args   []string
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
		return ExitError, flagError(c, fs, err)
	}
	in.flags, in.args = fs, fs.Args()
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

// trees returns the PATHs that were given, or the default tree.
func (c *call) trees() []string {
	if len(c.args) == 0 {
		return []string{defaultTree}
	}
	return c.args
}

// defaultTree is what is read when no PATH is given.
const defaultTree = "orgs"

func (c command) help(w io.Writer) error {
	flags, _ := c.flagSet()
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: %s\n\n%s\n", strings.TrimSpace("atlas-gitops "+c.name+" "+c.args), c.detail)
	if usages := usage(flags); usages != "" {
		b.WriteString("\nFlags:\n" + usages)
	}
	for i, example := range c.examples {
		if i == 0 {
			b.WriteString("\nExamples:\n")
		}
		b.WriteString("  atlas-gitops " + example + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// usage lists the flags for a terminal of 80 columns.
func usage(fs *pflag.FlagSet) string {
	var b strings.Builder
	fs.VisitAll(func(f *pflag.Flag) {
		value, about := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		switch {
		case f.Shorthand != "":
			name = "-" + f.Shorthand + ", " + name
		case f.NoOptDefVal != "" && value != "":
			name += "[=" + value + "]"
		case value != "":
			name += " " + value
		}
		about = strings.ReplaceAll(about, "\n", "\n"+strings.Repeat(" ", 26))
		fmt.Fprintf(&b, "  %-22s  %s\n", name, about)
	})
	return b.String()
}

// noFlags is the define of a command without flags.
func noFlags(r run) func(flags) run { return func(flags) run { return r } }
