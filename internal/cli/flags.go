package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/suggest"
)

// defaultSandbox is where the sandbox keeps its state unless told otherwise.
const defaultSandbox = ".atlas-gitops/sandbox.json"

// defaultListen is where the sandbox serves unless told otherwise.
const defaultListen = "127.0.0.1:8899"

// defaultMaxDeletes is how many removals in one organization pass unless told otherwise.
const defaultMaxDeletes = 3

// options are the values of all flags.
type options struct {
	only         []string
	format       choice
	detailedExit bool
	denyWarnings bool
	check        bool
	autoApprove  bool
	accept       word
	planFile     file
	out          file
	auditLog     file
	credsOut     file
	color        choice
	maxDeletes   number
	parallelism  number
	baseURL      string
	base         word
	sandbox      file
	listen       string
	accounts     bool
	timeout      duration
	verbose      int

	// Those of the action alone.
	task, commentWhen, failOn choice
	trees                     []string
	commentID                 string
	summary, annotate         bool
}

// flagSet returns the flags of the command, which fill o.
func (c command) flagSet(o *options) *pflag.FlagSet {
	fs := pflag.NewFlagSet(c.name, pflag.ContinueOnError)
	fs.Usage = func() {}
	fs.SortFlags = false
	o.format = choice{c.formats, "text"}
	o.color = choice{[]string{"auto", "always", "never"}, "auto"}
	o.task = choice{[]string{"validate", "plan", "apply", "drift"}, "plan"}
	o.commentWhen = choice{[]string{"always", "on-change", "never"}, "always"}
	o.failOn = choice{[]string{"error", "changes"}, "error"}
	o.maxDeletes, o.parallelism = number{defaultMaxDeletes, 0}, number{apply.MaxParallel, 1}
	for _, name := range c.flags {
		define(fs, o, name)
	}
	return fs
}

// define is the one place that knows each flag.
func define(fs *pflag.FlagSet, o *options, name string) {
	switch name {
	case "only":
		fs.StringArrayVar(&o.only, name, nil, "only the organization of that `NAME` or id; repeatable")
	case "format":
		fs.Var(&o.format, name, o.format.about())
	case "detailed-exitcode":
		fs.BoolVar(&o.detailedExit, name, false, "exit with 2 when there are changes")
	case "deny-warnings":
		fs.BoolVar(&o.denyWarnings, name, false, "fail on warnings too")
	case "check":
		fs.BoolVar(&o.check, name, false, "write nothing; exit with 1 if there is a file to write")
	case "auto-approve":
		fs.BoolVar(&o.autoApprove, name, false, "do not ask")
	case "accept":
		fs.Var(&o.accept, name, "approve just the plan of that `DIGEST`, or the saved\none in that file, whatever guards say")
	case "plan":
		fs.Var(&o.planFile, name, "carry out the plan saved in `FILE`")
	case "out":
		fs.Var(&o.out, name, "save the plan in `FILE`")
	case "audit-log":
		fs.Var(&o.auditLog, name, "append to `FILE` how each step ended, as JSON lines")
	case "credentials-out":
		fs.Var(&o.credsOut, name, "keep in the new `FILE` the credentials of\norganizations that are created")
	case "max-deletes":
		fs.Var(&o.maxDeletes, name, fmt.Sprintf("refuse more than `N` (%d) removals in an organization", defaultMaxDeletes))
	case "parallelism":
		fs.Var(&o.parallelism, name, fmt.Sprintf("work on `N` (%d) organizations at once", apply.MaxParallel))
	case "color":
		fs.Var(&o.color, name, "use colours `WHEN`: "+o.color.about())
	case "base":
		fs.Var(&o.base, name, "mark what the tree of that `COMMIT` asks for, too")
	case "base-url":
		fs.StringVar(&o.baseURL, name, "", "`URL` of Atlas, instead of MONGODB_ATLAS_BASE_URL")
	case "sandbox":
		fs.Var(&o.sandbox, name, "use an embedded Atlas, with its state in `FILE` or\n"+defaultSandbox)
		fs.Lookup(name).NoOptDefVal = defaultSandbox
	case "state":
		o.sandbox = defaultSandbox
		fs.Var(&o.sandbox, name, "keep the state in `FILE`, not in\n"+defaultSandbox)
	case "listen":
		fs.StringVar(&o.listen, name, defaultListen, "serve on `ADDR`, a loopback address, not on\n"+defaultListen)
	case "service-accounts":
		fs.BoolVar(&o.accounts, name, false, "print service accounts instead of API keys")
	case "timeout":
		fs.Var(&o.timeout, name, "begin nothing after that `DURATION`, such as 90s")
	case "verbose":
		fs.CountVarP(&o.verbose, name, "v", "tell of each request; twice: also what was said")
	default:
		defineInput(fs, o, name)
	}
}

