package sandbox

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFederation: who joins at once, and who gets an invitation.
func TestFederation(t *testing.T) {
	for _, row := range []struct {
		reason, username, domain string
		status                   int
		standing                 string
	}{
		{"a new person", "barbara@acme.example", "acme.example", 201, "ACTIVE"},
		{"a domain in capitals", "Barbara@ACME.example", "Acme.Example", 201, "ACTIVE"},
		{"a pending person", "contractor@agency.example", "agency.example", 201, "ACTIVE"},
		{"a person whose invitation expired", "alan@acme.example", "acme.example", 201, "ACTIVE"},
		{"a person who rejected the invitation", "edsger@acme.example", "acme.example", 201, "ACTIVE"},
		{"a member is still a conflict", "ada@acme.example", "acme.example", 409, "ACTIVE"},
		{"another domain", "barbara@acme.example", "agency.example", 201, "PENDING"},
		{"a subdomain", "barbara@eu.acme.example", "acme.example", 201, "PENDING"},
		{"a domain with the same ending", "barbara@notacme.example", "acme.example", 201, "PENDING"},
		{"a pending person of another domain is still a conflict", "contractor@agency.example", "acme.example", 409, "PENDING"},
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

// TestFederatedUser: a member with the requested roles. The account is empty until the first login.
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
		t.Errorf("there is an invitation to accept: %s", res.raw)
	}
}

// TestFederatedInvitation: the older API answers with an invitation, but it is not found afterwards, as if the person
// had accepted it at once.
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

