package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/schema"
)

// TestSectionOf: annotations come from the property and from the definition that it refers to, in the same or another
// file.
func TestSectionOf(t *testing.T) {
	anyMember := []string{"ORG_MEMBER", "ORG_READ_ONLY"}
	person := map[string]schema.Field{"username": {IsEmail: true}, "roles": {}, "teams": {}, "projects": {IsMap: true}, "reinviteRejected": {IsControl: true}}
	control := schema.Field{IsControl: true}
	for name, want := range map[string]schema.Section{
		"organization": {ReadRoles: anyMember, Fields: map[string]schema.Field{"name": {}, "skipDefaultAlertsSettings": {Weaker: schema.WeakerTrue},
			"id": control, "state": control, "credentials": control, "create": control, "manage": control}},
		"members":     {ReadRoles: anyMember, Fields: person, IsImported: true},
		"invitations": {ReadRoles: []string{"ORG_OWNER"}, Fields: person},
		"nothing":     {},
	} {
		if diff := cmp.Diff(want, schema.SectionOf(name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := schema.SectionOf("settings").Fields; !got["securityContact"].IsEmail || got["customSessionTimeouts"].IsMap {
		t.Errorf("settings: %+v", got)
	}
}

// TestWeaker: every setting says which of its values protects least, so that no review overlooks a new setting. A record says so for
// each part.
func TestWeaker(t *testing.T) {
	for name, field := range schema.SectionOf("settings").Fields {
		if field.Weaker == "" && len(field.Parts) == 0 {
			t.Errorf("the setting %s has no x-weaker", name)
		}
		for part, of := range field.Parts {
			if of.Weaker == "" {
				t.Errorf("the part %s of the setting %s has no x-weaker", part, name)
			}
		}
	}
	if got := schema.SectionOf("settings").Fields["customSessionTimeouts"].Parts["idleSessionTimeoutInSeconds"].Weaker; got != schema.WeakerHigher {
		t.Errorf("the idle timeout has x-weaker %q", got)
	}
}

// TestIsDeferred: requiring an access list can lock out the caller. Every value that does not clearly turn it off is
// applied last.
func TestIsDeferred(t *testing.T) {
	settings := schema.SectionOf("settings").Fields
	for _, row := range []struct {
		field string
		value any
		want  bool
	}{
		{"apiAccessListRequired", true, true},
		{"apiAccessListRequired", false, false},
		{"apiAccessListRequired", nil, false},
		{"apiAccessListRequired", "false", true},
		{"apiAccessListRequired", json.Number("0"), true},
		{"apiAccessListRequired", map[string]any{}, true},
		{"apiAccessListRequired", []any{false}, true},
		{"multiFactorAuthRequired", true, false},
		{"unknown", true, false},
	} {
		if got := settings[row.field].IsDeferred(row.value); got != row.want {
			t.Errorf("%s %#v: got %v", row.field, row.value, got)
		}
	}
}
