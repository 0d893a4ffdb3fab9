package plan_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/schema"
)

// checkSaved checks that the JSON form matches its schema, and that ReadJSON returns the same plan if this version can carry it out.
func checkSaved(t *testing.T, form *jsonschema.Schema, p *plan.Plan, text string) {
	t.Helper()
	var document any
	parse(t, text, &document)
	if err := form.Validate(document); err != nil {
		t.Errorf("schema/plan.json: %#v", err)
	}
	read, err := plan.ReadJSON([]byte(text))
	if canAll(p) != (err == nil) {
		t.Errorf("ReadJSON: got error %v", err)
	}
	if err == nil && written(t, read, plan.WriteJSON) != text {
		t.Errorf("the plan differs after it was read and written again:\n%s", cmp.Diff(text, written(t, read, plan.WriteJSON)))
	}
}

func canAll(p *plan.Plan) bool {
	for _, org := range p.Orgs {
		for _, s := range org.Steps {
			if !resource.ByName(s.Kind).Can(string(s.Op)) {
				return false
			}
		}
	}
	return true
}

func planSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := fs.ReadFile(schema.Files, "plan.json")
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := jsonschema.CompileString("plan.json", string(data))
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// TestReadJSONRefuses: the error says why a text is not a plan that this version saved.
func TestReadJSONRefuses(t *testing.T) {
	p := plan.New([]plan.Org{{Name: "Acme", ID: id, Credentials: "ACME", Steps: []plan.Step{{
		Op: plan.Update, Kind: "settings", Source: &plan.Source{File: "orgs/acme.yaml", Line: 4}, Sources: map[string]plan.Source{"multiFactorAuthRequired": {File: "orgs/acme.yaml", Line: 7}},
		Before: resource.Fields{"multiFactorAuthRequired": true}, After: resource.Fields{"multiFactorAuthRequired": json.Number("1")},
	}}}})
	saved := written(t, p, plan.WriteJSON)
	if _, err := plan.ReadJSON([]byte(saved)); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ reason, old, new, want string }{
		{"a YAML file", saved, "name: Acme\n", "it is not a saved plan"},
		{"an empty file", saved, "", "it is not a saved plan"},
		{"other JSON", saved, `{"version": 4}`, "it is not a saved plan"},
		{"a later format", `"format": 1`, `"format": 2`, "it has format 2, but this version reads format 1"},
		{"a file that is cut off", "}\n", "", "it is not a saved plan"},
		{"two plans in one file", saved, saved + saved, "it is not a saved plan"},
		{"a field that this version does not know", `"op":`, `"sudo": true, "op":`, `it is not a saved plan of this version: json: unknown field "sudo"`},
		{"a kind that this version does not know", `"kind": "settings"`, `"kind": "teams"`, "this version does not know teams, which a step changes"},
		{"an operation that does not exist", `"op": "update"`, `"op": "drop"`, "this version cannot drop settings"},
		{"an operation that the kind does not have", `"op": "update"`, `"op": "delete"`, "this version cannot delete settings"},
		{"another value after", `"multiFactorAuthRequired": 1`, `"multiFactorAuthRequired": 0`, "it was edited: its steps have another digest, "},
		{"another value before", "true", "false", "it was edited: its steps have another digest, "},
		{"another organization", id, strings.Repeat("0", 24), "it was edited: its steps have another digest, "},
		{"another credential", `"ACME"`, `"OTHER"`, "it was edited: its checksum does not match its content"},
		{"another place of the step", `"line": 4`, `"line": 5`, "it was edited: its checksum does not match its content"},
		{"another place of a field", `"line": 7`, `"line": 5`, "it was edited: its checksum does not match its content"},
		{"a key that is written twice", `"digest"`, `"digest": "", "digest"`, "it was edited: its checksum does not match its content"},
		{"a key in capitals", `"orgs"`, `"ORGS"`, "it was edited: its checksum does not match its content"},
		{"an additional field with null", `"steps": [`, `"error": null, "steps": [`, "it was edited: its checksum does not match its content"},
		{"another digest", p.Digest, strings.Repeat("0", 64), "it was edited: its steps have another digest, " + p.Digest},
	} {
		edited := strings.Replace(saved, row.old, row.new, 1)
		_, err := plan.ReadJSON([]byte(edited))
		var refused *plan.SavedError
		if edited == saved || !errors.As(err, &refused) || !strings.HasPrefix(refused.Reason, row.want) {
			t.Errorf("%s: got %v, want %s…", row.reason, err, row.want)
		}
	}
}

// TestReadJSONIgnoresWhiteSpace: white space does not matter.
func TestReadJSONIgnoresWhiteSpace(t *testing.T) {
	p := plan.New([]plan.Org{{Name: "Acme", ID: id}})
	saved := written(t, p, plan.WriteJSON)
	if _, err := plan.ReadJSON([]byte(strings.ReplaceAll(saved, "\n", "\r\n\t"))); err != nil {
		t.Error(err)
	}
}

