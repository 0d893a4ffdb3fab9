package cli

import (
	"testing"

	"atlas-gitops/internal/plan"
)

// TestReplan: the command to plan again keeps the organizations and the address, and drops the flags of apply.
func TestReplan(t *testing.T) {
	for _, row := range []struct {
		reason string
		run    acceptance
		want   string
	}{
		{"the default tree, with flags of apply", acceptance{auditLog: "log.jsonl", credentialsOut: "a.env"}, "atlas-gitops plan"},
		{"flags that select organizations, and PATHs", acceptance{only: []string{"Acme Billing"}, atlas: atlas{baseURL: "https://x.example"}, paths: []string{"orgs", "-x"}},
			"atlas-gitops plan --only 'Acme Billing' --base-url https://x.example -- orgs -x"},
		{"the sandbox", acceptance{atlas: atlas{sandbox: "b.json"}}, "atlas-gitops plan --sandbox=b.json"},
		{"a saved plan, whose PATHs are unknown", acceptance{planFile: "plan.json"}, "atlas-gitops plan --out plan.json"},
	} {
		if got := row.run.replan(); got != row.want {
			t.Errorf("%s: got\n%s, want\n%s", row.reason, got, row.want)
		}
	}
}

// TestAcceptance: the command repeats the flags of the run. A shell reads its words as they are. A terminal and GitHub's runner find
// no command of theirs in it.
func TestAcceptance(t *testing.T) {
	const accept = "atlas-gitops apply --accept 3f"
	for _, row := range []struct {
		reason string
		run    acceptance
		want   string
	}{
		{"the default tree", acceptance{}, accept},
		{"flags that select organizations, and PATHs", acceptance{only: []string{"Acme Billing", "b"}, atlas: atlas{baseURL: "https://x.example"}, paths: []string{"orgs", "more"}},
			accept + " --only 'Acme Billing' --only b --base-url https://x.example orgs more"},
		{"the audit log", acceptance{auditLog: "log.jsonl", paths: []string{"orgs"}}, accept + " --audit-log log.jsonl orgs"},
		{"the sandbox", acceptance{atlas: atlas{sandbox: defaultSandbox}, paths: []string{"orgs"}}, accept + " --sandbox orgs"},
		{"another sandbox", acceptance{atlas: atlas{sandbox: "a b.json"}, paths: []string{"orgs"}}, accept + " '--sandbox=a b.json' orgs"},
		{"a saved plan", acceptance{planFile: "plan.json"}, accept + " --plan plan.json"},
		{"words that a shell would change", acceptance{paths: []string{"it's", "$(rm)", ""}}, accept + ` 'it'\''s' '$(rm)' ''`},
		{"a PATH that looks like a flag", acceptance{paths: []string{"-x", "orgs"}}, accept + " -- -x orgs"},
		{"text beyond ASCII", acceptance{paths: []string{"orgs/Zürich"}}, accept + " 'orgs/Zürich'"},
		{"commands of a terminal and of GitHub's runner", acceptance{paths: []string{"a\n::set-env name=X::1", "\x1b[2J'\\", "##[x]", "\xff"}},
			accept + ` $'a\x0a::set-env name=X::1' $'\x1b[2J\x27\x5c' $'\x23\x23[x]' $'\xff'`},
	} {
		if got := row.run.command(Env{}, &plan.Plan{Digest: "3f"}); got != row.want {
			t.Errorf("%s: got\n%s, want\n%s", row.reason, got, row.want)
		}
	}
}
