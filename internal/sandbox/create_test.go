package sandbox

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const account = `{"name":"gitops","description":"managed by git","roles":["ORG_OWNER"],"secretExpiresAfterHours":2160}`

func TestCreateOrgWithKey(t *testing.T) {
	for _, path := range []string{v2, "/api/atlas/v1.0/orgs"} {
		t.Run(path, func(t *testing.T) {
			c := demo(t, "ACME_BILLING")
			res := c.do("POST", path, `{"name":"Acme New","orgOwnerId":"`+adaID+`","apiKey":{"desc":"gitops","roles":["ORG_OWNER"]},
				"federationSettingsId":"`+acmeFederation+`","skipDefaultAlertsSettings":true}`).want(t, 201, "")
			got := res.object()
			org, key := got["organization"].(fields), got["apiKey"].(fields)
			if got["orgOwnerId"] != adaID || got["federationSettingsId"] != acmeFederation || got["skipDefaultAlertsSettings"] != true {
				t.Errorf("echoes %v", got)
			}
			if org["name"] != "Acme New" || org["skipDefaultAlertsSettings"] != true || got["serviceAccount"] != nil {
				t.Errorf("organization %v", got)
			}
			if !regexp.MustCompile(`^[a-z]{8}$`).MatchString(key["publicKey"].(string)) ||
				!regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(key["privateKey"].(string)) {
				t.Errorf("key %v", key)
			}
			id := org["id"].(string)
			if diff := cmp.Diff(parse(t, `[{"orgId":"`+id+`","roleName":"ORG_OWNER"}]`), key["roles"]); diff != "" {
				t.Error(diff)
			}
			c.do("GET", v2+"/"+id, "").want(t, 401, "USER_CANNOT_ACCESS_ORG") // the payer's credential cannot manage it
			c.cred = Credential{PublicKey: key["publicKey"].(string), PrivateKey: key["privateKey"].(string)}
			wantNew(c, id)
		})
	}
}

// wantNew reads the new organization with its own credential.
func wantNew(c *client, id string) {
	c.t.Helper()
	wantSettings(c.t, c.do("GET", v2+"/"+id+"/settings", "").object(), `{"apiAccessListRequired":false,"customSessionTimeouts":null,
		"genAIFeaturesEnabled":true,"maxServiceAccountSecretValidityInHours":null,"multiFactorAuthRequired":false,
		"operationsContact":null,"restrictEmployeeAccess":false,"securityContact":null,"streamsCrossGroupEnabled":false}`)
	users := c.send(request{method: "GET", path: v2 + "/" + id + "/users", accept: v2025}).results()
	if len(users) != 1 || users[0].(fields)["id"] != adaID || users[0].(fields)["orgMembershipStatus"] != "ACTIVE" {
		c.t.Errorf("users %v", users)
	}
	c.do("POST", v2, `{"name":"Another","orgOwnerId":"`+adaID+`"}`).want(c.t, 403, "API_KEY_MUST_BE_ASSOCIATED_WITH_PAYING_ORG")
}

func TestCreateOrgWithServiceAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		payer := demoDirect(t, "ACME_BILLING").bearer()
		got := payer.do("POST", v2, `{"name":"Acme New","serviceAccount":`+account+`}`).want(t, 201, "").object()
		if _, given := got["orgOwnerId"]; given || got["apiKey"] != nil {
			t.Errorf("the answer has an owner: %v", got)
		}
		sa := got["serviceAccount"].(fields)
		secret := sa["secrets"].([]any)[0].(fields)
		if life := date(t, secret["expiresAt"]).Sub(date(t, sa["createdAt"])); life != 2160*time.Hour {
			t.Errorf("secret lives %v", life)
		}
		if !regexp.MustCompile(`^mdb_sa_id_[0-9a-f]{24}$`).MatchString(sa["clientId"].(string)) ||
			!regexp.MustCompile(`^mdb_sa_sk_.{40}$`).MatchString(secret["secret"].(string)) {
			t.Errorf("service account %v", sa)
		}
		c := *payer
		c.cred = Credential{ClientID: sa["clientId"].(string), ClientSecret: secret["secret"].(string)}
		id := got["organization"].(fields)["id"].(string)
		c.bearer().do("GET", v2+"/"+id, "").want(t, 200, "")
		time.Sleep(2160 * time.Hour)
		if res := c.mint(); res.status != 401 {
			t.Errorf("an expired secret gets a token: %d", res.status)
		}
	})
}

