package sandbox

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const byNamePath = "/api/atlas/v2/users/byName/"

func TestGetUserByName(t *testing.T) {
	for _, row := range []struct {
		reason, as, name string
		status           int
		code             string
	}{
		{"a member", "ACME_PROD", "ada@acme.example", 200, ""},
		{"for a credential that may only read", "ACME_PROD_READ", "ada@acme.example", 200, ""},
		{"an escaped name", "ACME_PROD", "ada%40acme.example", 200, ""},
		{"names are in lower case", "ACME_PROD", "Ada@acme.example", 404, "USERNAME_NOT_FOUND"},
		{"an invited person", "ACME_PROD", "alan@acme.example", 404, "USERNAME_NOT_FOUND"},
		{"a member of another organization", "ACME_STAGING", "grace@acme.example", 404, "USERNAME_NOT_FOUND"},
		{"nobody", "ACME_PROD", "nobody@acme.example", 404, "USERNAME_NOT_FOUND"},
		{"a credential without an organization", "NOBODY", "ada@acme.example", 404, "USERNAME_NOT_FOUND"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			res := demo(t, row.as).do("GET", byNamePath+row.name, "").want(t, row.status, row.code)
			if row.status != 200 {
				return
			}
			want := parse(t, `{"id":"`+adaID+`","username":"ada@acme.example","emailAddress":"ada@acme.example","roles":[{"orgId":"`+prodID+`","roleName":"ORG_OWNER"}],
				"teamIds":[],"links":[],"firstName":"Ada","lastName":"Lovelace","country":"US","mobileNumber":null,"createdAt":"2024-05-06T08:00:00Z","lastAuth":"2024-05-06T08:00:00Z"}`)
			if diff := cmp.Diff(want, res.body); diff != "" {
				t.Error(diff)
			}
			h := res.header
			if h.Get("Sunset") == "" || h.Get("RateLimit-Limit") != "2500" || h.Get("RateLimit-Remaining") != "2499" {
				t.Errorf("headers %v", h)
			}
		})
	}
	c := demo(t, "ACME_PROD")
	c.do("GET", byNamePath+"ada@acme.example", "").want(t, 200, "")
	if got := c.newer("GET", usersPath, "").header.Get("RateLimit-Remaining"); got != "499" {
		t.Errorf("the path uses the bucket of the organization: %s left", got)
	}
}
