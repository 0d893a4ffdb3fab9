package resource

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"
	"time"

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

// slow is an API whose requests take a second. Those in fails have no answer.
type slow struct {
	answers
	fails map[string]bool // by path
}

func (s slow) Do(ctx context.Context, method, path string, in, out any) error {
	time.Sleep(time.Second)
	return s.answers.Do(ctx, method, path, in, out)
}

func (s slow) All(ctx context.Context, path string) iter.Seq2[Fields, error] {
	time.Sleep(time.Second)
	if s.fails[path] {
		return func(yield func(Fields, error) bool) { yield(nil, fmt.Errorf("GET %s: %w", path, errFails)) }
	}
	return s.answers.All(ctx, path)
}

// TestNamesAreReadBesideTheObjects: the lists that the tree refers to are read at the same time as the people. Lists that only live
// people refer to are read afterwards, and other lists not at all.
func TestNamesAreReadBesideTheObjects(t *testing.T) {
	one := "/orgs/" + id("1")
	teams, groups := one+"/teams", one+"/groups"
	user := func(teams, projects string) string {
		return numbered(`[{"id":"#1","username":"ada@acme.example","orgMembershipStatus":"ACTIVE","teamIds":[` + teams + `],
			"roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[` + projects + `]}}]`)
	}
	project := `{"groupId":"#2","groupRoles":["GROUP_OWNER"]}`
	inTeam, inProject := Fields{"teams": []any{"Platform"}}, Fields{"projects": Fields{"Checkout": []any{"GROUP_OWNER"}}}
	for _, row := range []struct {
		reason string
		users  string
		want   Fields // of the only wanted person
		fails  []string
		rounds int // one after the other
		err    string
	}{
		{"nobody has a team or a project", user("", ""), Fields{"teams": []any{}}, []string{teams, groups}, 1, ""},
		{"the tree has a team", user("", ""), inTeam, []string{groups}, 1, ""},
		{"the tree has a project, and live people too", user("", project), inProject, []string{teams}, 1, ""},
		{"the tree has a team, live people have a project", user("", project), inTeam, nil, 2, ""},
		{"only live people have teams and projects: both lists at the same time", user(`"#3"`, project), Fields{}, nil, 2, ""},
		{"a list that the tree needs fails: one error", user("", ""), inTeam, []string{teams}, 1, "members: GET " + teams + ": fails"},
		{"two such lists: the first error", user(`"#3"`, project), Fields{"teams": inTeam["teams"], "projects": inProject["projects"]}, []string{teams, groups}, 1, "members: GET " + teams + ": fails"},
		{"the people cannot be read, so the list is not needed", user("", ""), inTeam, []string{usersOfOne, teams}, 1, "members: GET " + usersOfOne + ": fails"},
	} {
		synctest.Test(t, func(t *testing.T) {
			api := slow{answers{usersOfOne: row.users, teams: numbered(`[{"id":"#3","name":"Platform"}]`), groups: numbered(`[{"id":"#2","name":"Checkout"}]`)}, map[string]bool{}}
			for _, path := range row.fails {
				api.fails[path] = true
			}
			start, want := time.Now(), State{members: {{Key: "ada@acme.example", Fields: row.want}}}
			live, resolved, err := Read(t.Context(), PlanSession(api), id("1"), want)
			if took := time.Since(start); errorText(err) != row.err || took != time.Duration(row.rounds)*time.Second {
				t.Errorf("%s: got %v after %s", row.reason, err, took)
			}
			if wantLen := map[bool]int{true: 1}[row.err == ""]; len(live) != wantLen || len(resolved) != wantLen {
				t.Errorf("%s: got %v, %v", row.reason, live, resolved)
			}
		})
	}
}