// TestNewOwner: who may own a new organization. Acme Billing pays. It is in the same federation as Acme-Research, which
// grace owns.
func TestNewOwner(t *testing.T) {
	const grace, alan = "5f1b0c0d0e0f0a0b0c0d2002", "5f1b0c0d0e0f0a0b0c0d2005"
	const federated, foreign, none = `"federationSettingsId":"` + acmeFederation + `"`, `"federationSettingsId":"5f1b0c0d0e0f0a0b0c0d0c02"`, `"skipDefaultAlertsSettings":false`
	connect := func(org int, id string) func(*Fleet) { return func(f *Fleet) { f.Orgs[org].FederationID = id } }
	for _, row := range []struct {
		reason, with, owner string
		before              func(*Fleet)
		status              int
		code                string
	}{
		{"an active user of the payer", none, adaID, nil, 201, ""},
		{"the role in the payer does not matter", none, adaID, func(f *Fleet) { f.Orgs[3].user("ada@acme.example").OrgRoles = []string{"ORG_READ_ONLY"} }, 201, ""},
		{"an owner of another organization only", none, grace, nil, 404, "USER_NOT_FOUND"},
		{"an owner of a connected organization", federated, grace, nil, 201, ""},
		{"an owner of the payer, which is connected, too", federated, adaID, nil, 201, ""},
		{"a user of the payer who is not an owner", federated, adaID, func(f *Fleet) { f.Orgs[3].user("ada@acme.example").OrgRoles = []string{"ORG_MEMBER"} }, 404, "USER_NOT_FOUND"},
		{"a user of a connected organization who is not an owner", federated, grace, func(f *Fleet) { f.Orgs[4].user("grace@acme.example").OrgRoles = []string{"ORG_MEMBER"} }, 404, "USER_NOT_FOUND"},
		{"a pending owner of a connected organization", federated, alan, func(f *Fleet) {
			u := *f.Orgs[0].user("alan@acme.example")
			u.OrgRoles = []string{orgOwner}
			f.Orgs[4].Users = append(f.Orgs[4].Users, &u)
		}, 404, "USER_NOT_FOUND"},
		{"an owner of a deleted organization", federated, grace, func(f *Fleet) { f.Orgs[4].IsDeleted = true }, 404, "USER_NOT_FOUND"},
		{"an owner of an organization that is not connected", federated, grace, connect(4, ""), 404, "USER_NOT_FOUND"},
		{"a federation that does not exist", foreign, adaID, nil, 401, "USER_UNAUTHORIZED"},
		{"a federation that the payer is not connected to", foreign, grace, connect(4, "5f1b0c0d0e0f0a0b0c0d0c02"), 401, "USER_UNAUTHORIZED"},
		{"a federation that the payer has left", federated, grace, connect(3, ""), 401, "USER_UNAUTHORIZED"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_BILLING")
			if row.before != nil {
				c.change(row.before)
			}
			body := `{"name":"Acme New","orgOwnerId":"` + row.owner + `",` + row.with + `}`
			c.do("POST", v2, body).want(t, row.status, row.code)
			made := c.s.state.fleet.lookup("Acme New")
			if row.status != 201 {
				if made != nil {
					t.Error("a refused request changed something")
				}
				return
			}
			if u := made.Users[0]; u.ID != row.owner || u.Status != active || !slices.Equal(u.OrgRoles, []string{orgOwner}) {
				t.Errorf("owner %+v", u)
			}
			if made.FederationID != map[string]string{federated: acmeFederation}[row.with] {
				t.Errorf("connected to %q", made.FederationID)
			}
		})
	}
}

