package render

import (
	"fmt"
	"maps"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// group is a list of steps that several organizations share.
type group struct {
	orgs  []int // the indexes of the organizations
	steps []plan.Step
	names []string // of the organizations
}

// leastShared is how many organizations must share steps so that a summary writes these once.
const leastShared = 2

// group finds the steps that at least so many organizations share. isAlone reports whether a step is never shared; nil: all steps may be.
// rest has all organizations with their other steps. Each step is in a group or in rest.
func (g guardText) group(least int, isAlone func(org int, s plan.Step) bool) (groups []*group, rest []plan.Org) {
	key := func(org int, s plan.Step) string {
		if isAlone != nil && isAlone(org, s) {
			return fmt.Sprint(org, "\n", textOf(g.View, s))
		}
		return textOf(g.View, s)
	}
	equal, names, known := g.equalSteps(key), orgNames(g.plan.Orgs), map[string]*group{}
	for i, org := range g.plan.Orgs {
		var own []plan.Step
		for _, s := range org.Steps {
			same := equal[key(i, s)]
			if len(same.orgs) < least {
				own = append(own, s)
			} else if same.orgs[0] == i { // the first of its organizations
				set := fmt.Sprint(same.orgs)
				if known[set] == nil {
					known[set] = &group{orgs: same.orgs, names: pick(names, same.orgs)}
					groups = append(groups, known[set])
				}
				known[set].steps = append(known[set].steps, same.steps...)
			}
		}
		org.Steps = own
		rest = append(rest, org)
	}
	return groups, rest
}

// equalSteps returns a group for each key of a step.
func (g guardText) equalSteps(keyOf func(org int, s plan.Step) string) map[string]*group {
	equal := map[string]*group{}
	for i, org := range g.plan.Orgs {
		for _, s := range org.Steps {
			key := keyOf(i, s)
			if equal[key] == nil {
				equal[key] = &group{steps: []plan.Step{s}}
			}
			equal[key].add(i, s)
		}
	}
	return equal
}

// add adds an organization with an equal step. If the places of the steps differ, the group has none.
func (g *group) add(org int, s plan.Step) {
	g.orgs = append(g.orgs, org)
	if first := &g.steps[0]; !samePlaces(*first, s) {
		first.Source, first.Sources = nil, nil
	}
}

func samePlaces(a, b plan.Step) bool {
	return a.Source != nil && b.Source != nil && *a.Source == *b.Source && maps.Equal(a.Sources, b.Sources)
}

// textOf returns everything that the plan shows of a step, without its places.
func textOf(v View, s plan.Step) string {
	return s.Line() + "\n" + strings.Join(v.Details(withoutPlaces(s)), "\n")
}

func withoutPlaces(s plan.Step) plan.Step {
	s.Source, s.Sources = nil, nil
	return s
}

// orgNames returns a name for each organization, as text for a list with commas. Organizations that share a name get their ids, too.
func orgNames(orgs []plan.Org) []string {
	names, count := make([]string, len(orgs)), map[string]int{}
	for _, org := range orgs {
		count[org.Name]++
	}
	for i, org := range orgs {
		if names[i] = item(org.Name); count[org.Name] > 1 && org.ID != "" {
			names[i] += " (" + safetext.ID(org.ID) + ")"
		}
	}
	return names
}

func pick(all []string, indexes []int) []string {
	some := make([]string, len(indexes))
	for i, index := range indexes {
		some[i] = all[index]
	}
	return some
}

// writeGroups writes the steps that several organizations share, and returns the organizations with their other steps.
func (t *planText) writeGroups() (rest []plan.Org) {
	groups, rest := t.group(leastShared, nil)
	for _, g := range groups {
		t.WriteString(t.Colors.Bold(Count(len(g.orgs), "organization")) + "\n")
		for _, s := range g.steps {
			t.writeStep(&t.Builder, s, t.column)
		}
		t.WriteString(wrap("  ", "", g.names) + "\n\n")
	}
	return rest
}
