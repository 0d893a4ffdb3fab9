package cli

import (
	"cmp"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/action"
)

// otherInputs are no flags: the shell goes into the directory, GitHub's own variable holds the token, and the first step of the
// action finds the program. Each has its variable.
var otherInputs = map[string]string{"working-directory": "INPUT_WORKING_DIRECTORY", "github-token": "GITHUB_TOKEN", "program": "PROGRAM"}

// TestInputsAreFlags: every input of action.yml is a flag of the command with the same default, in the same words, and the other way round.
func TestInputsAreFlags(t *testing.T) {
	a := readAction(t)
	flags, _ := actionCommand().flagSet()
	flags.VisitAll(func(f *pflag.Flag) {
		input, ok := a.Inputs[f.Name]
		if !ok {
			t.Errorf("action.yml has no input %s", f.Name)
			return
		}
		byDefault := strings.Trim(f.DefValue, "[]")
		if f.Name == "path" {
			byDefault = defaultTree
		}
		if input.Default != byDefault {
			t.Errorf("the default of %s is %q in action.yml, and %q in the program", f.Name, input.Default, byDefault)
		}
		if want := inputText(f); input.Description != want && !strings.HasPrefix(input.Description, want+"; ") {
			t.Errorf("action.yml describes %s as %q, and the flag is %q", f.Name, input.Description, want)
		}
	})
	for name, input := range a.Inputs {
		if flags.Lookup(name) == nil && otherInputs[name] == "" || input.Description == "" {
			t.Errorf("the input %s is no flag, or has no description", name)
		}
	}
}

// inputText returns the description of an input in the words of its flag, without the name of the value.
func inputText(f *pflag.Flag) string {
	value, text := pflag.UnquoteUsage(f)
	if len(value) > 1 { // N stays
		text = strings.Replace(text, value, strings.ToLower(value), 1)
	}
	text = strings.Replace(text, "; repeatable", "; one per line", 1)
	return strings.ToUpper(text[:1]) + text[1:]
}

// TestInputsReachTheProgram: each input reaches the program in its variable.
func TestInputsReachTheProgram(t *testing.T) {
	a := readAction(t)
	find, run := a.Runs.Steps[0], a.Runs.Steps[len(a.Runs.Steps)-1]
	for name := range a.Inputs {
		variable := cmp.Or(otherInputs[name], "INPUT_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_")))
		got := run.Env[variable]
		if name == "program" {
			got = find.Env[variable] // which is run, if it is the right one
		}
		if want := "${{ inputs." + name + " }}"; got != want {
			t.Errorf("%s is %q, want %q", variable, got, want)
		}
	}
	if !strings.Contains(run.Run, `exec "$PROGRAM" action`) {
		t.Error("the shell would keep to itself that the job is cancelled")
	}
}

// TestActionRunsNothingForeign: no input gets into the script of a shell, and what else the action uses is one commit.
func TestActionRunsNothingForeign(t *testing.T) {
	for _, step := range readAction(t).Runs.Steps {
		if strings.Contains(step.Run, "${{") {
			t.Errorf("GitHub writes into the script %q", step.Run)
		}
		if step.Uses != "" && !regexp.MustCompile("^[a-z-]+/[a-z-/]+@[0-9a-f]{40}$").MatchString(step.Uses) {
			t.Errorf("%s is not one commit", step.Uses)
		}
	}
}

// TestActionKnowsItsVersion: a program that is installed is used only if it is the same.
func TestActionKnowsItsVersion(t *testing.T) {
	if got := readAction(t).Runs.Steps[0].Env["ATLAS_GITOPS_VERSION"]; got != Version {
		t.Errorf("action.yml is of version %q, and the program of %s", got, Version)
	}
}

// TestTakeInputs: an input that is empty is not given, a list has a line for each, and a flag that is given counts more.
func TestTakeInputs(t *testing.T) {
	for _, row := range []struct {
		reason, variable, value string
		args                    []string
		want                    string // the value of the flag, or the error
	}{
		{"nothing", "INPUT_ONLY", "", nil, "[]"},
		{"blanks around it", "INPUT_MAX_DELETES", " 5 \n", nil, "5"},
		{"lines", "INPUT_ONLY", "Acme, Inc.\r\n\n  Acme-Staging\n", nil, `["Acme, Inc.",Acme-Staging]`},
		{"one line", "INPUT_PATH", "orgs", nil, "[orgs]"},
		{"the command line", "INPUT_ONLY", "A", []string{"--only", "B"}, "[B]"},
		{"a name with dashes", "INPUT_FAIL_ON", "changes", nil, "changes"},
		{"no number", "INPUT_MAX_DELETES", "many", nil, `the input max-deletes is "many": it takes a number, at least 0`},
		{"no such word", "INPUT_COMMAND", "pln", nil, `the input command is "pln": did you mean "plan"?`},
		{"neither true nor false", "INPUT_SUMMARY", "maybe", nil, `the input summary is "maybe": it takes true or false`},
	} {
		flags, _ := actionCommand().flagSet()
		if err := flags.Parse(row.args); err != nil {
			t.Fatal(err)
		}
		err := action.TakeInputs(flags, func(name string) string {
			if name == row.variable {
				return row.value
			}
			return ""
		})
		name := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(row.variable, "INPUT_")), "_", "-")
		got := flags.Lookup(name).Value.String()
		if err != nil {
			got = err.Error()
		}
		if got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}
