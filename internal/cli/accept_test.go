package cli

import (
	"slices"
	"testing"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/plan"
)

// parsed returns the options and the call of apply with these flags and PATHs.
func parsed(t *testing.T, args []string) (*applyOptions, *call) {
	t.Helper()
	o, f := &applyOptions{}, flags{pflag.NewFlagSet("apply", pflag.ContinueOnError)}
	f.apply(o)
	if err := f.Parse(args); err != nil {
		t.Fatal(err)
	}
	return o, &call{args: f.Args()}
}

// TestReplanLine: the command to plan again keeps the organizations, the limit of guards and the address, and drops the flags of apply.
func TestReplanLine(t *testing.T) {
	for _, row := range []struct {
		reason string
		args   []string
		want   string
	}{
		{"the default tree, with flags of apply", []string{"--audit-log", "log.jsonl", "--credentials-out", "a.env", "--auto-approve"}, "atlas-gitops plan"},
		{"flags that select organizations, and PATHs", []string{"--only", "Acme Billing", "--base-url", "https://x.example", "--", "orgs", "-x"},
			"atlas-gitops plan --only 'Acme Billing' --base-url https://x.example -- orgs -x"},
		{"another limit of guards: with the default, guards might block the rest", []string{"--max-deletes", "50", "orgs"}, "atlas-gitops plan --max-deletes 50 orgs"},
		{"the sandbox", []string{"--sandbox=b.json"}, "atlas-gitops plan --sandbox=b.json"},
		{"a saved plan, whose PATHs are unknown", []string{"--plan", "plan.json"}, "atlas-gitops plan"},
	} {
		o, c := parsed(t, row.args)
		if got := o.replanLine(c); got != row.want {
			t.Errorf("%s: got\n%s, want\n%s", row.reason, got, row.want)
		}
	}
}

// TestWithoutFlag: the value goes with the flag. Another argument that looks like the flag stays.
func TestWithoutFlag(t *testing.T) {
	for _, row := range []struct {
		reason     string
		line, want []string
	}{
		{"a value of its own", []string{"apply", "--timeout", "5s", "orgs"}, []string{"apply", "orgs"}},
		{"a value after =, twice", []string{"apply", "--timeout=5s", "orgs", "--timeout=6s"}, []string{"apply", "orgs"}},
		{"a longer flag", []string{"apply", "--timeouts", "5s"}, []string{"apply", "--timeouts", "5s"}},
		{"a PATH", []string{"apply", "--timeout", "5s", "--", "--timeout", "5s"}, []string{"apply", "--", "--timeout", "5s"}},
	} {
		if got := withoutFlag(row.line, "--timeout"); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q", row.reason, got)
		}
	}
}

// TestAcceptLine: the command repeats the flags of the run. A shell reads its words as they are. A terminal and GitHub's runner find
// no command of theirs in it.
func TestAcceptLine(t *testing.T) {
	const accept = "atlas-gitops apply --accept 3f"
	for _, row := range []struct {
		reason string
		args   []string
		want   string
	}{
		{"the default tree", nil, accept},
		{"flags that select organizations, and PATHs", []string{"--only", "Acme Billing", "--only", "b", "--base-url", "https://x.example", "orgs", "more"},
			accept + " --only 'Acme Billing' --only b --base-url https://x.example orgs more"},
		{"the limit of guards", []string{"--max-deletes", "0"}, accept + " --max-deletes 0"},
		{"the audit log", []string{"--audit-log", "log.jsonl", "orgs"}, accept + " --audit-log log.jsonl orgs"},
		{"the sandbox", []string{"--sandbox", "orgs"}, accept + " --sandbox orgs"},
		{"another sandbox", []string{"--sandbox=a b.json", "orgs"}, accept + " '--sandbox=a b.json' orgs"},
		{"a saved plan", []string{"--plan", "plan.json"}, accept + " --plan plan.json"},
		{"words that a shell would change", []string{"it's", "$(rm)", ""}, accept + ` 'it'\''s' '$(rm)' ''`},
		{"a PATH that looks like a flag", []string{"--", "-x", "orgs"}, accept + " -- -x orgs"},
		{"text beyond ASCII", []string{"orgs/Zürich"}, accept + " 'orgs/Zürich'"},
		{"commands of a terminal and of GitHub's runner", []string{"a\n::set-env name=X::1", "\x1b[2J'\\", "##[x]", "\xff"},
			accept + ` $'a\x0a::set-env name=X::1' $'\x1b[2J\x27\x5c' $'\x23\x23[x]' $'\xff'`},
	} {
		o, c := parsed(t, row.args)
		if got := o.acceptLine(c, &plan.Plan{}, "3f"); got != row.want {
			t.Errorf("%s: got\n%s, want\n%s", row.reason, got, row.want)
		}
	}
}
