// Command bench measures the program: requests, the rounds in which they wait for each other, memory and time, each beside its bound. It
// runs the real program against a sandbox, so that anybody can repeat it:
//
//	go run ./internal/bench
//
// docs/performance.md explains the figures.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "error: "+err.Error())
		os.Exit(1)
	}
}

// run does what the arguments say.
func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 1 && args[0] == measureCommand {
		return measure(ctx, os.Stdin, out, args[1], args[2:])
	}
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	r, err := o.report(ctx)
	if err != nil {
		return err
	}
	return o.show(out, r)
}

// report reads a report, or measures one.
func (o *options) report(ctx context.Context) (*report, error) {
	if o.figures != "" {
		return readReport(o.figures)
	}
	return o.measure(ctx)
}

// show writes the report as the flags say. The error has the broken bounds.
func (o *options) show(out io.Writer, r *report) error {
	if err := o.write(out, r); err != nil {
		return err
	}
	if o.page != "" {
		if err := writePage(o.page, r.markdown(works())); err != nil {
			return err
		}
	}
	if broken := r.check(works()); o.check && len(broken) > 0 {
		return fmt.Errorf("%d figures are over their bounds:\n%s", len(broken), strings.Join(broken, "\n"))
	}
	return nil
}

func (o *options) write(out io.Writer, r *report) error {
	if o.json {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(r)
	}
	text := r.markdown(works())
	if o.old != "" {
		before, err := readReport(o.old)
		if err != nil {
			return err
		}
		text = compare(works(), before, r)
	}
	_, err := io.WriteString(out, text)
	return err
}
