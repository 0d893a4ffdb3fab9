package render

import (
	"fmt"
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// reviewGroup is a part of the review with a heading: lines about the tree, about one organization, or about several with equal lines.
type reviewGroup struct {
	heading string
	lines   []ReviewLine
	names   []string // of several organizations
}

// grouping says which lines organizations share: those with the same text and the same place, or, in a summary, with the same text.
type grouping struct{ isSummary bool }

// groups returns the parts of the review: about the tree, then what several organizations share, and then each organization with
// its other lines. What they share and need not worry about comes last.
func (g grouping) groups(items []plan.ReviewItem) []*reviewGroup {
	lines := ReviewLines(items)
	orgs, own := byOrg(lines)
	equal, names := g.equalLines(own), orgNames(orgs)
	var warnings, notices sharedGroups
	var single []*reviewGroup
	for i, lines := range own {
		alone := &reviewGroup{heading: orgs[i].Heading()}
		for _, line := range lines {
			same := equal[g.lineKey(line)]
			switch {
			case len(same.orgs) == 1:
				alone.lines = append(alone.lines, line)
				continue
			case same.orgs[0] != i: // the first of its organizations has added it
				continue
			}
			line.Source = same.source
			if line.About.IsWarning() {
				warnings.add(line, same.orgs, names)
			} else {
				notices.add(line, same.orgs, names)
			}
		}
		if len(alone.lines) > 0 {
			single = append(single, alone)
		}
	}
	return slices.Concat(g.treeGroups(lines), warnings.groups, single, notices.groups)
}

// sharedGroups are groups of lines that several organizations share.
type sharedGroups struct {
	groups []*reviewGroup
	bySet  map[string]*reviewGroup
}

// add adds a line to the group of the organizations with these indexes.
func (s *sharedGroups) add(line ReviewLine, orgs []int, names []string) {
	set := fmt.Sprint(orgs)
	g := s.bySet[set]
	if g == nil {
		g = &reviewGroup{heading: Count(len(orgs), "organization"), names: pick(names, orgs)}
		if s.bySet == nil {
			s.bySet = map[string]*reviewGroup{}
		}
		s.bySet[set], s.groups = g, append(s.groups, g)
	}
	g.lines = append(g.lines, line)
}

// treeGroups returns what is about the tree as a whole.
func (g grouping) treeGroups(lines []ReviewLine) (groups []*reviewGroup) {
	leaving, domains := &reviewGroup{}, &reviewGroup{heading: "New e-mail domains"}
	for _, line := range lines {
		switch line.About {
		case plan.Leaves:
			if line.Text = line.Org().Heading(); g.isSummary {
				leaving.names = append(leaving.names, item(line.Organization))
			} else {
				leaving.lines = append(leaving.lines, line)
			}
		case plan.NewDomain:
			line.Text = domain(line.ReviewItem)
			domains.lines = append(domains.lines, line)
		}
	}
	leaving.heading = leave(len(leaving.lines) + len(leaving.names))
	for _, g := range []*reviewGroup{leaving, domains} {
		if len(g.lines)+len(g.names) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// byOrg returns the organizations of the lines that are not about the tree, and the lines of each.
func byOrg(lines []ReviewLine) (orgs []plan.Org, own [][]ReviewLine) {
	at := map[resource.OrgRef]int{}
	for _, line := range lines {
		if line.About.IsAboutTree() {
			continue
		}
		i, known := at[line.Org().Ref()]
		if !known {
			i = len(orgs)
			at[line.Org().Ref()] = i
			orgs, own = append(orgs, line.Org()), append(own, nil)
		}
		own[i] = append(own[i], line)
	}
	return orgs, own
}

// sharing is which organizations have equal lines. source is nil if the places of the lines differ.
type sharing struct {
	orgs   []int // indexes
	source *plan.Source
}

// equalLines returns the organizations with equal lines, by [grouping.lineKey].
func (g grouping) equalLines(own [][]ReviewLine) map[string]*sharing {
	equal := map[string]*sharing{}
	for i, lines := range own {
		for _, line := range lines {
			s := equal[g.lineKey(line)]
			if s == nil {
				s = &sharing{source: line.Source}
				equal[g.lineKey(line)] = s
			}
			if s.source != nil && (line.Source == nil || *line.Source != *s.source) {
				s.source = nil
			}
			if len(s.orgs) == 0 || s.orgs[len(s.orgs)-1] != i {
				s.orgs = append(s.orgs, i)
			}
		}
	}
	return equal
}

// lineKey returns what must be the same in two lines so that organizations share them. A grant of ORG_OWNER is never shared.
func (g grouping) lineKey(l ReviewLine) string {
	key := l.Text + strings.Join(l.Names, ", ")
	if l.Source != nil && !g.isSummary {
		key += "\n" + place(*l.Source)
	}
	if l.About == plan.NewOwner {
		key += "\n" + l.Org().Heading()
	}
	return key
}