// TestReadJSONRefusesForgeries: even a plan with a valid digest and checksum must show everything that it would do.
func TestReadJSONRefusesForgeries(t *testing.T) {
	roles := func(role string) resource.Fields { return resource.Fields{"roles": []any{role}} }
	contact := resource.Fields{"securityContact": nil}
	step := func(op plan.Op, kind, key string, before, after resource.Fields) plan.Step {
		return plan.Step{Op: op, Kind: kind, Key: key, Before: before, After: after}
	}
	good := step(plan.Delete, "invitations", "ada@acme.example", roles("ORG_MEMBER"), nil)
	org := func(steps ...plan.Step) plan.Org { return plan.Org{Name: "Acme", ID: id, Steps: steps} }
	created := func(steps ...plan.Step) plan.Org { return plan.Org{Name: "Acme", Steps: steps} }
	creation := step(plan.Create, "organization", "", nil, resource.Fields{"name": "Acme", "from": "BILLING"})
	deletion := step(plan.Delete, "organization", "", resource.Fields{"name": "Acme"}, nil)
	invited := step(plan.Create, "members", "a@b.example", nil, roles("ORG_MEMBER"))
	again, oddly, removedAgain, createdAgain := invited, invited, good, creation
	again.ReinviteReason, oddly.ReinviteReason, removedAgain.ReinviteReason, createdAgain.ReinviteReason = plan.AfterExpiry, "ACTIVE", plan.AfterExpiry, plan.AfterExpiry
	promotion := step(plan.Update, "members", "a@b.example", roles("ORG_MEMBER"), roles("ORG_OWNER"))
	demotion := step(plan.Update, "members", "a@b.example", roles("ORG_OWNER"), roles("ORG_MEMBER"))
	rest := step(plan.Update, "members", "a@b.example", resource.Fields{"teams": nil}, resource.Fields{"teams": []any{"T"}})
	owner := step(plan.Delete, "members", "b@b.example", resource.Fields{"status": "ACTIVE", "roles": []any{"ORG_OWNER"}}, nil)
	const twice = "it has two steps for members/a@b.example"
	const unidentified = "it does not identify the organization Acme"
	const hidden = "is incomplete"
	for _, row := range []struct {
		reason string
		orgs   []plan.Org
		want   string // the error; "" if the plan is accepted
	}{
		{"a valid plan", []plan.Org{org(good)}, ""},
		{"two steps for settings, one of them deferred", []plan.Org{org(
			step(plan.Update, "settings", "", contact, contact),
			step(plan.Update, "settings", "", resource.Fields{"apiAccessListRequired": false}, resource.Fields{"apiAccessListRequired": true}))}, ""},
		{"the same organization twice", []plan.Org{org(good), org(good)}, "it has the organization " + id + " twice"},
		{"a removal twice", []plan.Org{org(good, good)}, "it has two steps for invitations/ada@acme.example"},
		{"two steps for one person, who is removed and changed", []plan.Org{org(promotion, step(plan.Delete, "members", "a@b.example", roles("ORG_MEMBER"), nil))}, twice},
		{"two steps for one person, who is changed after the removal", []plan.Org{org(step(plan.Delete, "members", "a@b.example", roles("ORG_OWNER"), nil), demotion)}, twice},
		{"two steps for one person, both with roles", []plan.Org{org(promotion, step(plan.Update, "members", "a@b.example", roles("ORG_MEMBER"), roles("ORG_READ_ONLY")))}, twice},
		{"an owner who is granted first, and the rest of the update", []plan.Org{org(promotion, rest)}, ""},
		{"an owner who is demoted first, and the rest of the update", []plan.Org{org(demotion, rest)}, ""},
		{"a demotion of an owner who had to wait, after the rest of the update", []plan.Org{org(rest, demotion)}, ""},
		{"the rest of an update twice", []plan.Org{org(promotion, rest, rest)}, twice},
		{"a demotion and the rest of the update in one step", []plan.Org{org(step(plan.Update, "members", "a@b.example",
			resource.Fields{"roles": []any{"ORG_OWNER"}, "teams": nil}, resource.Fields{"roles": []any{"ORG_MEMBER"}, "teams": []any{"T"}}))},
			"its step ~ members/a@b.example takes ORG_OWNER and also changes something else; this version makes two steps of it"},
		{"a grant to somebody who is only invited", []plan.Org{org(invited, step(plan.Update, "members", "b@b.example", roles("ORG_MEMBER"), roles("ORG_OWNER")))}, ""},
		{"a removal after an addition", []plan.Org{org(invited, good)}, "its step - invitations/ada@acme.example must come before + members/a@b.example"},
		{"a removal of an owner who had to wait", []plan.Org{org(invited, owner)}, ""},
		{"an addition after the removal of an owner who had to wait", []plan.Org{org(invited, owner, step(plan.Create, "members", "c@b.example", nil, roles("A")))},
			"its step + members/c@b.example must come before - members/b@b.example"},
		{"a removal of an invited owner after an addition", []plan.Org{org(invited, step(plan.Delete, "members", "b@b.example",
			resource.Fields{"status": "PENDING", "roles": []any{"ORG_OWNER"}}, nil))}, "its step - members/b@b.example must come before + members/a@b.example"},
		{"a grant after a removal, and then another removal", []plan.Org{org(good, promotion, step(plan.Delete, "members", "c@b.example", roles("A"), nil))},
			"its step - members/c@b.example must come before ~ members/a@b.example"},
		{"a rename after another step", []plan.Org{org(invited, step(plan.Update, "organization", "", resource.Fields{"name": "A"}, resource.Fields{"name": "Acme"}))},
			"its step ~ organization must come before + members/a@b.example"},
		{"a deferred step before another one", []plan.Org{org(
			step(plan.Update, "settings", "", resource.Fields{"apiAccessListRequired": false}, resource.Fields{"apiAccessListRequired": true}), good)},
			"its step - invitations/ada@acme.example must come before ~ settings"},
		{"a removal without the values before", []plan.Org{org(step(plan.Delete, "invitations", "a@b.example", nil, nil))}, hidden},
		{"an update without the values before", []plan.Org{org(step(plan.Update, "settings", "", resource.Fields{}, contact))}, hidden},
		{"an update without the values after", []plan.Org{org(step(plan.Update, "settings", "", contact, nil))}, hidden},
		{"an update that does not show a part before", []plan.Org{org(step(plan.Update, "settings", "", resource.Fields{"customSessionTimeouts": resource.Fields{}},
			resource.Fields{"customSessionTimeouts": resource.Fields{"idleSessionTimeoutInSeconds": nil}}))}, hidden},
		{"an update of a person without a key", []plan.Org{org(step(plan.Update, "invitations", "", roles("A"), roles("B")))}, hidden},
		{"settings with a key", []plan.Org{org(step(plan.Update, "settings", "ada", contact, contact))}, hidden},
		{"a new organization with a member", []plan.Org{created(creation, invited)}, ""},
		{"settings of a new organization, without the values before", []plan.Org{created(creation, step(plan.Update, "settings", "", nil, contact))}, ""},
		{"settings of an existing organization, without the values before", []plan.Org{org(step(plan.Update, "settings", "", nil, contact))}, hidden},
		{"a member of a new organization, without the values before", []plan.Org{created(creation, step(plan.Update, "members", "a@b.example", nil, roles("A")))}, hidden},
		{"an organization without an id or a creation", []plan.Org{created(invited)}, unidentified},
		{"a creation of an organization with an id", []plan.Org{org(creation)}, unidentified},
		{"a creation that is not the first step", []plan.Org{org(invited, creation)}, unidentified},
		{"a creation of an organization with another name", []plan.Org{created(step(plan.Create, "organization", "", nil, resource.Fields{"name": "Other", "from": "BILLING"}))}, unidentified},
		{"a creation without a payer", []plan.Org{created(step(plan.Create, "organization", "", nil, resource.Fields{"name": "Acme"}))}, unidentified},
		{"a deletion of an organization", []plan.Org{org(deletion)}, ""},
		{"a deletion without the name of the organization", []plan.Org{org(step(plan.Delete, "organization", "", resource.Fields{"skipDefaultAlertsSettings": true}, nil))}, unidentified},
		{"a deletion after another step", []plan.Org{org(invited, deletion)}, unidentified},
		{"a person is invited again", []plan.Org{org(again)}, ""},
		{"a person is invited again for an invalid reason", []plan.Org{org(oddly)}, hidden},
		{"a creation of an organization with a reason to invite again", []plan.Org{created(createdAgain)}, hidden},
		{"a removal with a reason to invite again", []plan.Org{org(removedAgain)}, hidden},
		{"an id of an organization that changes the path of requests", []plan.Org{{Name: "Acme", ID: "../" + id, Steps: []plan.Step{good}}}, "it has an organization with the id \"../" + id + "\", but an id of Atlas has 24 hexadecimal digits"},
		{"an id of a person that changes the path of requests", []plan.Org{org(func() plan.Step { s := good; s.ID = ".."; return s }())}, "has the id \"..\", but an id of Atlas has 24 hexadecimal digits"},
		{"a removal of a person without the roles", []plan.Org{org(step(plan.Delete, "members", "a@b.example", resource.Fields{"status": "ACTIVE"}, nil))}, hidden},
		{"a deferred step with a text as its value, before another one", []plan.Org{org(
			step(plan.Update, "settings", "", resource.Fields{"apiAccessListRequired": false}, resource.Fields{"apiAccessListRequired": "true"}), good)},
			"its step - invitations/ada@acme.example must come before ~ settings"},
		{"a person in other letters than this version compares", []plan.Org{org(step(plan.Create, "members", "Legacy-User", nil, roles("ORG_MEMBER")))},
			"its step + members/Legacy-User names the person in a form that this version does not use"},
		{"a creation with values before", []plan.Org{org(step(plan.Create, "invitations", "a@b.example", roles("A"), roles("B")))}, hidden},
	} {
		_, err := plan.ReadJSON([]byte(written(t, plan.New(row.orgs), plan.WriteJSON)))
		if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.reason, err, row.want)
		}
	}
}
