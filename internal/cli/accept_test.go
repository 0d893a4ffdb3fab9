package cli

import (
	"testing"

	"atlas-gitops/internal/plan"
)

// TestReplan: another plan is about the same organizations, and needs no approval.
func TestReplan(t *testing.T) {
	for _, row := range []struct {
		reason string
		run    acceptance
		want   string
	}{
		{"nothing but the default tree", acceptance{auditLog: "log.jsonl", credentialsOut: "a.env"}, "atlas-gitops plan"},
		{"what the plan was about", acceptance{only: []string{"Acme Billing"}, atlas: atlas{baseURL: "https://x.example"}, paths: []string{"orgs", "-x"}},
			"atlas-gitops plan --only 'Acme Billing' --base-url https://x.example -- orgs -x"},
		{"in the sandbox", acceptance{atlas: atlas{sandbox: "b.json"}}, "atlas-gitops plan --sandbox=b.json"},
		{"a saved plan, of which only the file is known", acceptance{planFile: "plan.json"}, "atlas-gitops plan --out plan.json"},
	} {
		if got := row.run.replan(); got != row.want {
			t.Errorf("%s: got\n%s, want\n%s", row.reason, got, row.want)
		}
	}
}

// TestAcceptance: the command that is shown does what the run did, whatever a shell makes of its words, and means nothing to
// a terminal or to GitHub's runner.
func TestAcceptance(t *testing.T) {
	const accept = "atlas-gitops apply --accept 3f"
	for _, row := range []struct {
		reason string
		run    acceptance
		want   string
	}{
		{"nothing but the default tree", acceptance{}, accept},
		{"what the plan was about", acceptance{only: []string{"Acme Billing", "b"}, atlas: atlas{baseURL: "https://x.example"}, paths: []string{"orgs", "more"}},
			accept + " --only 'Acme Billing' --only b --base-url https://x.example orgs more"},
		{"what is kept of it", acceptance{auditLog: "log.jsonl", paths: []string{"orgs"}}, accept + " --audit-log log.jsonl orgs"},
		{"the sandbox", acceptance{atlas: atlas{sandbox: defaultSandbox}, paths: []string{"orgs"}}, accept + " --sandbox orgs"},
		{"another sandbox", acceptance{atlas: atlas{sandbox: "a b.json"}, paths: []string{"orgs"}}, accept + " '--sandbox=a b.json' orgs"},
		{"a saved plan", acceptance{planFile: "plan.json"}, accept + " --plan plan.json"},
		{"words that a shell would take apart", acceptance{paths: []string{"it's", "$(rm)", ""}}, accept + ` 'it'\''s' '$(rm)' ''`},
		{"what looks like a flag is none", acceptance{paths: []string{"-x", "orgs"}}, accept + " -- -x orgs"},
		{"text beyond ASCII", acceptance{paths: []string{"orgs/Zürich"}}, accept + " 'orgs/Zürich'"},
		{"commands for a terminal, and for GitHub's runner", acceptance{paths: []string{"a\n::set-env name=X::1", "\x1b[2J'\\", "##[x]", "\xff"}},
			accept + ` $'a\x0a::set-env name=X::1' $'\x1b[2J\x27\x5c' $'\x23\x23[x]' $'\xff'`},
	} {
		if got := row.run.command(Env{}, &plan.Plan{Digest: "3f"}); got != row.want {
			t.Errorf("%s: got\n%s, want\n%s", row.reason, got, row.want)
		}
	}
}