// TestMaxOrgs: a user can be in at most 250 organizations; deleted ones do not count.
func TestMaxOrgs(t *testing.T) {
	c := demo(t, "ACME_BILLING").change(func(f *Fleet) {
		for len(f.Orgs) < 251 { // ada is already in four of the first five organizations
			f.Orgs = append(f.Orgs, &Org{ID: MadeUpID(fmt.Sprint(len(f.Orgs))), Users: []*User{f.Orgs[3].Users[0]}})
		}
		f.Orgs[250].IsDeleted = true
	})
	body := `{"name":"Acme New","orgOwnerId":"` + adaID + `"}`
	c.do("POST", v2, body).want(t, 201, "")
	res := c.do("POST", v2, body).want(t, 400, "MAX_ORGS_PER_USER_EXCEEDED")
	if diff := cmp.Diff(parse(t, `[250,"ada@acme.example"]`), res.object()["parameters"]); diff != "" {
		t.Error(diff)
	}
}

// TestCreateOrgWithoutAccess: for a service account, Atlas creates an organization that no one can access. The program
// refuses that, not Atlas.
func TestCreateOrgWithoutAccess(t *testing.T) {
	c := demo(t, "ACME_BILLING").bearer()
	for name, body := range map[string]string{
		"Bare":   `{"name":"Bare"}`,
		"Reader": `{"name":"Reader","apiKey":{"desc":"x","roles":["ORG_READ_ONLY"]}}`,
	} {
		c.do("POST", v2, body).want(t, 201, "")
		if o := c.s.state.fleet.lookup(name); len(o.Users) != 0 {
			t.Errorf("%s has users: %v", name, o.Users)
		}
	}
}

// TestPendingOwner: a pending user cannot own an organization.
func TestPendingOwner(t *testing.T) {
	c := demo(t, "ACME_PROD").change(func(f *Fleet) { f.Orgs[0].Paying = true })
	c.do("POST", v2, `{"name":"New","orgOwnerId":"5f1b0c0d0e0f0a0b0c0d2009"}`).want(t, 404, "USER_NOT_FOUND")
	c.do("POST", v2, `{"name":"New","orgOwnerId":"`+adaID+`"}`).want(t, 201, "")
}

// TestDuplicateRoles: a role that is requested twice is granted once.
func TestDuplicateRoles(t *testing.T) {
	body := `{"name":"New","orgOwnerId":"` + adaID + `","apiKey":{"desc":"x","roles":["ORG_OWNER","ORG_MEMBER","ORG_OWNER"]}}`
	c := demo(t, "ACME_BILLING")
	c.do("POST", v2, body).want(t, 201, "")
	issued := c.s.state.fleet.Credentials[len(c.s.state.fleet.Credentials)-1]
	if !slices.Equal(issued.Roles, []string{"ORG_OWNER", "ORG_MEMBER"}) {
		t.Errorf("got %v", issued.Roles)
	}
}

