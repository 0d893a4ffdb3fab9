package cli

import (
	"cmp"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/action"
	"atlas-gitops/internal/reconcile"
)

// otherInputs are the inputs that are not flags, with their variables. The shell changes the directory, GitHub's own variable has
// the token, and the first step of the action finds the program. The shell also exports the credentials as a variable of the program: no
// flag takes a secret, because a command line is no secret.
var otherInputs = map[string]string{"credentials": "INPUT_CREDENTIALS", "working-directory": "INPUT_WORKING_DIRECTORY", "github-token": "GITHUB_TOKEN", "program": "PROGRAM"}

// TestInputsAreFlags: action.yml and the command have the same inputs and flags, with the same defaults and descriptions.
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
			byDefault = reconcile.DefaultTree
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

// inputText returns the description of a flag without the name of its value: this is the description of the input.
func inputText(f *pflag.Flag) string {
	value, text := pflag.UnquoteUsage(f)
	if len(value) > 1 { // N stays a capital letter
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
			got = find.Env[variable] // the step that finds the program takes this input
		}
		if want := "${{ inputs." + name + " }}"; got != want {
			t.Errorf("%s is %q, want %q", variable, got, want)
		}
	}
	if !strings.Contains(run.Run, `exec "$PROGRAM" action`) {
		t.Error("without exec, the program does not get the signal when the job is cancelled")
	}
}

// TestActionRunsNothingForeign: no input is a part of a shell script, and every other action is pinned to a commit.
func TestActionRunsNothingForeign(t *testing.T) {
	for _, step := range readAction(t).Runs.Steps {
		if strings.Contains(step.Run, "${{") {
			t.Errorf("GitHub inserts a value into the script %q", step.Run)
		}
		if step.Uses != "" && !regexp.MustCompile("^[a-z-]+/[a-z-/]+@[0-9a-f]{40}$").MatchString(step.Uses) {
			t.Errorf("%s is not pinned to a commit", step.Uses)
		}
	}
}

// TestActionKnowsItsVersion: action.yml names the version of the program, because it uses an installed program only of this version.
func TestActionKnowsItsVersion(t *testing.T) {
	if got := readAction(t).Runs.Steps[0].Env["ATLAS_GITOPS_VERSION"]; got != Version {
		t.Errorf("action.yml has version %q, and the program has %s", got, Version)
	}
}

// TestTakeInputs: an empty input counts as not set, each line of a list is a value, and a flag of the command line wins.
func TestTakeInputs(t *testing.T) {
	for _, row := range []struct {
		reason, variable, value string
		args                    []string
		want                    string // the value of the flag, or the error
	}{
		{"an empty input", "INPUT_ONLY", "", nil, "[]"},
		{"blanks around a value", "INPUT_MAX_DELETES", " 5 \n", nil, "5"},
		{"several lines", "INPUT_ONLY", "Acme, Inc.\r\n\n  Acme-Staging\n", nil, `["Acme, Inc.",Acme-Staging]`},
		{"one line", "INPUT_PATH", "orgs", nil, "[orgs]"},
		{"a flag of the command line wins", "INPUT_ONLY", "A", []string{"--only", "B"}, "[B]"},
		{"a name with dashes", "INPUT_FAIL_ON", "changes", nil, "changes"},
		{"not a number", "INPUT_MAX_DELETES", "many", nil, `the input max-deletes is "many": it takes a number, at least 0`},
		{"an unknown word", "INPUT_COMMAND", "pln", nil, `the input command is "pln": did you mean "plan"?`},
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
