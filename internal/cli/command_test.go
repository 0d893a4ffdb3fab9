package cli

import (
	"testing"

	"atlas-gitops/internal/plan"
)

// TestCommandFor: the command that is shown does what the run did, whatever a shell makes of its words, and means nothing to
// a terminal or to GitHub's runner.
func TestCommandFor(t *testing.T) {
	const accept = "atlas-gitops apply --accept 3f"
	for _, row := range []struct {
		reason string
		flags  options
		args   []string
		want   string
	}{
		{"nothing but the default tree", options{}, nil, accept},
		{"what the plan was about", options{only: []string{"Acme Billing", "b"}, baseURL: "https://x.example"}, []string{"orgs", "more"},
			accept + " --only 'Acme Billing' --only b --base-url https://x.example orgs more"},
		{"what is kept of it", options{auditLog: "log.jsonl"}, []string{"orgs"}, accept + " --audit-log log.jsonl orgs"},
		{"the sandbox", options{sandbox: defaultSandbox}, []string{"orgs"}, accept + " --sandbox orgs"},
		{"another sandbox", options{sandbox: "a b.json"}, []string{"orgs"}, accept + " '--sandbox=a b.json' orgs"},
		{"a saved plan", options{planFile: "plan.json"}, nil, accept + " --plan plan.json"},
		{"what accepts nothing is left out", options{autoApprove: true, maxDeletes: number{9, 0}, parallelism: number{2, 1}}, []string{"orgs"}, accept + " orgs"},
		{"words that a shell would take apart", options{}, []string{"it's", "$(rm)", ""}, accept + ` 'it'\''s' '$(rm)' ''`},
		{"what looks like a flag is none", options{}, []string{"-x", "orgs"}, accept + " -- -x orgs"},
		{"text beyond ASCII", options{}, []string{"orgs/Zürich"}, accept + " 'orgs/Zürich'"},
		{"commands for a terminal, and for GitHub's runner", options{}, []string{"a\n::set-env name=X::1", "\x1b[2J'\\", "##[x]", "\xff"},
			accept + ` $'a\x0a::set-env name=X::1' $'\x1b[2J\x27\x5c' $'\x23\x23[x]' $'\xff'`},
	} {
		in := &invocation{options: row.flags, args: row.args}
		if got := in.commandFor(&plan.Plan{Digest: "3f"}); got != row.want {
			t.Errorf("%s: got\n%s, want\n%s", row.reason, got, row.want)
		}
	}
}
