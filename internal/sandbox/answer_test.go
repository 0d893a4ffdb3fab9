package sandbox

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEnvelope calls all operations on organizations and invitations with envelope and pretty: those of [api] and the
// legacy ones of [doc update-one-organization] and [doc create-one-organization].
func TestEnvelope(t *testing.T) {
	const org, legacy = v2 + "/" + prodID, "/api/public/v1.0/orgs/" + prodID
	created := `{"name":"Acme New","orgOwnerId":"` + adaID + `","apiKey":{"desc":"gitops","roles":["ORG_OWNER"]}}`
	invited := `{"username":"b@acme.example","roles":["ORG_MEMBER"],"teamIds":["` + platform + `"]}`
	for _, row := range []struct {
		reason, as, method, path, body string
		status                         int
		field                          string // field with the answer; "" for an answer without a body
		holds                          string // part of the answer
	}{
		{"/api/public/v1.0: the field is named envelope", "ACME_PROD", "PATCH", legacy, `{"name":"Organization Name 1"}`, 200, "envelope", `"name": "Organization Name 1"`},
		{"create_organization: the status is 201", "ACME_BILLING", "POST", v2, created, 201, "content", `"name": "Acme New"`},
		{"create_organization_invitation", "ACME_PROD", "POST", invitesPath, invited, 200, "content", `"username": "b@acme.example"`},
		{"delete_organization: no body", "ACME_RESEARCH", "DELETE", v2 + "/" + researchID, "", 204, "", ""},
		{"delete_organization_invitation: no body", "ACME_PROD", "DELETE", invitesPath + "/" + alanID, "", 204, "", ""},
		{"get_organization", "ACME_PROD", "GET", org, "", 200, "content", `"name": "Acme-Production"`},
		{"get_organization_invitation", "ACME_PROD", "GET", invitesPath + "/" + alanID, "", 200, "content", `"username": "alan@acme.example"`},
		{"get_organization_settings", "ACME_PROD", "GET", org + "/settings", "", 200, "content", `"restrictEmployeeAccess": true`},
		{"list_organization_invitations: a bare array", "ACME_PROD", "GET", invitesPath, "", 200, "content", `"username": "alan@acme.example"`},
		{"list_organization_projects: a list object gets the field status", "ACME_PROD", "GET", org + "/groups", "", 200, "results", `"name": "Checkout"`},
		{"list_organization_users", "ACME_PROD", "GET", org + "/users", "", 200, "results", `"username": "ada@acme.example"`},
		{"list_organizations", "ACME_PROD", "GET", v2, "", 200, "results", `"name": "Acme-Production"`},
		{"rename_organization", "ACME_PROD", "PATCH", org, `{"name":"Acme"}`, 200, "content", `"name": "Acme"`},
		{"update_organization_invitation", "ACME_PROD", "PATCH", invitesPath, `{"username":"alan@acme.example","roles":["ORG_OWNER"]}`, 200, "content", `"ORG_OWNER"`},
		{"update_organization_invitation_by_id", "ACME_PROD", "PATCH", invitesPath + "/" + alanID, `{"roles":["ORG_OWNER"]}`, 200, "content", `"ORG_OWNER"`},
		{"update_organization_settings", "ACME_PROD", "PATCH", org + "/settings", `{"multiFactorAuthRequired":true}`, 200, "content", `"multiFactorAuthRequired": true`},
		{"/api/atlas/v1.0: the same field as v2", "ACME_BILLING", "POST", "/api/atlas/v1.0/orgs", created, 201, "content", `"name": "Acme New"`},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, row.as)
			res := c.do(row.method, row.path+"?envelope=true&pretty=true", row.body).want(t, row.status, "")
			if row.field == "" {
				if res.raw != "" {
					t.Errorf("got %s", res.raw)
				}
				return
			}
			if got := res.object()["status"]; got != number(strconv.Itoa(row.status)) || res.object()[row.field] == nil {
				t.Errorf("want status %d and %s: %s", row.status, row.field, res.raw)
			}
			if n := len(res.object()); row.field != "results" && n != 2 {
				t.Errorf("an envelope has two fields: %s", res.raw)
			}
			if !strings.Contains(res.raw, "\n  ") || !strings.Contains(res.raw, row.holds) {
				t.Errorf("want %s in indented JSON: %s", row.holds, res.raw)
			}
		})
	}
}

// TestNoEnvelope: envelope=false adds no envelope, and an error never has one.
func TestNoEnvelope(t *testing.T) {
	c := demo(t, "ACME_PROD")
	for _, path := range []string{v2 + "/" + prodID, invitesPath} {
		if diff := cmp.Diff(c.do("GET", path, "").body, c.do("GET", path+"?envelope=false", "").body); diff != "" {
			t.Error(diff)
		}
	}
	if plain := c.do("GET", v2+"?envelope=false", "").object(); plain["status"] != nil {
		t.Errorf("an answer without envelope has the status: %v", plain)
	}
	plain := c.do("PATCH", v2+"/"+prodID, `{}`).want(t, 400, "MISSING_ATTRIBUTE")
	wrapped := c.do("PATCH", v2+"/"+prodID+"?envelope=true", `{}`).want(t, 400, "MISSING_ATTRIBUTE")
	if plain.raw != wrapped.raw {
		t.Errorf("got %s", wrapped.raw)
	}
}

func TestPretty(t *testing.T) {
	c := demo(t, "ACME_PROD")
	if raw := c.do("GET", v2+"/"+prodID+"?pretty=true", "").raw; !strings.Contains(raw, "\n  \"id\": ") {
		t.Error(raw)
	}
	if raw := c.do("GET", v2+"/"+prodID+"?pretty=false", "").raw; strings.Contains(raw, "\n ") {
		t.Error(raw)
	}
}
