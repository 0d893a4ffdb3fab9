package plan_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// turn says when a step must come: in the order of these values.
type turn int

const (
	organization turn = iota
	grant             // of ORG_OWNER to an active person
	removal           // or demotion of a person
	addition          // any other creation or update
	cleanup           // a removal of something that is not a person
	waiting           // a removal or demotion that leaves no active owner
	lockout           // what may lock out the credential
)

// turnOf returns when a step must come. It does not know which owner has to wait.
func turnOf(live resource.State, s plan.Step) turn {
	k := resource.ByName(s.Kind)
	switch {
	case k == resource.Organization:
		return organization
	case s.After["apiAccessListRequired"] == true:
		return lockout
	case k.IsPeople():
		return turnOfPerson(live.Find(s.Kind, s.Key), s)
	case s.Op == plan.Delete:
		return cleanup
	}
	return addition
}

func turnOfPerson(have *resource.Object, s plan.Step) turn {
	if s.Op == plan.Delete {
		return removal
	}
	if s.Op == plan.Create || !resource.HasRoles(s.After) {
		return addition
	}
	isActive, is, will := have.Fields["status"] == "ACTIVE", resource.IsOwner(have.Fields), resource.IsOwner(s.After)
	switch {
	case is && !will:
		return removal
	case isActive && !is && will:
		return grant
	}
	return addition
}

// checkOrder checks that each step comes in its turn: nobody's removal waits behind an addition. Only a removal or demotion that
// leaves no active owner comes later, and only if a guard blocks the plan for it.
func checkOrder(t *testing.T, live resource.State, steps []plan.Step) {
	t.Helper()
	now, at, baseline := copied(live), organization, plan.BaselineOf(live, steps)
	for _, s := range steps {
		next := turnOf(live, s)
		if takesLastOwner(now, s) {
			next = waiting
			if baseline.Owners == nil || baseline.Owners.After > 0 {
				t.Errorf("%s leaves no active owner for a time: %s", s.Line(), dump(steps))
			}
		}
		if next < at {
			t.Errorf("%s comes too late: %s", s.Line(), dump(steps))
		}
		if (next == grant || s.Demotes()) && len(s.After) > 1 {
			t.Errorf("%s changes more than roles in its early turn: %s", s.Line(), dump(steps))
		}
		at = next
		do(now, s)
	}
}

// takesLastOwner reports whether a step leaves a state without an active owner that had one.
func takesLastOwner(now resource.State, s plan.Step) bool {
	after := copied(now)
	do(after, s)
	return activeOwners(now) > 0 && activeOwners(after) == 0
}

func activeOwners(state resource.State) (n int) {
	for _, o := range state["members"] {
		n += one(o.Fields["status"] == "ACTIVE" && resource.IsOwner(o.Fields))
	}
	return n
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// checkSplit checks that guards count the same as if no update were split, and that the plan can be saved.
func checkSplit(t *testing.T, live resource.State, steps []plan.Step) {
	t.Helper()
	planned := func(steps []plan.Step) *plan.Plan {
		p := plan.New([]plan.Org{{Name: "Acme", ID: id, Steps: steps, Baseline: plan.BaselineOf(live, steps)}})
		p.Check(plan.Limits{Removals: 0, TotalRemovals: 1_000}, nil)
		return p
	}
	p, whole := planned(steps), planned(unsplit(steps))
	if diff := cmp.Diff(whole.Violations, p.Violations); diff != "" {
		t.Errorf("guards count split updates in another way:\n%s%s", diff, dump(steps))
	}
	if _, err := plan.ReadJSON([]byte(written(t, p, plan.WriteJSON))); err != nil {
		t.Errorf("the saved plan is refused: %s: %s", err, dump(steps))
	}
}

// unsplit joins the updates of the same person.
func unsplit(steps []plan.Step) (all []plan.Step) {
	for _, s := range steps {
		i := slices.IndexFunc(all, func(o plan.Step) bool { return s.Key != "" && o.Kind == s.Kind && o.Key == s.Key })
		if i < 0 {
			s.Before, s.After = maps.Clone(s.Before), maps.Clone(s.After)
			all = append(all, s)
			continue
		}
		maps.Copy(all[i].Before, s.Before)
		maps.Copy(all[i].After, s.After)
	}
	return all
}
