package plan

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"atlas-gitops/internal/resource"
)

// The places in the YAML tree stand below each other in sourceColumn, or further left where they would not fit into
// a terminal of the width.
const (
	sourceColumn = 47
	width        = 80
)

// View is how a plan is shown to a person.
type View struct {
	Colors  Colors
	Command string // the command that accepts just this plan, or some lines; "" where there is none
	Via     string // how to give it, if it is not for a shell: ", as …"

	// Now tells how long ago something was; zero leaves that out.
	Now time.Time

	// Against is what the tree was compared with instead of Atlas; "" for Atlas. Nobody can approve such a plan.
	Against string

	Size      int    // of Markdown, in bytes; 0 is what a comment may have
	Elsewhere string // a sentence that says where all of it is, should that be too little
}

// WriteText writes the plan: what happens to each organization that changes, then how much that is, and what guards
// refuse.
func (v View) WriteText(w io.Writer, p *Plan) error {
	var b strings.Builder
	column := p.sourceColumn()
	for _, org := range p.Orgs {
		if !org.isShown() {
			continue
		}
		b.WriteString(v.Colors.Bold(org.Heading()) + "\n")
		for _, step := range org.Steps {
			v.writeStep(&b, step, column)
		}
		for _, n := range org.Notices {
			b.WriteString("  " + v.Colors.Fair(n.Line()) + "\n")
		}
		b.WriteByte('\n')
	}
	b.WriteString(v.Colors.Bold(v.against()+p.Summary()) + "\n")
	b.WriteString(p.drift() + p.elsewhere())
	if p.Changed() > 0 && v.Against == "" {
		b.WriteString("Digest: " + p.Digest + "\n")
	}
	v.writeRefusals(&b, p)
	_, err := io.WriteString(w, b.String())
	return err
}

// against says that nobody has asked Atlas.
func (v View) against() string {
	if v.Against == "" {
		return ""
	}
	return "Compared with " + v.Against + ", not with Atlas.\n"
}

// isShown tells whether there is more to say of an organization than how much is left alone.
func (o Org) isShown() bool {
	return len(o.Steps) > 0 || slices.ContainsFunc(o.Notices, func(n Notice) bool { return n.About != LeftAlone })
}

// elsewhere says in a line how much is left alone in the organizations that are not shown.
func (p *Plan) elsewhere() string {
	var lines string
	for _, k := range resource.Kinds {
		total := Notice{About: LeftAlone, Kind: k.Name}
		for _, org := range p.Orgs {
			for _, n := range org.Notices {
				total.Count += n.Count * one(n.Kind == k.Name && !org.isShown())
			}
		}
		if total.Count > 0 {
			lines += total.Line() + "\n"
		}
	}
	return lines
}

// writeRefusals says what guards found, organization by organization, and how to accept it.
func (v View) writeRefusals(b *strings.Builder, p *Plan) {
	if len(p.Violations) == 0 {
		return
	}
	b.WriteString("\n" + v.Colors.Bad("Guards refuse this plan:") + "\n")
	heading := ""
	for _, r := range p.Violations {
		if h := r.org().Heading(); h != heading {
			heading = h
			b.WriteString("  " + h + "\n")
		}
		b.WriteString("    " + r.Reason() + "\n")
	}
	if v.Command != "" {
		b.WriteString(v.Acceptance("This accepts it, just as it is") + "\n")
	}
}

// Acceptance says how to accept a plan.
func (v View) Acceptance(title string) string {
	return title + v.Via + ":\n  " + strings.ReplaceAll(v.Command, "\n", "\n  ")
}

// Summary says in one line how much the plan changes, and in how many organizations it could not look.
func (p *Plan) Summary() string {
	unread := p.unread()
	var s string
	switch {
	case p.Changed() > 0:
		s = fmt.Sprintf("Plan: %d to create, %d to update, %d to delete, in %d of %s.",
			p.Count(Create), p.Count(Update), p.Count(Delete), p.Changed(), organizations(len(p.Orgs)))
	case len(p.Orgs)-unread == 1:
		s = "No changes. 1 organization matches."
	case len(p.Orgs) > unread:
		s = fmt.Sprintf("No changes. %s match.", organizations(len(p.Orgs)-unread))
	}
	return strings.Trim(s+"\n"+p.Unplanned(), "\n")
}

// Unplanned says in how many organizations the plan could not look, if there are any.
func (p *Plan) Unplanned() string {
	if p.unread() == 0 {
		return ""
	}
	return fmt.Sprintf("Not planned, or not in full, because of errors: %s.", organizations(p.unread()))
}

