package render

import (
	"fmt"
	"strings"
	"time"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

func (v View) writeStep(b *strings.Builder, s plan.Step, column int) {
	line, place := "  "+s.Line(), ""
	if s.Source != nil {
		place = strings.TrimPrefix(beside(line, v.place(*s.Source), column), line)
	}
	b.WriteString(v.Colors.Op(s.Op, line) + place + "\n")
	for _, detail := range v.Details(s) {
		b.WriteString("      " + detail + "\n")
	}
}

// diff returns a step for a diff fence, in which GitHub colours each line by its first character: + - and ! for a change. Files are
// named by their path from the root of the repository.
func (v View) diff(s plan.Step) string {
	v.FileName = nil
	mark := s.Op.Symbol()
	if s.Op == plan.Update {
		mark = "!"
	}
	line := mark + " " + safetext.Value(s.Address())
	if s.Source != nil {
		line = beside(line, v.place(*s.Source), sourceColumn)
	}
	var b strings.Builder
	b.WriteString(line + "\n")
	for _, detail := range v.Details(s) {
		b.WriteString(mark + "     " + detail + "\n")
	}
	return b.String()
}

// Details returns one line for each field that the step is about, and one more if the step is drift.
func (v View) Details(s plan.Step) []string {
	lines := fieldsOf(s, v.Now, v.place)
	if s.Drift {
		lines = append(lines, isDrift)
	}
	return lines
}

func fieldsOf(s plan.Step, now time.Time, place func(plan.Source) string) []string {
	switch {
	case s.ReinviteReason != "":
		return append([]string{reinviteReason(s, now)}, contents(s.After)...)
	case s.Op == plan.Delete:
		return contents(s.Before)
	case s.Op == plan.Create:
		return contents(s.After)
	}
	return changes(s, place)
}

// reinviteReason returns why a person is invited again.
func reinviteReason(s plan.Step, now time.Time) string {
	if s.ReinviteReason == plan.AfterRejection {
		return "invited again, although the last invitation was rejected"
	}
	why := "invited again: the last invitation expired"
	if s.ExpiredAt.IsZero() || now.IsZero() {
		return why
	}
	switch days := int(now.Sub(s.ExpiredAt) / (24 * time.Hour)); days {
	case 0:
		return why + " less than a day ago"
	case 1:
		return why + " 1 day ago"
	default:
		return fmt.Sprintf("%s %d days ago", why, days)
	}
}
