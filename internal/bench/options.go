package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// options are the flags.
type options struct {
	program         string
	serviceAccounts bool
	works           []work
	sizes, people   []int
	figures         string
	old             string
	page            string
	log             string
	check, json     bool
}

// parse reads the flags. It writes the help to out if the flags ask for it.
func parse(args []string, out io.Writer) (*options, error) {
	o := &options{works: works(), sizes: []int{1, 10, 50, 200, 1000}, people: []int{10, 100}}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&o.program, "program", "", "measure the program in this `FILE`; by default it is built")
	f.BoolVar(&o.serviceAccounts, "service-accounts", false, "log in with service accounts instead of API keys")
	f.Func("work", "`LIST` of what to measure, with commas: "+strings.Join(workNames(), ", ")+" (default all)", o.setWorks)
	f.Func("sizes", "`LIST` of numbers of organizations (default 1,10,50,200,1000)", setNumbers(&o.sizes))
	f.Func("people", "`LIST` of numbers of people in each organization (default 10,100)", setNumbers(&o.people))
	f.BoolVar(&o.check, "check", false, "fail if requests, rounds or memory are over their bounds")
	f.BoolVar(&o.json, "json", false, "print JSON")
	f.StringVar(&o.figures, "figures", "", "measure nothing; use the figures in `FILE`, which -json has written")
	f.StringVar(&o.old, "compare", "", "print the figures beside the older ones in `FILE`, which -json has written")
	f.StringVar(&o.log, "log", "", "add each request and its round to `FILE`: the newest 10,000 of each row")
	f.StringVar(&o.page, "write", "", "also replace the table in the page `FILE`")
	f.SetOutput(io.Discard) // the caller shows the error
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			f.SetOutput(out)
			f.PrintDefaults()
		}
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("%q is not a flag; put what to measure in -work", f.Arg(0))
	}
	return o, nil
}

func workNames() (all []string) {
	for _, w := range works() {
		all = append(all, w.name)
	}
	return all
}

func (o *options) setWorks(list string) error {
	o.works = nil
	for name := range strings.SplitSeq(list, ",") {
		i := slices.Index(workNames(), name)
		if i < 0 {
			return fmt.Errorf("%q is unknown; use %s", name, strings.Join(workNames(), ", "))
		}
		o.works = append(o.works, works()[i])
	}
	return nil
}

// setNumbers returns a function that reads a list of numbers.
func setNumbers(to *[]int) func(string) error {
	return func(list string) error {
		*to = nil
		for text := range strings.SplitSeq(list, ",") {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 {
				return fmt.Errorf("%q is not a number from 1", text)
			}
			*to = append(*to, n)
		}
		return nil
	}
}

// sizesOf returns the sizes at which to measure a work.
func (o *options) sizesOf(w work) (all []size) {
	if w.sizes != nil {
		return w.sizes
	}
	for _, people := range o.people {
		for _, n := range o.sizes {
			all = append(all, size{n, people})
		}
	}
	return all
}

// measure measures everything that the flags select. It shows on standard error what it works on.
func (o *options) measure(ctx context.Context) (r *report, err error) {
	temp, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	b := &bench{serviceAccounts: o.serviceAccounts, temp: temp, log: o.log}
	if b.program, err = o.findProgram(ctx, temp); err != nil {
		return nil, err
	}
	r = &report{Machine: machine(), Date: today(), ServiceAccounts: o.serviceAccounts}
	if r.Program, err = b.program.version(ctx); err != nil {
		return nil, err
	}
	for _, w := range o.works {
		for _, s := range o.sizesOf(w) {
			start := time.Now()
			one, err := b.measure(ctx, w, s)
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", w.title, s, err)
			}
			r.Rows = append(r.Rows, one)
			fmt.Fprintf(os.Stderr, "%s, %s: measured in %s\n", w.title, s, time.Since(start).Round(time.Second/10))
		}
	}
	return r, nil
}

// findProgram returns the program of the flag, or builds it.
func (o *options) findProgram(ctx context.Context, temp string) (p program, err error) {
	if p.self, err = os.Executable(); err != nil {
		return p, err
	}
	if o.program == "" {
		p.file, err = build(ctx, temp)
	} else {
		p.file, err = filepath.Abs(o.program) // it runs in other directories
	}
	return p, err
}
