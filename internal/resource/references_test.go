package resource

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWithIDs: an unknown id is kept, because it came from Atlas; an unknown name is an error.
func TestWithIDs(t *testing.T) {
	api := answers{"/orgs/o/teams": numbered(`[{"id":"#1","name":"Platform"}]`)}
	const gone = "5f1b0c0d0e0f0a0b0c0d0f09"
	got, err := WithIDs(t.Context(), ApplySession(api), "o", members, personRefs, Object{Key: "ada@acme.example", Fields: Fields{"teams": []any{"Platform", gone}}})
	if diff := cmp.Diff([]any{id("1"), gone}, got.Fields["teams"]); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	_, err = WithIDs(t.Context(), ApplySession(api), "o", members, personRefs, Object{Key: "ada@acme.example", Fields: Fields{"teams": []any{"Platfrom"}}})
	var reference *ReferenceError
	if !errors.As(err, &reference) || reference.Name != "Platfrom" {
		t.Errorf("got %v", err)
	}
}

// TestKnownReferences: the known names include those of teams that do not exist yet.
func TestKnownReferences(t *testing.T) {
	people := &Kind{Name: "people", Key: "username", Refs: []Ref{{Field: "teams", Noun: "team", Path: "teams", Kind: "teams"}}}
	api := answers{"/orgs/o/teams": numbered(`[{"id":"#1","name":"Old"},{"id":"#2","name":"Both"}]`)}
	others := State{"teams": {{Key: "New"}, {Key: "Both"}}}
	_, err := people.resolve(t.Context(), PlanSession(api), "o", []Object{{Key: "ada", Fields: Fields{"teams": []any{"Nwe"}}}}, others)
	var reference *ReferenceError
	if !errors.As(err, &reference) {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Both", "New", "Old"}, reference.Known); diff != "" {
		t.Error(diff)
	}
}

// TestReferenceToCreatedObject: after a step created a team, the next step finds its id, because the session forgets the list.
func TestReferenceToCreatedObject(t *testing.T) {
	api := answers{"/orgs/o/teams": `[]`, "/orgs/o/teams/new": `{}`}
	s := ApplySession(api)
	refs := []Ref{{Field: "teams", Noun: "team", Path: "teams", Kind: "teams"}}
	ada := Object{Key: "ada", Fields: Fields{"teams": []any{"New"}}}
	if _, err := WithIDs(t.Context(), s, "o", "people", refs, ada); err == nil {
		t.Error("got no error for a team that does not exist yet")
	}
	var ignored any
	if err := s.Do(t.Context(), post, "/orgs/o/teams/new", Fields{"name": "New"}, &ignored); err != nil {
		t.Fatal(err)
	}
	api["/orgs/o/teams"] = numbered(`[{"id":"#1","name":"New"}]`)
	got, err := WithIDs(t.Context(), s, "o", "people", refs, ada)
	if diff := cmp.Diff([]any{id("1")}, got.Fields["teams"]); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}
