package cli

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/sandbox"
)

// inTeams puts the people of organizations in a team, and returns the tree that equals them. The tree leaves out the teams if it does
// not manage them.
func inTeams(orgs, people int, withID, managed bool) (*sandbox.Fleet, string) {
	fleet, tree := manyOrgs(orgs, withID)
	for i, o := range fleet.Orgs {
		o.Teams = []*sandbox.Team{{ID: fmt.Sprintf("5f1b0c0d0e0f0a0c%08x", i), Name: "Platform"}}
		o.Users[1].TeamIDs = []string{o.Teams[0].ID}
		for n := range people - len(o.Users) {
			o.Users = append(o.Users, sandbox.NewMember(fmt.Sprintf("somebody%d@acme.example", n), []string{"ORG_MEMBER"}, time.Now()))
		}
	}
	if managed {
		tree = strings.ReplaceAll(tree, "[ORG_MEMBER] }", "[ORG_MEMBER], teams: [Platform] }")
	}
	return fleet, strings.ReplaceAll(tree, "invitations: []\n", "manage: { members: additive }\n")
}

// TestRounds: how many rounds a run takes. A round is a set of requests that are under way at the same time: each takes 100 milliseconds.
func TestRounds(t *testing.T) {
	for _, row := range []struct {
		reason   string
		orgs     int
		people   int // of each
		withID   bool
		accounts bool
		teams    bool // in the tree
		command  string
		rounds   int
	}{
		{"one organization: the login, then all lists", 1, 2, true, false, true, "plan --detailed-exitcode", 2},
		{"as many organizations as the parallelism", 32, 2, true, false, true, "plan --detailed-exitcode", 2},
		{"only live people have teams: their names are read afterwards", 32, 2, true, false, false, "plan --detailed-exitcode", 3},
		{"without ids, organizations are found first", 32, 2, false, false, true, "plan --detailed-exitcode", 3},
		{"the tokens of service accounts are revoked afterwards", 32, 2, true, true, true, "plan --detailed-exitcode", 3},
		{"three pages of people: the first one, then the others", 2, 1300, true, false, true, "plan --detailed-exitcode", 3},
		{"more organizations than the parallelism: only the first ones wait for their login", 20, 2, true, false, true, "plan --detailed-exitcode --parallelism 8", 1 + 3},
		{"import: what the credentials see", 20, 2, true, false, true, "import --dry-run --parallelism 8", 1 + 3},
		{"the same with service accounts, which revoke their tokens", 20, 2, true, true, true, "plan --detailed-exitcode --parallelism 8", 1 + 3 + 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			fleet, tree := inTeams(row.orgs, row.people, row.withID, row.teams)
			w := newWorld(t, fleet, row.accounts)
			w.write("orgs/all.yaml", tree)
			if err := w.server.Behave(sandbox.Behavior{LatencyMilliseconds: 100}); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			status, stdout, stderr := w.run(strings.Fields(row.command)...)
			if took := time.Since(start); status != ExitOK || took != time.Duration(row.rounds)*100*time.Millisecond {
				t.Errorf("%s: %s instead of %d rounds; exit status %d, %s%s", row.reason, took, row.rounds, status, stdout, stderr)
			}
		})
	}
}

// TestLoginsOfOnly: a run logs in only to the organizations that it needs.
func TestLoginsOfOnly(t *testing.T) {
	fleet, tree := inTeams(5, 2, true, true)
	w := newWorld(t, fleet, true)
	w.write("orgs/all.yaml", tree)
	status, _, stderr := w.run("plan", "--detailed-exitcode", "--only", "Org 3")
	tokens := 0
	for _, r := range w.server.Log() {
		if strings.HasSuffix(r.Path, "/token") {
			tokens++
		}
	}
	if status != ExitOK || tokens != 1 {
		t.Errorf("%d tokens; exit status %d, %s", tokens, status, stderr)
	}
}
