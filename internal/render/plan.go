package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// WritePlan writes the plan as text: what happens to each organization that changes, then how much that is, and what guards
// refuse.
func (v View) WritePlan(w io.Writer, p *plan.Plan) error {
	var b strings.Builder
	column := v.columnOf(p)
	for _, org := range p.Orgs {
		if !isShown(org) {
			continue
		}
		b.WriteString(v.Colors.Bold(org.Heading()) + "\n")
		for _, step := range org.Steps {
			v.writeStep(&b, step, column)
		}
		for _, n := range org.Notices {
			b.WriteString("  " + v.Colors.Fair(Notice(n)) + "\n")
		}
		b.WriteByte('\n')
	}
	b.WriteString(v.Colors.Bold(v.comparedWith()+Summary(p)) + "\n")
	b.WriteString(drift(p) + leftAlone(p))
	if p.Changed() > 0 && v.ComparedWith == "" {
		b.WriteString("Digest: " + p.Digest + "\n")
	}
	v.writeViolations(&b, p)
	_, err := io.WriteString(w, b.String())
	return err
}

// comparedWith says, if it was so, that the tree was not compared with Atlas.
func (v View) comparedWith() string {
	if v.ComparedWith == "" {
		return ""
	}
	return "Compared with " + v.ComparedWith + ", not with Atlas.\n"
}

// isShown tells whether there is more to say of an organization than how much is left alone.
func isShown(o plan.Org) bool {
	return len(o.Steps) > 0 || slices.ContainsFunc(o.Notices, func(n plan.Notice) bool { return n.About != plan.LeftAlone })
}

// leftAlone says in a line how much is left alone in the organizations that are not shown.
func leftAlone(p *plan.Plan) string {
	var lines string
	for _, k := range resource.Kinds {
		total := plan.Notice{About: plan.LeftAlone, Kind: k.Name}
		for _, org := range p.Orgs {
			for _, n := range org.Notices {
				total.Count += n.Count * one(n.Kind == k.Name && !isShown(org))
			}
		}
		if total.Count > 0 {
			lines += Notice(total) + "\n"
		}
	}
	return lines
}

// askedFor says what drift is.
const askedFor = "asked for without this change, too"

// drift says in a line how much of the plan is drift.
func drift(p *plan.Plan) string {
	n := 0
	for _, org := range p.Orgs {
		for _, s := range org.Steps {
			n += one(s.Drift)
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("Drift: %d of %s, %s.\n", n, Count(p.Steps(), "step"), askedFor)
}

// writeViolations says what guards found, organization by organization, and how to accept it.
func (v View) writeViolations(b *strings.Builder, p *plan.Plan) {
	if len(p.Violations) == 0 {
		return
	}
	b.WriteString("\n" + v.Colors.Bad("Guards block this plan:") + "\n")
	heading := ""
	for _, r := range p.Violations {
		if h := r.Org().Heading(); h != heading {
			heading = h
			b.WriteString("  " + h + "\n")
		}
		b.WriteString("    " + Violation(r) + "\n")
	}
	if v.Command != "" {
		b.WriteString(v.Acceptance("To apply exactly this plan") + "\n")
	}
}

// Acceptance says how to accept a plan.
func (v View) Acceptance(title string) string {
	return title + v.AcceptHint + ":\n  " + strings.ReplaceAll(v.Command, "\n", "\n  ")
}

// Summary says in one line how much the plan changes, and in how many organizations it could not look.
func Summary(p *plan.Plan) string {
	read := len(p.Orgs) - unread(p)
	var s string
	switch {
	case p.Changed() > 0:
		s = fmt.Sprintf("Plan: %d to create, %d to update, %d to delete, in %d of %s.",
			p.Count(plan.Create), p.Count(plan.Update), p.Count(plan.Delete), p.Changed(), Count(len(p.Orgs), "organization"))
	case read == 1:
		s = "No changes. 1 organization matches."
	case read > 0:
		s = fmt.Sprintf("No changes. %d organizations match.", read)
	}
	return strings.Trim(s+"\n"+unplanned(p), "\n")
}

// unplanned says in how many organizations the plan could not look, if there are any.
func unplanned(p *plan.Plan) string {
	if unread(p) == 0 {
		return ""
	}
	return fmt.Sprintf("Not planned, or not in full, because of errors: %s.", Count(unread(p), "organization"))
}

func unread(p *plan.Plan) (n int) {
	for _, org := range p.Orgs {
		n += one(org.Error != "")
	}
	return n
}

func (v View) columnOf(p *plan.Plan) int {
	var places []string
	for _, org := range p.Orgs {
		for _, step := range org.Steps {
			if step.Source != nil {
				places = append(places, v.place(*step.Source))
			}
		}
	}
	return column(places)
}
