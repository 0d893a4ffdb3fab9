package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/flagvalue"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
)

// usageError says that the command line is invalid.
type usageError struct{ command, problem string }

func (e usageError) Error() string {
	return strings.Replace(fmt.Sprintf("%s; see '%s'", e.problem, strings.TrimSpace("atlas-gitops help "+e.command)), "?; see", "? See", 1)
}

// flagError turns an error of the flag library into an error with a suggestion.
func (c command) flagError(fs *pflag.FlagSet, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var noValue *pflag.ValueRequiredError
	switch {
	case errors.As(err, &invalid):
		return usageError{c.name, fmt.Sprintf("--%s %q: %s", invalid.GetFlag().Name, invalid.GetValue(), valueProblem(invalid))}
	case errors.As(err, &noValue):
		value, _ := pflag.UnquoteUsage(noValue.GetFlag())
		return usageError{c.name, fmt.Sprintf("--%s needs a value: --%[1]s %s", noValue.GetFlag().Name, value)}
	case !errors.As(err, &unknown):
		return usageError{c.name, err.Error()}
	}
	return usageError{c.name, c.unknownFlag(fs, unknown)}
}

// valueProblem says which values a flag takes.
func valueProblem(invalid *pflag.InvalidValueError) string {
	switch invalid.GetFlag().Value.Type() {
	case "bool":
		return "it takes true or false"
	case "count":
		return "it takes a number"
	}
	return invalid.Unwrap().Error()
}

// unknownFlag says that the command does not have the flag, and suggests another flag or command.
func (c command) unknownFlag(fs *pflag.FlagSet, unknown *pflag.NotExistError) string {
	name, letters := "--"+unknown.GetSpecifiedName(), unknown.GetSpecifiedShortnames()
	if long := longWithOneDash(fs, letters); long != "" {
		return fmt.Sprintf("%s has no flag -%s; a long flag has two dashes: --%s", c.name, long, long)
	}
	if letters != "" {
		_, size := utf8.DecodeRuneInString(letters)
		name = "-" + letters[:size]
	}
	problem := fmt.Sprintf("%s has no flag %s", c.name, name)
	if cure := c.flagCure(fs, name); cure != "" {
		problem += "; " + cure
	}
	return problem
}

// longWithOneDash returns the name of a long flag with only one dash, or "". letters are those that the flag library could not read as
// short flags: all of -only, but of -verbose only "erbose", because there is a flag -v.
func longWithOneDash(fs *pflag.FlagSet, letters string) (name string) {
	letters, _, _ = strings.Cut(letters, "=")
	fs.VisitAll(func(f *pflag.Flag) {
		if f.Name == letters || f.Name == f.Shorthand+letters {
			name = f.Name
		}
	})
	return name
}

// flagCure says which commands have the flag, or suggests another flag. It returns "" if it knows neither.
func (c command) flagCure(fs *pflag.FlagSet, name string) string {
	requests := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags{requests}.atlas(&atlas{})
	switch having := commandsWith(name); {
	case name == "--version":
		return "run 'atlas-gitops version'"
	case hasFlag(requests, name) && c.name != actionCommand().name && c.name != sandboxCommand().name:
		return "it sends no requests"
	case len(having) == 1:
		return "the command " + having[0] + " has it"
	case len(having) > 1:
		return "these commands have it: " + strings.Join(having, ", ")
	case !strings.HasPrefix(name, "--"):
		return ""
	}
	var names []string
	fs.VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return suggest.DidYouMean(name, names)
}

// commandsWith returns the names of the commands that have a flag. It names action only if no other command has the flag, because
// people do not type action.
func commandsWith(flag string) (names []string) {
	for _, c := range commands() {
		if fs, _ := c.flagSet(); hasFlag(fs, flag) {
			names = append(names, c.name)
		}
	}
	if len(names) > 1 {
		names = slices.DeleteFunc(names, func(name string) bool { return name == actionCommand().name })
	}
	return names
}

// hasFlag reports whether the flags include a flag with its dashes: -v or --verbose.
func hasFlag(fs *pflag.FlagSet, flag string) bool {
	if long, isLong := strings.CutPrefix(flag, "--"); isLong {
		return fs.Lookup(long) != nil
	}
	return len(flag) == len("-v") && fs.ShorthandLookup(flag[1:]) != nil
}

// asksForHelp reports whether the only argument is help: atlas-gitops plan help. A file or directory of that name is a PATH.
func (c *call) asksForHelp() bool {
	return len(c.args) == 1 && c.args[0] == "help" && !c.Exists("help")
}

// checkStray returns an error for sandbox.json in --sandbox sandbox.json, which is a PATH: --sandbox takes its FILE only after =.
func (c *call) checkStray(command string, args []string) (err error) {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	c.flags.VisitAll(func(f *pflag.Flag) {
		at := slices.Index(args, "--"+f.Name) + 1
		if f.NoOptDefVal == "" || f.Value.Type() != new(flagvalue.File).Type() || f.Value.String() != f.NoOptDefVal || at == 0 || at == len(args) {
			return
		}
		word, missing := args[at], ""
		if strings.HasPrefix(word, "-") || word == "" {
			return
		}
		switch {
		case strings.HasSuffix(word, ".json"):
		case !c.Exists(word):
			missing = ", and does not exist"
		default:
			return
		}
		written := safetext.Shell("--" + f.Name + "=" + word)
		err = usageError{command, fmt.Sprintf("%s is read as a PATH%s; if it is the state file of --%s, write %s", word, missing, f.Name, written)}
	})
	return err
}
