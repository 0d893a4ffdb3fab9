package apply_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/sandbox"
)

// crowd returns the demonstration fleet with n more people in its first organization: active members with a role in a project.
func crowd(n int) *sandbox.Fleet {
	fleet := sandbox.Demo()
	first := fleet.Orgs[0]
	for i := range n {
		u := sandbox.NewMember(fmt.Sprintf("p%d@acme.example", i), []string{"ORG_MEMBER"}, time.Now())
		u.GroupRoles = []sandbox.GroupRoles{{GroupID: first.Projects[0].ID, Roles: []string{"GROUP_READ_ONLY"}}}
		first.Users = append(first.Users, u)
	}
	return fleet
}

// entry returns the entry of a person.
func entry(i int, role, more string) string {
	return fmt.Sprintf("  - { username: p%d@acme.example, roles: [%s]%s }\n", i, role, more)
}

// people returns the entries of n people from the given one on.
func people(from, n int, role, more string) (all string) {
	for i := range n {
		all += entry(from+i, role, more)
	}
	return all
}

// TestRounds: how often a run waits for Atlas, one wait after the other. Each step looks and writes, and eight steps go side by side. The
// fake clock shows the number of rounds, because nothing but the answers takes time.
func TestRounds(t *testing.T) {
	const crowdSize, reads, lasts = 60, "ORG_READ_ONLY", "ORG_MEMBER"
	const inProject = ", projects: { Checkout: [GROUP_OWNER] }"
	rest := func(from int) string { return people(from, crowdSize-from, lasts, "") }
	for _, row := range []struct {
		reason string
		people string
		rounds int
	}{
		{"one role", people(0, 1, reads, "") + rest(1), 2},
		{"eight roles", people(0, 8, reads, "") + rest(8), 2},
		{"nine roles", people(0, 9, reads, "") + rest(9), 4},
		{"fifty roles", people(0, 50, reads, "") + rest(50), 14},
		{"eight roles in a project: its name is read beside the people", people(0, 8, lasts, inProject) + rest(8), 2},
		{"eight new people: the whole list is read beside them, once", rest(0) + people(crowdSize, 8, lasts, ""), 2},
		{"eight removals, and the read that checks them", rest(8), 3},
		{"eight removals and sixteen roles: the check goes on meanwhile", people(8, 16, reads, "") + rest(24), 6},
		{"three owners: each one goes after the one before", strings.Replace(rest(0), lasts, "ORG_OWNER", 1), 2 + 2*2 + 1},
	} {
		bubble(t, row.reason, func(t *testing.T) {
			a := newAtlasInside(t, directly)
			a.open(crowd(crowdSize))
			if err := a.server.Load().Behave(sandbox.Behavior{LatencyMilliseconds: 100, UnthrottledUsers: true}); err != nil {
				t.Fatal(err)
			}
			head := "name: Acme-Production\nmembers:\n" + grace + alan + contractor + edsger
			if !strings.Contains(row.people, "ORG_OWNER") {
				head += owners
			}
			p := a.plan(head + row.people)
			start := time.Now()
			for _, o := range a.run(p) {
				if o.Verdict != apply.Applied || o.Tries != 1 {
					t.Errorf("%s: %s %v", o.Step.Line(), o.Verdict, o.Err)
				}
			}
			if took := time.Since(start); took != time.Duration(row.rounds)*100*time.Millisecond {
				t.Errorf("%d steps took %s, want %d rounds of 100ms", p.Steps(), took, row.rounds)
				for _, e := range a.server.Load().Log() {
					if e.Method == http.MethodGet && !strings.Contains(e.Query, "username=") {
						t.Log(e.Method, e.Path)
					}
				}
			}
		})
	}
}
