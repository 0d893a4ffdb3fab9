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

// checkSaved: the JSON form is as its schema says, and reads as the same plan, unless this version cannot carry it out.
func checkSaved(t *testing.T, form *jsonschema.Schema, p *plan.Plan, text string) {
	t.Helper()
	var document any
	parse(t, text, &document)
	if err := form.Validate(document); err != nil {
		t.Errorf("schema/plan.json: %#v", err)
	}
	read, err := plan.ReadJSON([]byte(text))
	if canAll(p) != (err == nil) {
		t.Errorf("reading it: %v", err)
	}
	if err == nil && written(t, read, plan.WriteJSON) != text {
		t.Errorf("read and written again it differs:\n%s", cmp.Diff(text, written(t, read, plan.WriteJSON)))
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

// TestReadJSONRefuses what is not a plan as this version saves it, and says why.
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
		{"another file altogether", saved, "name: Acme\n", "it is not a saved plan"},
		{"nothing", saved, "", "it is not a saved plan"},
		{"JSON of something else", saved, `{"version": 4}`, "it is not a saved plan"},
		{"a plan of a later version", `"format": 1`, `"format": 2`, "it has format 2, but this version reads format 1"},
		{"cut off", "}\n", "", "it is not a saved plan"},
		{"two plans in one file", saved, saved + saved, "it is not a saved plan"},
		{"a word that this version does not know may matter", `"op":`, `"sudo": true, "op":`, `it is not a saved plan of this version: json: unknown field "sudo"`},
		{"a kind that this version does not know", `"kind": "settings"`, `"kind": "teams"`, "this version does not know teams, which a step changes"},
		{"a verb that no kind has", `"op": "update"`, `"op": "drop"`, "this version cannot drop settings"},
		{"settings cannot be deleted", `"op": "update"`, `"op": "delete"`, "this version cannot delete settings"},
		{"what is after", `"multiFactorAuthRequired": 1`, `"multiFactorAuthRequired": 0`, "it was edited: its steps have another digest, "},
		{"what it was before", "true", "false", "it was edited: its steps have another digest, "},
		{"which organization", id, strings.Repeat("0", 24), "it was edited: its steps have another digest, "},
		{"by which credential", `"ACME"`, `"OTHER"`, "it was edited: its checksum does not match its content"},
		{"who asks for it", `"line": 4`, `"line": 5`, "it was edited: its checksum does not match its content"},
		{"who asks for a field", `"line": 7`, `"line": 5`, "it was edited: its checksum does not match its content"},
		{"to other readers the first of two keys may count", `"digest"`, `"digest": "", "digest"`, "it was edited: its checksum does not match its content"},
		{"to other readers this is another key", `"orgs"`, `"ORGS"`, "it was edited: its checksum does not match its content"},
		{"nothing instead of no organization", `"steps": [`, `"error": null, "steps": [`, "it was edited: its checksum does not match its content"},
		{"the digest", p.Digest, strings.Repeat("0", 64), "it was edited: its steps have another digest, " + p.Digest},
	} {
		edited := strings.Replace(saved, row.old, row.new, 1)
		_, err := plan.ReadJSON([]byte(edited))
		var refused *plan.SavedError
		if edited == saved || !errors.As(err, &refused) || !strings.HasPrefix(refused.Reason, row.want) {
			t.Errorf("%s: got %v, want %s…", row.reason, err, row.want)
		}
	}
}

// TestReadJSONTakesBlanks: another indentation says the same.
func TestReadJSONTakesBlanks(t *testing.T) {
	p := plan.New([]plan.Org{{Name: "Acme", ID: id}})
	saved := written(t, p, plan.WriteJSON)
	if _, err := plan.ReadJSON([]byte(strings.ReplaceAll(saved, "\n", "\r\n\t"))); err != nil {
		t.Error(err)
	}
}