func (p *Plan) unread() (n int) {
	for _, org := range p.Orgs {
		n += one(org.Error != "")
	}
	return n
}

func organizations(n int) string {
	if n == 1 {
		return "1 organization"
	}
	return fmt.Sprintf("%d organizations", n)
}

func (p *Plan) sourceColumn() int {
	var sources []Source
	for _, org := range p.Orgs {
		for _, step := range org.Steps {
			if step.Source != nil {
				sources = append(sources, *step.Source)
			}
		}
	}
	return SourceColumn(sources)
}

// SourceColumn returns the column in which places stand below each other, so that the longest fits into the terminal.
func SourceColumn(sources []Source) int {
	column := sourceColumn
	for _, s := range sources {
		column = min(column, width-utf8.RuneCountInString(s.String()))
	}
	return column
}

// Beside returns a line with the place that it comes from in a column, or behind it where it is longer.
func (s Source) Beside(line string, column int) string {
	return line + strings.Repeat(" ", max(2, column-utf8.RuneCountInString(line))) + s.String()
}

func (s Source) String() string { return fmt.Sprintf("%s:%d", quoteIfOdd(s.File), s.Line) }

func (v View) writeStep(b *strings.Builder, s Step, column int) {
	line, place := "  "+s.Line(), ""
	if s.Source != nil {
		place = strings.TrimPrefix(s.Source.Beside(line, column), line)
	}
	b.WriteString(v.Colors.Op(s.Op, line) + place + "\n")
	for _, detail := range v.Details(s) {
		b.WriteString("      " + detail + "\n")
	}
}

// Details says what the step does to each field, one line a field, and whether it is drift.
func (v View) Details(s Step) []string {
	lines := v.fieldsOf(s)
	if s.Drift {
		lines = append(lines, driftNote)
	}
	return lines
}

func (v View) fieldsOf(s Step) []string {
	switch {
	case s.ReinviteReason != "":
		return append([]string{v.renewal(s)}, contents("", s.After)...)
	case s.Op == Delete:
		return contents("", s.Before)
	case s.Op == Create, s.Before == nil:
		return contents("", s.After)
	}
	return changes("", s.Before, s.After)
}

// renewal says why somebody is invited again.
func (v View) renewal(s Step) string {
	if s.insists() {
		return "invited again, although the last invitation was rejected"
	}
	why := "invited again: the last invitation expired"
	if s.ExpiredAt.IsZero() || v.Now.IsZero() {
		return why
	}
	switch days := int(v.Now.Sub(s.ExpiredAt) / (24 * time.Hour)); days {
	case 0:
		return why + " less than a day ago"
	case 1:
		return why + " 1 day ago"
	default:
		return fmt.Sprintf("%s %d days ago", why, days)
	}
}

// Contents says what an object holds, one line a field.
func Contents(fields resource.Fields) []string { return contents("", fields) }

// contents lists the fields that hold something, and those that are said to be unset.
func contents(prefix string, fields resource.Fields) (lines []string) {
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		name, value := prefix+quoteIfOdd(field), fields[field]
		if parts, ok := value.(resource.Fields); ok {
			lines = append(lines, contents(name+".", parts)...)
		} else if value == nil || !resource.Equal(value, nil) {
			lines = append(lines, name+": "+Show(value))
		}
	}
	return lines
}

// changes lists the fields that differ, objects part by part.
func changes(prefix string, before, after resource.Fields) (lines []string) {
	fields := resource.Fields{}
	maps.Copy(fields, before)
	maps.Copy(fields, after)
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		name := prefix + quoteIfOdd(field)
		b, a := before[field], after[field]
		bParts, bOK := b.(resource.Fields)
		aParts, aOK := a.(resource.Fields)
		switch {
		case bOK && aOK, bOK && a == nil, aOK && b == nil:
			lines = append(lines, changes(name+".", bParts, aParts)...)
		case !resource.Equal(a, b):
			lines = append(lines, name+": "+showChange(b, a))
		}
	}
	return lines
}

// Show writes a value for a person. Text that could be taken for something else, or could play tricks on a
// terminal, is quoted.
func Show(v any) string {
	switch v := v.(type) {
	case nil:
		return "unset"
	case string:
		return quoteIfOdd(v)
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			if items[i] = Show(item); item == items[i] && strings.Contains(items[i], ",") {
				items[i] = strconv.Quote(items[i])
			}
		}
		return "[" + strings.Join(items, ", ") + "]"
	case resource.Fields:
		return "{" + strings.Join(contents("", v), ", ") + "}"
	}
	return fmt.Sprint(v)
}
