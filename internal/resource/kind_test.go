package resource

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/schema"
)

// TestRefsOrderKinds: a kind comes after the kinds that it refers to, because steps use the order of kinds.
func TestRefsOrderKinds(t *testing.T) {
	for i, k := range Kinds {
		for _, ref := range k.Refs {
			at := slices.IndexFunc(Kinds, func(other *Kind) bool { return other.Name == ref.Kind })
			if ref.Kind != "" && (at < 0 || at >= i) {
				t.Errorf("%s refers to %s, which does not come before it", k.Name, ref.Kind)
			}
			if _, known := schema.SectionOf(k.Name).Fields[ref.Field]; !known || ref.Noun == "" || ref.Path == "" {
				t.Errorf("%s: %+v names no field of the schema, or is incomplete", k.Name, ref)
			}
		}
	}
}

// TestKindsAreComplete: every kind has what planning and applying needs.
func TestKindsAreComplete(t *testing.T) {
	for _, k := range Kinds {
		if k.Read == nil || k.Look == nil {
			t.Errorf("%s has no Read or no Look", k.Name)
		}
		if k.HandsOut != nil && k.Create == nil {
			t.Errorf("%s hands out a credential, but has no Create", k.Name)
		}
		if k.Update == nil || k.Key != "" && (k.Create == nil || k.Delete == nil) {
			t.Errorf("a plan may have a step for %s, but the kind lacks the operation for it", k.Name)
		}
		if isPeople := k == Members || k == Invitations; k.IsPeople() != isPeople {
			t.Errorf("%s: got IsPeople %v", k.Name, k.IsPeople())
		}
	}
}

// TestHandsOut: only the creation of an organization hands out a credential, and only if it requests one.
func TestHandsOut(t *testing.T) {
	for _, row := range []struct {
		creation Fields
		want     bool
	}{
		{Fields{"name": "Acme", "ownerId": id("1")}, false},
		{Fields{"name": "Acme", "apiKey": Fields{"desc": "gitops"}}, true},
		{Fields{"name": "Acme", "serviceAccount": Fields{"name": "gitops"}}, true},
	} {
		if got := Organization.HandsOut(Object{Fields: row.creation}); got != row.want {
			t.Errorf("%v: got %v", row.creation, got)
		}
	}
}

// TestLook: Look returns the same object as Read, for every kind.
func TestLook(t *testing.T) {
	for _, k := range Kinds {
		s := PlanSession(whole()[k])
		all, err := k.Read(t.Context(), s, id("1"), nil)
		if err != nil || len(all) == 0 {
			t.Fatalf("%s: Read of the answer in whole (helpers_test.go) returned %v, %v", k.Name, all, err)
		}
		for _, o := range all {
			got, err := k.Look(t.Context(), s, id("1"), Object{Key: o.Key, ID: o.ID, Fields: o.Fields})
			if diff := cmp.Diff(&o, got); diff != "" || err != nil {
				t.Errorf("%s: %v\n%s", k.Name, err, diff)
			}
		}
		if got, err := k.Look(t.Context(), s, id("1"), Object{Key: "nobody@acme.example"}); k.Key != "" && (got != nil || err != nil) {
			t.Errorf("%s: an unknown key: got %v, %v", k.Name, got, err)
		}
	}
}