// defineInput knows those of the action alone.
func defineInput(fs *pflag.FlagSet, o *options, name string) {
	switch name {
	case "command":
		fs.Var(&o.task, name, "do `WHAT`: "+o.task.about())
	case "path":
		fs.StringArrayVar(&o.trees, name, nil, "the file or directory `PATH`; repeatable")
	case "comment":
		fs.Var(&o.commentWhen, name, "comment on the pull request `WHEN`:\n"+o.commentWhen.about())
	case "comment-id":
		fs.StringVar(&o.commentID, name, "default", "the `NAME` of the comment, where a pull request has\nseveral")
	case "summary":
		fs.BoolVar(&o.summary, name, true, "write the summary of the step; =false does not")
	case "annotations":
		fs.BoolVar(&o.annotate, name, true, "annotate lines of the tree; =false does not")
	case "fail-on":
		fs.Var(&o.failOn, name, "fail on `WHAT`: "+o.failOn.about())
	default:
		panic("no flag is called " + name)
	}
}

// usage lists the flags for a terminal 80 wide.
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

// file is the value of a flag that names a file. Empty is no name: it is what a variable gives that is not set, and
// must not turn a run against the sandbox into one against Atlas.
type file string

func (f *file) String() string { return string(*f) }
func (f *file) Type() string   { return "FILE" }

func (f *file) Set(s string) error {
	if s == "" {
		return errors.New("the name of the file is empty")
	}
	*f = file(s)
	return nil
}

// duration is the value of a flag that says how long something may take.
type duration time.Duration

func (d *duration) String() string { return time.Duration(*d).String() }
func (d *duration) Type() string   { return "DURATION" }

func (d *duration) Set(s string) error {
	parsed, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return errors.New("not a duration such as 90s, 10m or 1h30m")
	case parsed <= 0:
		return errors.New("it has to be longer than 0")
	}
	*d = duration(parsed)
	return nil
}

// word is the value of a flag that must not be empty by accident: a variable that is not set says nothing.
type word string

func (w *word) String() string { return string(*w) }
func (w *word) Type() string   { return "TEXT" }

func (w *word) Set(s string) error {
	if s == "" {
		return errors.New("it is empty")
	}
	*w = word(s)
	return nil
}

// number is the value of a flag that counts something.
type number struct{ value, least int }

func (n *number) String() string { return strconv.Itoa(n.value) }
func (n *number) Type() string   { return "N" }

func (n *number) Set(s string) error {
	parsed, err := strconv.Atoi(s)
	if err != nil || parsed < n.least {
		return fmt.Errorf("not a number from %d on", n.least)
	}
	n.value = parsed
	return nil
}

// choice is the value of a flag that takes one of a few words.
type choice struct {
	allowed []string
	value   string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return "FORMAT" }

func (c *choice) Set(s string) error {
	if !slices.Contains(c.allowed, s) {
		return fmt.Errorf("%s", suggest.OrList(s, c.allowed))
	}
	c.value = s
	return nil
}

// about lists the words.
func (c *choice) about() string {
	last := len(c.allowed) - 1
	return strings.Join(c.allowed[:last], ", ") + " or " + c.allowed[last]
}