// TestFederationSettings: the shapes of [seen federation-shape], with and without an identity provider.
func TestFederationSettings(t *testing.T) {
	domains := func(f *Fleet) { f.Orgs[3].FederatedDomains = []string{"acme.example"} }
	for _, row := range []struct {
		reason, path, want string
		before             func(*Fleet)
	}{
		{"without an identity provider", v2 + "/" + billingID + "/federationSettings", `{"federatedDomains":[],"hasRoleMappings":false,"id":"` + acmeFederation + `",
			"identityProviderId":null,"identityProviderStatus":"INACTIVE"}`, nil},
		{"with an identity provider", v2 + "/" + billingID + "/federationSettings", `{"federatedDomains":["acme.example"],"hasRoleMappings":false,"id":"` + acmeFederation + `",
			"identityProviderId":"0c0d0e0f0a0b0c0d0c01","identityProviderStatus":"ACTIVE"}`, domains},
		{"the connection without an identity provider", connectedPath + "/" + billingID, connection(billingID, `null`), nil},
		{"the connection with an identity provider", connectedPath + "/" + billingID, connection(billingID, `"0c0d0e0f0a0b0c0d0c01"`), domains},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_BILLING")
			if row.before != nil {
				c.change(row.before)
			}
			if diff := cmp.Diff(parse(t, row.want), c.do("GET", row.path, "").want(t, 200, "").body); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const connectedPath = "/api/atlas/v2/federationSettings/" + acmeFederation + "/connectedOrgConfigs"

func connection(org, provider string) string {
	return `{"dataAccessIdentityProviderIds":[],"domainAllowList":[],"domainRestrictionEnabled":false,"identityProviderId":` + provider + `,
		"instantUserProvisioningDisabled":false,"orgId":"` + org + `","postAuthRoleGrants":[],"roleMappings":[],"userConflicts":null}`
}

// TestConnectedOrgs: the list has pages and a totalCount, but no parameter includeCount.
func TestConnectedOrgs(t *testing.T) {
	c := demo(t, "ACME_BILLING").change(func(f *Fleet) {
		f.Orgs[2].FederationID, f.Orgs[2].IsDeleted = acmeFederation, true
	})
	res := c.do("GET", connectedPath+"?itemsPerPage=1", "").want(t, 200, "").object()
	want := parse(t, `{"results":[`+connection(billingID, `null`)+`],"totalCount":2,"links":[
		{"rel":"self","href":"`+c.base+connectedPath+`?itemsPerPage=1&pageNum=1"},{"rel":"next","href":"`+c.base+connectedPath+`?itemsPerPage=1&pageNum=2"}]}`)
	if diff := cmp.Diff(want, any(res)); diff != "" {
		t.Error(diff)
	}
	second := c.do("GET", connectedPath+"?itemsPerPage=1&pageNum=2", "").want(t, 200, "").results()
	if diff := cmp.Diff([]any{parse(t, connection(researchID, `null`))}, second); diff != "" {
		t.Error(diff)
	}
	c.do("POST", v2, `{"name":"Acme New","orgOwnerId":"`+adaID+`","federationSettingsId":"`+acmeFederation+`"}`).want(t, 201, "")
	if n := len(c.do("GET", connectedPath, "").want(t, 200, "").results()); n != 3 {
		t.Errorf("%d organizations after the creation of one", n)
	}
}

func TestFederationRefusals(t *testing.T) {
	for _, row := range []struct {
		reason, as, method, path string
		status                   int
		code                     string
	}{
		{"an organization without a federation", "ACME_PROD", "GET", v2 + "/" + prodID + "/federationSettings", 404, "RESOURCE_NOT_FOUND"},
		{"another organization", "ACME_PROD", "GET", v2 + "/" + billingID + "/federationSettings", 401, "USER_CANNOT_ACCESS_ORG"},
		{"a credential that may only read", "ACME_PROD_READ", "GET", v2 + "/" + prodID + "/federationSettings", 401, "NOT_ORG_OWNER"},
		{"a federation that the caller is not connected to", "ACME_PROD", "GET", connectedPath, 401, "USER_UNAUTHORIZED"},
		{"a credential that may only read, for the list", "ACME_PROD_READ", "GET", connectedPath, 401, "NOT_ORG_OWNER"},
		{"a credential without an organization", "NOBODY", "GET", connectedPath, 401, "USER_UNAUTHORIZED"},
		{"a federation that does not exist", "ACME_BILLING", "GET", strings.Replace(connectedPath, acmeFederation, nobody, 1), 401, "USER_UNAUTHORIZED"},
		{"an id that is not 24 hex digits", "ACME_BILLING", "GET", strings.Replace(connectedPath, acmeFederation, "acme", 1), 400, "INVALID_PATH_PARAMETER"},
		{"this list has no includeCount", "ACME_BILLING", "GET", connectedPath + "?includeCount=true", 400, "INVALID_QUERY_PARAMETER"},
		{"a connection is for an owner of that organization", "ACME_BILLING", "GET", connectedPath + "/" + researchID, 401, "USER_CANNOT_ACCESS_ORG"},
		{"an organization that is not connected to that federation", "ACME_PROD", "GET", connectedPath + "/" + prodID, 401, "USER_UNAUTHORIZED"},
		{"an organization id that is not 24 hex digits", "ACME_BILLING", "GET", connectedPath + "/acme", 404, "INVALID_ORG_ID"},
		{"the sandbox cannot change a connection", "ACME_BILLING", "PATCH", connectedPath + "/" + billingID, 501, "SANDBOX_NOT_EMULATED"},
		{"the sandbox has no role mappings", "ACME_BILLING", "GET", connectedPath + "/" + billingID + "/roleMappings", 501, "SANDBOX_NOT_EMULATED"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			demo(t, row.as).do(row.method, row.path, "").want(t, row.status, row.code)
		})
	}
}

// TestFederationBuckets: paths with an organization share its bucket. The list of organizations has one bucket for each
// caller.
func TestFederationBuckets(t *testing.T) {
	c := demo(t, "ACME_BILLING")
	for _, row := range []struct{ path, limit, remaining string }{
		{v2 + "/" + billingID + "/federationSettings", "500", "499"},
		{connectedPath + "/" + billingID, "500", "498"},
		{connectedPath, "300", "299"},
	} {
		h := c.do("GET", row.path, "").want(t, 200, "").header
		if h.Get("RateLimit-Limit") != row.limit || h.Get("RateLimit-Remaining") != row.remaining {
			t.Errorf("%s: %s of %s", row.path, h.Get("RateLimit-Remaining"), h.Get("RateLimit-Limit"))
		}
	}
}
