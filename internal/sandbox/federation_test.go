package sandbox

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFederation: who joins at once, and who is invited.
func TestFederation(t *testing.T) {
	for _, row := range []struct {
		reason, username, domain string
		status                   int
		standing                 string
	}{
		{"somebody new", "barbara@acme.example", "acme.example", 201, "ACTIVE"},
		{"domains have no case", "Barbara@ACME.example", "Acme.Example", 201, "ACTIVE"},
		{"somebody pending", "contractor@agency.example", "agency.example", 201, "ACTIVE"},
		{"whose invitation expired", "alan@acme.example", "acme.example", 201, "ACTIVE"},
		{"who rejected it", "edsger@acme.example", "acme.example", 201, "ACTIVE"},
		{"a member stays a conflict", "ada@acme.example", "acme.example", 409, "ACTIVE"},
		{"another domain", "barbara@acme.example", "agency.example", 201, "PENDING"},
		{"a domain below", "barbara@eu.acme.example", "acme.example", 201, "PENDING"},
		{"a domain that ends alike", "barbara@notacme.example", "acme.example", 201, "PENDING"},
		{"pending elsewhere stays a conflict", "contractor@agency.example", "acme.example", 409, "PENDING"},
	} {
		for _, api := range []string{"users", "invites"} {
			t.Run(row.reason+", "+api, func(t *testing.T) {
				c := demo(t, "ACME_PROD").change(end).change(func(f *Fleet) { f.Orgs[0].FederatedDomains = []string{"else.example", row.domain} })
				code := map[int]string{409: "USER_ALREADY_EXISTS"}[row.status]
				if api == "users" {
					res := c.newer("POST", usersPath, `{"username":"`+row.username+`","roles":{"orgRoles":["ORG_READ_ONLY"]}}`).want(t, row.status, code)
					if got := res.object()["orgMembershipStatus"]; row.status == 201 && got != row.standing {
						t.Errorf("answer: %s", res.raw)
					}
				} else {
					status := map[int]int{201: 200, 409: 409}[row.status]
					c.do("POST", invitesPath, `{"username":"`+row.username+`","roles":["ORG_READ_ONLY"]}`).want(t, status, code)
				}
				c.wantUser(row.username, "", row.standing)
			})
		}
	}
}

// TestFederatedUser: a member with the roles that were given, whose account is empty until
// the first login.
func TestFederatedUser(t *testing.T) {
	c := demo(t, "ACME_PROD").change(func(f *Fleet) { f.Orgs[0].FederatedDomains = []string{"acme.example"} })
	res := c.newer("POST", usersPath, `{"username":"barbara@acme.example","teamIds":["`+platform+`"],
		"roles":{"orgRoles":["ORG_MEMBER"],"groupRoleAssignments":[{"groupId":"`+search+`","groupRoles":["GROUP_OWNER"]}]}}`).want(t, 201, "")
	date(t, res.object()["createdAt"])
	want := parse(t, `{"id":"5f1b0c0d0e0f0a0b0c0d3002","orgMembershipStatus":"ACTIVE","username":"barbara@acme.example","teamIds":["`+platform+`"],
		"roles":{"orgRoles":["ORG_MEMBER"],"groupRoleAssignments":[{"groupId":"`+search+`","groupRoles":["GROUP_OWNER"]}]},
		"firstName":"","lastName":"","mobileNumber":null}`).(fields)
	want["createdAt"] = res.object()["createdAt"]
	if diff := cmp.Diff(want, res.object()); diff != "" {
		t.Errorf("answer: %s", diff)
	}
	if diff := cmp.Diff(want, c.newer("GET", usersPath+"/5f1b0c0d0e0f0a0b0c0d3002", "").object()); diff != "" {
		t.Errorf("after: %s", diff)
	}
	if res := c.control("POST", "/_sandbox/accept", `{"org":"Acme-Production","username":"barbara@acme.example"}`); res.code() != "USERNAME_NOT_FOUND" {
		t.Errorf("there is nothing to accept: %s", res.raw)
	}
}

// TestFederatedInvitation: the older API answers with an invitation, which nobody finds
// afterwards, as if it had been accepted at once.
func TestFederatedInvitation(t *testing.T) {
	c := demo(t, "ACME_PROD").change(func(f *Fleet) { f.Orgs[0].FederatedDomains = []string{"acme.example"} })
	got := c.do("POST", invitesPath, `{"username":"barbara@acme.example","roles":["ORG_MEMBER"]}`).want(t, 200, "").object()
	if got["id"] != "5f1b0c0d0e0f0a0b0c0d3001" || got["expiresAt"] == nil || got["username"] != "barbara@acme.example" {
		t.Errorf("answer: %v", got)
	}
	c.do("GET", invitesPath+"/5f1b0c0d0e0f0a0b0c0d3001", "").want(t, 404, "RESOURCE_NOT_FOUND")
	if list := c.do("GET", invitesPath+"?username=barbara@acme.example", "").body.([]any); len(list) != 0 {
		t.Errorf("listed: %v", list)
	}
	c.wantUser("barbara@acme.example", "5f1b0c0d0e0f0a0b0c0d3002", "ACTIVE")
}
