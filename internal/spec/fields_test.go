package spec

import (
	"encoding/json"
	"strings"
	"testing"

	"atlas-gitops/internal/resource"
)

// TestCheckFields checks the fields of a plan against the schema, as the fields of a tree.
func TestCheckFields(t *testing.T) {
	type fields = resource.Fields
	owner := fields{"roles": []any{"ORG_OWNER"}}
	creation := func(more fields) fields {
		f := fields{"name": "Acme", "from": "BILLING", "ownerId": "5f1b0c0d0e0f0a0b0c0d0e01", "skipDefaultAlertsSettings": true}
		for key, value := range more {
			f[key] = value
		}
		return f
	}
	for _, row := range []struct {
		reason string
		kind   *resource.Kind
		key    string
		fields fields
		exists bool
		want   string // in the error; "" for none
	}{
		{"a setting", resource.Settings, "", fields{"multiFactorAuthRequired": true}, true, ""},
		{"a setting that is cleared", resource.Settings, "", fields{"securityContact": nil, "customSessionTimeouts": fields{"idleSessionTimeoutInSeconds": nil}}, true, ""},
		{"text for a flag", resource.Settings, "", fields{"apiAccessListRequired": "true"}, true, "settings: apiAccessListRequired is \"true\"; it takes true or false"},
		{"a setting that does not exist", resource.Settings, "", fields{"fooBar": json.Number("1")}, true, `settings: unknown key "fooBar"`},
		{"a number out of range", resource.Settings, "", fields{"maxServiceAccountSecretValidityInHours": json.Number("1")}, true, "settings: maxServiceAccountSecretValidityInHours is 1"},
		{"a flag cannot be cleared", resource.Settings, "", fields{"multiFactorAuthRequired": nil}, true, "settings: multiFactorAuthRequired is"},
		{"a new person", resource.Members, "ada@acme.example", owner, false, ""},
		{"a new person without roles", resource.Members, "ada@acme.example", fields{"teams": []any{"Platform"}}, false, "members/ada@acme.example: missing roles"},
		{"an existing person needs no roles", resource.Members, "ada@acme.example", fields{"teams": []any{"Platform"}}, true, ""},
		{"roles cannot be empty", resource.Members, "ada@acme.example", fields{"roles": []any{}}, true, "members/ada@acme.example: roles is empty"},
		{"a text instead of a list", resource.Members, "ada@acme.example", fields{"roles": "ORG_OWNER"}, true, `members/ada@acme.example: roles is "ORG_OWNER"; it takes a list`},
		{"a username that is malformed", resource.Invitations, "ada lovelace ", owner, false, "invitations/ada lovelace : username is"},
		{"a new person without an e-mail address", resource.Members, "ada", owner, false, `members/ada: username "ada" is not an e-mail address`},
		{"an existing person without an e-mail address", resource.Members, "ada", owner, true, ""},
		{"a field that only Atlas sets", resource.Members, "ada@acme.example", fields{"roles": []any{"ORG_OWNER"}, "status": "ACTIVE"}, false, `unknown key "status"`},
		{"a name", resource.Organization, "", fields{"name": "Acme"}, true, ""},
		{"an invalid name", resource.Organization, "", fields{"name": "a/b"}, true, "organization: name is"},
		{"a creation", resource.Organization, "", creation(nil), false, ""},
		{"a creation with an invalid owner id", resource.Organization, "", creation(fields{"ownerId": "ada"}), false, "organization: ownerId is"},
		{"a creation with two credentials", resource.Organization, "", creation(fields{
			"apiKey":         fields{"desc": "gitops", "roles": []any{"ORG_OWNER"}},
			"serviceAccount": fields{"name": "gitops", "description": "x", "roles": []any{"ORG_OWNER"}, "secretExpiresAfterHours": json.Number("100")},
		}), false, "organization: create takes apiKey or serviceAccount, not both"},
	} {
		got := ""
		if err := CheckFields(row.kind, row.key, row.fields, row.exists); err != nil {
			got = err.Error()
		}
		if (got == "") != (row.want == "") || !strings.Contains(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
