package apply_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/sandbox"
)

// endings returns how the steps of a run ended.
func endings(outcomes []apply.Outcome) (all []string) {
	for _, o := range outcomes {
		all = append(all, string(o.Verdict)+" "+o.Step.Line())
	}
	return all
}

func (a *atlas) expect(got []apply.Outcome, want ...string) {
	a.Helper()
	if got := endings(got); !slices.Equal(got, want) {
		a.Errorf("got %q, want %q", got, want)
	}
}

// TestFederated: a person of a federated domain is in at once, which is what was wanted.
func TestFederated(t *testing.T) {
	for _, section := range []string{"invitations", "members"} {
		a := newAtlas(t)
		fleet := sandbox.Demo()
		fleet.Orgs[0].FederatedDomains = []string{"Partner.example"}
		a.open(fleet)
		document := "name: Acme-Production\nmanage: { " + section + ": additive }\n" + section + ":\n  - { username: kay@partner.example, roles: [ORG_MEMBER], teams: [Platform] }\n"
		a.expect(a.run(a.plan(document)), "applied + "+section+"/kay@partner.example")
		if p := a.plan(document); p.Changed() > 0 {
			t.Errorf("still to do: %+v", p.Orgs)
		}
	}
}

// TestOwnersHandOver: an owner goes once there is another one. Where the promotion of that one failed, the last stays.
func TestOwnersHandOver(t *testing.T) {
	const handedOver = "name: Acme-Production\nmanage: { invitations: additive }\nmembers:\n" + alan + contractor + edsger + "  - { username: grace@acme.example, roles: [ORG_OWNER] }\n"
	a := newAtlas(t)
	p := a.plan(handedOver)
	a.expect(a.run(p), "applied ~ members/grace@acme.example", "applied - members/ada@acme.example", "applied - members/margaret@acme.example")

	a.open(sandbox.Demo())
	a.run(a.plan("name: Acme-Production\nmanage: { members: additive }\nmembers:\n  - { username: grace@acme.example, roles: [ORG_READ_ONLY] }\n"))
	a.expect(a.run(p), "conflict ~ members/grace@acme.example", "applied - members/ada@acme.example", "skipped - members/margaret@acme.example")
	if got := a.run(p)[2].Reason; got != "nobody else is an active ORG_OWNER; run it again when somebody is" {
		t.Errorf("the reason is %q", got)
	}
}

// TestFullOrganization: pending invitations count, and Atlas says so.
func TestFullOrganization(t *testing.T) {
	a := newAtlas(t)
	fleet := sandbox.Demo()
	one := *fleet.Orgs[0].Users[1]
	for len(fleet.Orgs[0].Users) < 500 {
		one.Username = string(rune('a'+len(fleet.Orgs[0].Users)%26)) + one.Username
		copied := one
		fleet.Orgs[0].Users = append(fleet.Orgs[0].Users, &copied)
	}
	a.open(fleet)
	got := a.run(a.plan("name: Acme-Production\nmanage: { members: additive }\nmembers: [{ username: kay@partner.example, roles: [ORG_MEMBER] }]\n"))
	var refused *client.Error
	if len(got) != 1 || !errors.As(got[0].Err, &refused) || refused.Code != "MAX_USERS_PER_ORG_EXCEEDED" {
		t.Errorf("got %+v", got)
	}
}

// TestDeletion: what Atlas accepts is done, since it lets nobody look afterwards; and where its answer got lost nobody
// can tell.
func TestDeletion(t *testing.T) {
	const absent = "name: Acme-Production\nid: " + acme + "\nstate: absent\n"
	for _, row := range []struct {
		fault string
		want  apply.Verdict
	}{{"", apply.Applied}, {"500-before", apply.Applied}, {"reset-after", apply.Failed}} {
		bubble(t, row.fault, func(t *testing.T) {
			a := newAtlasInside(t, directly)
			fleet := sandbox.Demo()
			fleet.Orgs[0].Projects = nil
			a.open(fleet)
			p := a.plan(absent)
			if row.fault != "" {
				if err := a.server.Load().Inject(sandbox.Fault{Method: http.MethodDelete, Kind: row.fault}); err != nil {
					t.Fatal(err)
				}
			}
			got := a.run(p)
			var gone *apply.GoneError
			if len(got) != 1 || got[0].Verdict != row.want || errors.As(got[0].Err, &gone) != (row.want == apply.Failed) {
				t.Errorf("got %+v", got)
			}
			_, errs := apply.Survey(t.Context(), []apply.Target{{Name: "Acme-Production", ID: acme, Delete: true, Account: a.account}}, nil, 1, nil)
			if !errors.As(errs[0], &gone) {
				t.Errorf("afterwards: %v", errs[0])
			}
		})
	}
}

// TestDeletionIsSure: an organization is deleted only where it is known that it has no project, and that it is the one.
func TestDeletionIsSure(t *testing.T) {
	for _, row := range []struct {
		reason   string
		name     string
		projects int
		fault    string // of reading projects
		want     string
	}{
		{"one project is one too many", "Acme-Production", 1, "", "it is to be deleted, but still has projects: Checkout"},
		{"nobody could look for projects", "Acme-Production", 0, "503", "503 SERVICE_UNAVAILABLE"},
		{"it is called otherwise", "acme-production", 0, "", `the organization of that id is called "Acme-Production"`},
	} {
		bubble(t, row.reason, func(t *testing.T) {
			a := newAtlasInside(t, directly)
			fleet := sandbox.Demo()
			fleet.Orgs[0].Projects = fleet.Orgs[0].Projects[:row.projects]
			a.open(fleet)
			if row.fault != "" {
				if err := a.server.Load().Inject(sandbox.Fault{Method: "GET", Path: "/api/atlas/v2/orgs/*/groups", Kind: row.fault, Times: -1}); err != nil {
					t.Fatal(err)
				}
			}
			orgs, errs := apply.Survey(t.Context(), []apply.Target{{Name: row.name, ID: acme, Delete: true, Account: a.account}}, nil, 1, nil)
			if errs[0] == nil || !strings.Contains(errs[0].Error(), row.want) || len(orgs[0].Steps) > 0 {
				t.Errorf("got %v and %v, want %s", orgs[0].Steps, errs[0], row.want)
			}
		})
	}
}
