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
	orgs  []int // the indexes of the organizations, at least two
	steps []plan.Step
	names []string // of the organizations
}

// group finds the steps whose text is the same in several organizations. rest has all organizations with their other steps. Each step
// is in a group or in rest.
func (t *planText) group(orgs []plan.Org) (groups []*group, rest []plan.Org) {
	equal := t.equalSteps(orgs)
	names, known := orgNames(orgs), map[string]*group{}
	for i, org := range orgs {
		var own []plan.Step
		for _, s := range org.Steps {
			g := equal[t.textOf(s)]
			if len(g.orgs) == 1 {
				own = append(own, s)
			} else if g.orgs[0] == i { // the first of its organizations
				same := fmt.Sprint(g.orgs)
				if known[same] == nil {
					known[same] = &group{orgs: g.orgs, names: pick(names, g.orgs)}
					groups = append(groups, known[same])
				}
				known[same].steps = append(known[same].steps, g.steps...)
			}
		}
		org.Steps = own
		rest = append(rest, org)
	}
	return groups, rest
}

// equalSteps returns a group for each text of a step.
func (t *planText) equalSteps(orgs []plan.Org) map[string]*group {
	equal := map[string]*group{}
	for i, org := range orgs {
		for _, s := range org.Steps {
			key := t.textOf(s)
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
func (t *planText) textOf(s plan.Step) string {
	isDrift := s.Drift
	s = plan.WithoutOrigin(s)
	s.Drift = isDrift
	return s.Line() + "\n" + strings.Join(t.Details(s), "\n")
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
	groups, rest := t.group(t.plan.Orgs)
	for _, g := range groups {
		t.WriteString(t.Colors.Bold(Count(len(g.orgs), "organization")) + "\n")
		for _, s := range g.steps {
			t.writeStep(&t.Builder, s, t.column)
		}
		t.WriteString(wrap("  ", "", g.names) + "\n\n")
	}
	return rest
}