// TestReadJSONRefusesForgeries: a plan whose digest and checksum are right still has to show all that it would do.
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
	const unidentified = "it does not identify the organization Acme"
	const hidden = "is incomplete"
	for _, row := range []struct {
		reason string
		orgs   []plan.Org
		want   string // "" takes it
	}{
		{"nothing is wrong", []plan.Org{org(good)}, ""},
		{"settings may be changed in two steps, one of them last", []plan.Org{org(
			step(plan.Update, "settings", "", contact, contact),
			step(plan.Update, "settings", "", resource.Fields{"apiAccessListRequired": false}, resource.Fields{"apiAccessListRequired": true}))}, ""},
		{"an organization that would be worked on by two at once", []plan.Org{org(good), org(good)}, "it has the organization " + id + " twice"},
		{"two steps for one person", []plan.Org{org(good, good)}, "it has two steps for invitations/ada@acme.example"},
		{"what may shut out comes first", []plan.Org{org(
			step(plan.Update, "settings", "", resource.Fields{"apiAccessListRequired": false}, resource.Fields{"apiAccessListRequired": true}), good)},
			"the step ~ settings must come last"},
		{"a removal of whatever is there", []plan.Org{org(step(plan.Delete, "invitations", "a@b.example", nil, nil))}, hidden},
		{"a change that shows nothing", []plan.Org{org(step(plan.Update, "settings", "", resource.Fields{}, contact))}, hidden},
		{"a change to nothing", []plan.Org{org(step(plan.Update, "settings", "", contact, nil))}, hidden},
		{"a part that shows nothing", []plan.Org{org(step(plan.Update, "settings", "", resource.Fields{"customSessionTimeouts": resource.Fields{}},
			resource.Fields{"customSessionTimeouts": resource.Fields{"idleSessionTimeoutInSeconds": nil}}))}, hidden},
		{"a change of nobody", []plan.Org{org(step(plan.Update, "invitations", "", roles("A"), roles("B")))}, hidden},
		{"settings of somebody", []plan.Org{org(step(plan.Update, "settings", "ada", contact, contact))}, hidden},
		{"an organization that is created", []plan.Org{created(creation, invited)}, ""},
		{"settings that nobody knows yet", []plan.Org{created(creation, step(plan.Update, "settings", "", nil, contact))}, ""},
		{"settings that nobody knows, of an organization that is there", []plan.Org{org(step(plan.Update, "settings", "", nil, contact))}, hidden},
		{"a member whom nobody knows", []plan.Org{created(creation, step(plan.Update, "members", "a@b.example", nil, roles("A")))}, hidden},
		{"which organization is not said", []plan.Org{created(invited)}, unidentified},
		{"it is created, and has an id", []plan.Org{org(creation)}, unidentified},
		{"it is created in passing", []plan.Org{org(invited, creation)}, unidentified},
		{"another one is created", []plan.Org{created(step(plan.Create, "organization", "", nil, resource.Fields{"name": "Other", "from": "BILLING"}))}, unidentified},
		{"nobody pays", []plan.Org{created(step(plan.Create, "organization", "", nil, resource.Fields{"name": "Acme"}))}, unidentified},
		{"an organization that is deleted", []plan.Org{org(deletion)}, ""},
		{"it is deleted, whatever it is called", []plan.Org{org(step(plan.Delete, "organization", "", resource.Fields{"skipDefaultAlertsSettings": true}, nil))}, unidentified},
		{"it is deleted behind other steps", []plan.Org{org(invited, deletion)}, unidentified},
		{"somebody is invited again", []plan.Org{org(again)}, ""},
		{"somebody is invited again after who knows what", []plan.Org{org(oddly)}, hidden},
		{"an organization that is created again", []plan.Org{created(createdAgain)}, hidden},
		{"a removal that invites again", []plan.Org{org(removedAgain)}, hidden},
		{"an id that leads to another organization", []plan.Org{{Name: "Acme", ID: "../" + id, Steps: []plan.Step{good}}}, "it has an organization with the id \"../" + id + "\", but an id of Atlas has 24 hexadecimal digits"},
		{"an id that leads to another person", []plan.Org{org(func() plan.Step { s := good; s.ID = ".."; return s }())}, "has the id \"..\", but an id of Atlas has 24 hexadecimal digits"},
		{"a removal that does not say what somebody loses", []plan.Org{org(step(plan.Delete, "members", "a@b.example", resource.Fields{"status": "ACTIVE"}, nil))}, hidden},
		{"what may shut out, as text, comes first", []plan.Org{org(
			step(plan.Update, "settings", "", resource.Fields{"apiAccessListRequired": false}, resource.Fields{"apiAccessListRequired": "true"}), good)},
			"the step ~ settings must come last"},
		{"a creation over something", []plan.Org{org(step(plan.Create, "invitations", "a@b.example", roles("A"), roles("B")))}, hidden},
	} {
		_, err := plan.ReadJSON([]byte(written(t, plan.New(row.orgs), plan.WriteJSON)))
		if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.reason, err, row.want)
		}
	}
}
