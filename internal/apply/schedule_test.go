package apply

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

type fields = resource.Fields

var (
	asOwner  = fields{"roles": []any{"ORG_OWNER"}}
	asMember = fields{"roles": []any{"ORG_MEMBER"}}
)

func invitation(key string, as fields) plan.Step {
	return plan.Step{Op: plan.Create, Kind: "members", Key: key, After: as}
}

func removal(key string, was fields) plan.Step {
	return plan.Step{Op: plan.Delete, Kind: "members", Key: key, Before: was}
}

func change(key string, from, to fields) plan.Step {
	return plan.Step{Op: plan.Update, Kind: "members", Key: key, Before: from, After: to}
}

func setting(name string) plan.Step {
	return plan.Step{Op: plan.Update, Kind: "settings", Before: fields{name: false}, After: fields{name: true}}
}

// TestSchedule: what runs side by side. In each round all steps begin that may, and then all of them end.
func TestSchedule(t *testing.T) {
	many := []plan.Step{}
	for i := range 9 {
		many = append(many, change(fmt.Sprintf("p%d", i), nil, asMember))
	}
	for _, row := range []struct {
		reason string
		steps  []plan.Step
		rounds [][]string
	}{
		{"eight at once, in the order of the plan", many, [][]string{
			{"~ members/p0", "~ members/p1", "~ members/p2", "~ members/p3", "~ members/p4", "~ members/p5", "~ members/p6", "~ members/p7"}, {"~ members/p8"}}},
		{"steps of the same person, one after the other, also if they belong to different kinds",
			[]plan.Step{change("ada", nil, asMember), change("ada", fields{"teams": nil}, fields{"teams": []any{"A"}}),
				{Op: plan.Create, Kind: "invitations", Key: "ada", After: asMember}, change("kay", nil, asMember)},
			[][]string{{"~ members/ada", "~ members/kay"}, {"~ members/ada"}, {"+ invitations/ada"}}},
		{"an owner goes only after all new owners, and one owner after the other",
			[]plan.Step{change("new", asMember, asOwner), removal("old", asOwner), invitation("kay", asOwner), removal("older", asOwner), change("oldest", asOwner, asMember)},
			[][]string{{"~ members/new"}, {"- members/old"}, {"+ members/kay"}, {"- members/older"}, {"~ members/oldest"}}},
		{"a removal of a member waits for nobody, and an owner without known roles counts as one",
			[]plan.Step{invitation("kay", asOwner), removal("lin", asMember), removal("old", fields{"status": "ACTIVE"})},
			[][]string{{"+ members/kay", "- members/lin"}, {"- members/old"}}},
		{"an invitation needs a seat, so it waits for the removals before it, and not for those after it",
			[]plan.Step{removal("lin", asMember), setting("multiFactorAuthRequired"), invitation("kay", asMember), change("ada", nil, asMember), removal("old", asOwner)},
			[][]string{{"- members/lin", "~ settings", "~ members/ada", "- members/old"}, {"+ members/kay"}}},
		{"what may lock out the credential comes last", []plan.Step{change("ada", nil, asMember), setting("apiAccessListRequired")},
			[][]string{{"~ members/ada"}, {"~ settings"}}},
		{"an organization is created first", []plan.Step{plan.CreateOrganization(fields{"name": "Labs"}), setting("multiFactorAuthRequired"), invitation("kay", asMember)},
			[][]string{{"+ organization"}, {"~ settings", "+ members/kay"}}},
	} {
		if diff := cmp.Diff(row.rounds, rounds(newSchedule(row.steps))); diff != "" {
			t.Errorf("%s:\n%s", row.reason, diff)
		}
	}
}

func rounds(s *schedule) (all [][]string) {
	for s.isOpen() && len(all) < len(s.steps) {
		var begun []int
		for i, ok := s.next(); ok; i, ok = s.next() {
			begun = append(begun, i)
		}
		var lines []string
		for _, i := range begun {
			lines = append(lines, s.steps[i].Line())
			s.end(i)
		}
		all = append(all, lines)
	}
	return all
}

// TestScheduleWithWaits: a step that waits for a limit of Atlas lets a step of another lane begin in its place, and no step of its own
// lane. A step whose requests wait at the same time counts once.
func TestScheduleWithWaits(t *testing.T) {
	var steps []plan.Step
	for i := range 10 {
		steps = append(steps, invitation(fmt.Sprint("new", i), asMember))
	}
	for i := range 10 {
		steps = append(steps, change(fmt.Sprint("p", i), nil, asMember))
	}
	s := newSchedule(steps)
	begin := func() (begun []int) {
		for i, ok := s.next(); ok; i, ok = s.next() {
			begun = append(begun, i)
		}
		return begun
	}
	expect := func(reason string, got []int, want ...int) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v began, want %v", reason, got, want)
		}
	}
	expect("at first", begin(), 0, 1, 2, 3, 4, 5, 6, 7)
	s.pause(0)
	s.pause(0) // another request of the step
	s.pause(1)
	expect("two invitations wait", begin(), 10, 11)
	s.resume(0)
	s.end(2)
	expect("one of them still waits, with one request", begin(), 12)
	s.end(3)
	s.resume(0)
	s.end(0)
	expect("one invitation waits", begin(), 13)
	s.resume(1)
	expect("no invitation waits, and more steps than allowed go on", begin())
	s.end(1)
	s.end(4)
	s.end(5)
	expect("three of them have ended", begin(), 8, 9)
}
