package resource

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReferencesAcrossKinds: people can refer to a team that exists or that the tree creates. They cannot refer to a new team of a
// section that could not be read, or to an unknown team.
func TestReferencesAcrossKinds(t *testing.T) {
	teams := &Kind{Name: "teams", Key: "name"}
	people := &Kind{Name: "people", Key: "username", Refs: []Ref{{Field: "teams", Noun: "team", Path: "teams", Kind: "teams"}, {Field: "projects", Noun: "project", Path: "groups"}}}
	api := answers{"/orgs/o/teams": numbered(`[{"id":"#1","name":"Old"},{"id":"#2","name":"Twin"},{"id":"#3","name":"Twin"}]`), "/orgs/o/groups": `[]`}
	for _, row := range []struct {
		reason, field string
		ref, want     string // want is the name, or the error
		unread        bool   // the section teams could not be read
	}{
		{"an existing team", "teams", "Old", "Old", false},
		{"an existing team, by its id", "teams", id("1"), "Old", false},
		{"a team that the plan creates", "teams", "New", "New", false},
		{"an unknown team", "teams", "Nwe", `there is no team "Nwe"`, false},
		{"a team of the tree whose name two teams share", "teams", "Twin", `several teams have the name "Twin"; write an id instead: ` + id("2") + ", " + id("3"), false},
		{"a new team of a section that could not be read", "teams", "New", `there is no team "New"`, true},
		{"an existing team of a section that could not be read", "teams", "Old", "Old", true},
		{"a project with the name of a new team", "projects", "New", `there is no project "New"`, false},
	} {
		live := State{"teams": {{Key: "Old"}}, "people": {}}
		if row.unread {
			delete(live, "teams")
		}
		want := State{"teams": {{Key: "New"}, {Key: "Twin"}}, "people": {{Key: "ada", Fields: Fields{row.field: []any{row.ref}}}}}
		resolved, failed := resolveAll(t.Context(), PlanSession(api), "o", []*Kind{teams, people}, live, want)
		got := errorText(failed[1])
		if failed[1] == nil {
			got = text(list(resolved["people"][0].Fields[row.field])[0])
		} else if _, left := resolved["people"]; left {
			t.Errorf("%s: the section people is planned despite the error", row.reason)
		}
		if got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}

// TestReadRefusesDuplicates: if Atlas has two objects with the same key, a plan could change the wrong one.
func TestReadRefusesDuplicates(t *testing.T) {
	kinds := Kinds
	t.Cleanup(func() { Kinds = kinds })
	labels := []Object{{Key: "prod", ID: id("1")}, {Key: "dev", ID: id("2")}}
	Kinds = []*Kind{Organization, {Name: "labels", Key: "name", Read: func(context.Context, *Session, string, []Object) ([]Object, error) {
		return labels, nil
	}}}
	live, _, err := Read(t.Context(), EmptySession(), "o", State{"labels": {}})
	if err != nil || len(live["labels"]) != 2 {
		t.Errorf("names that differ: got %v, %v", live, err)
	}
	labels = append(labels, Object{Key: "prod", ID: id("3")})
	live, resolved, err := Read(t.Context(), EmptySession(), "o", State{"labels": {}})
	want := `labels: Atlas has two labels for prod: "prod" (` + id("1") + `) and "prod" (` + id("3") + `)`
	if errorText(err) != want || len(live)+len(resolved) > 0 {
		t.Errorf("got %v, %v, %v, want %s", live, resolved, err, want)
	}
}

// TestNewOrganization: a new organization has only its first owner, and people can refer only to teams of the tree.
func TestNewOrganization(t *testing.T) {
	kinds := Kinds
	t.Cleanup(func() { Kinds = kinds })
	Kinds = []*Kind{Organization, Settings, {Name: "teams", Key: "name"}, {Name: members, Key: "username", Refs: []Ref{{Field: "teams", Noun: "team", Path: "teams", Kind: "teams"}}}}
	grace := Object{Key: "grace@acme.example", ID: id("1"), Fields: Fields{"status": "ACTIVE", "teams": []any{"hers elsewhere"}}}
	ada := func(team string) []Object {
		return []Object{{Key: "ada@acme.example", Fields: Fields{"teams": []any{team}}}}
	}
	for team, want := range map[string]string{"New": "", "Old": `there is no team "Old"`} {
		live, resolved, err := NewOrganization(t.Context(), State{"settings": {{}}, "teams": {{Key: "New"}}, members: ada(team)}, &grace)
		if errorText(err) != want {
			t.Errorf("%s: got %v, want %s", team, err, want)
		}
		wantLive := State{"settings": {{Unknown: true}}, "teams": {}, members: {{Key: grace.Key, ID: grace.ID, Fields: Fields{"status": "ACTIVE", "roles": []any{"ORG_OWNER"}}}}}
		if diff := cmp.Diff(wantLive, live); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(ada(team), resolved[members]); want == "" && diff != "" {
			t.Error(diff)
		}
	}
}