func TestCreateOrgRefusals(t *testing.T) {
	named := `{"name":"New","orgOwnerId":"` + adaID + `"`
	sa := func(old, with string) string {
		return named + `,"serviceAccount":` + strings.Replace(account, old, with, 1) + `}`
	}
	for _, row := range []struct {
		reason, as, body string
		status           int
		code             string
	}{
		{"the least that is required", "ACME_BILLING", named + `}`, 201, ""},
		{"a null service account is the same as none", "ACME_BILLING", named + `,"serviceAccount":null}`, 201, ""},
		{"no name", "ACME_BILLING", `{"orgOwnerId":"` + adaID + `"}`, 400, "MISSING_ATTRIBUTE"},
		{"a bad name", "ACME_BILLING", `{"name":"a/b","orgOwnerId":"` + adaID + `"}`, 400, "INVALID_ORG_NAME"},
		{"an API key without orgOwnerId", "ACME_BILLING", `{"name":"New"}`, 400, "MISSING_ATTRIBUTE"},
		{"an unknown id", "ACME_BILLING", `{"name":"New","orgOwnerId":"000000000000000000000000"}`, 404, "USER_NOT_FOUND"},
		{"an invalid id", "ACME_BILLING", `{"name":"New","orgOwnerId":"ada"}`, 404, "USER_NOT_FOUND"},
		{"a number", "ACME_BILLING", `{"name":"New","orgOwnerId":1}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{"a user of another organization only", "ACME_BILLING", `{"name":"New","orgOwnerId":"5f1b0c0d0e0f0a0b0c0d2002"}`, 404, "USER_NOT_FOUND"},
		{"the caller's organization does not pay", "ACME_PROD", named + `}`, 403, "API_KEY_MUST_BE_ASSOCIATED_WITH_PAYING_ORG"},
		{"the caller has no organization", "NOBODY", named + `}`, 403, "API_KEY_MUST_BE_ASSOCIATED_WITH_PAYING_ORG"},
		{"two credentials", "ACME_BILLING", named + `,"apiKey":{"desc":"x","roles":["ORG_OWNER"]},"serviceAccount":` + account + `}`, 400, "VALIDATION_ERROR"},
		{"a key without description", "ACME_BILLING", named + `,"apiKey":{"roles":["ORG_OWNER"]}}`, 400, "MISSING_ATTRIBUTE"},
		{"a key with an empty description", "ACME_BILLING", named + `,"apiKey":{"desc":"","roles":["ORG_OWNER"]}}`, 400, "VALIDATION_ERROR"},
		{"a key with a description that is too long", "ACME_BILLING", named + `,"apiKey":{"desc":"` + strings.Repeat("x", 251) + `","roles":["ORG_OWNER"]}}`, 400, "VALIDATION_ERROR"},
		{"a key without roles", "ACME_BILLING", named + `,"apiKey":{"desc":"x","roles":[]}}`, 400, "VALIDATION_ERROR"},
		{"a key with an unknown role", "ACME_BILLING", named + `,"apiKey":{"desc":"x","roles":["ORG_KING"]}}`, 400, "INVALID_ENUM_VALUE"},
		{"a key with a field of the other kind", "ACME_BILLING", named + `,"apiKey":{"desc":"x","roles":["ORG_OWNER"],"name":"x"}}`, 400, "INVALID_ATTRIBUTE"},
		{"a key that is null", "ACME_BILLING", named + `,"apiKey":null}`, 400, "VALIDATION_ERROR"},
		{"a key that is a string", "ACME_BILLING", named + `,"apiKey":"x"}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{"an account without name", "ACME_BILLING", sa(`"name":"gitops",`, ``), 400, "MISSING_ATTRIBUTE"},
		{"an account name with a forbidden character", "ACME_BILLING", sa(`gitops`, `git/ops`), 400, "VALIDATION_ERROR"},
		{"an account with an empty description", "ACME_BILLING", sa(`managed by git`, ``), 400, "VALIDATION_ERROR"},
		{"an account without roles", "ACME_BILLING", sa(`"ORG_OWNER"`, ``), 400, "VALIDATION_ERROR"},
		{"a secret that is valid too short", "ACME_BILLING", sa(`2160`, `7`), 400, "VALIDATION_ERROR"},
		{"a secret that is valid too long", "ACME_BILLING", sa(`2160`, `8761`), 400, "VALIDATION_ERROR"},
		{"a validity that is a string", "ACME_BILLING", sa(`2160`, `"2160"`), 400, "INVALID_JSON_ATTRIBUTE"},
		{"an invalid federation id", "ACME_BILLING", named + `,"federationSettingsId":"x"}`, 400, "VALIDATION_ERROR"},
		{"an unknown field", "ACME_BILLING", named + `,"owner":"x"}`, 400, "INVALID_ATTRIBUTE"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, row.as)
			c.do("POST", v2, row.body).want(t, row.status, row.code)
			if n := len(c.s.state.fleet.Orgs); row.status != 201 && n != 5 {
				t.Errorf("a refused request changed something: %d organizations", n)
			}
		})
	}
}
