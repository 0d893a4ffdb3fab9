package plan

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// maxCommand is how long a command may be to be shown there.
const maxCommand = 4_000

// WriteMarkdown writes the plan for a pull request: the verdict, what guards refuse, what could not be planned, what is
// removed or may shut out, then all else by organization, and at last how to apply it. What is said by Atlas or in the
// tree stands in code alone, where neither Markdown nor mentions mean anything.
func (v View) WriteMarkdown(w io.Writer, p *Plan) error {
	elsewhere := cmp.Or(v.Elsewhere, "See `plan` without `--format markdown`.")
	m := NewPage(v.Size, Bold(v.against()+p.Summary()), elsewhere, v.foot(p))
	m.Section("\n### Guards refuse this plan", "\n\n```text\n", refused(p), "```\n")
	m.Section("\n### Not planned, or not in full", "\n\n```text\n", p.Troubles(), "```\n")
	m.Section("\n### To know", "\n\n```text\n", notes(p), "```\n")
	m.Section("\n### Removals and lock-outs", "\n\n```diff\n", v.dangers(p), "```\n")
	for _, org := range p.Orgs {
		m.Details(org, org.additions(), "diff", v.others(org))
	}
	return m.Write(w, p.Steps())
}

func (v View) foot(p *Plan) string {
	if p.Changed() == 0 || v.Against != "" {
		return ""
	}
	foot := "\nDigest: `" + p.Digest + "`\n"
	switch {
	case v.Command == "" || len(v.Command) > maxCommand || OneLine(strings.ReplaceAll(v.Command, "\n", " ")) != strings.ReplaceAll(v.Command, "\n", " "):
		foot += "\n`apply --accept` with this digest does just this.\n"
	case v.Via != "":
		foot += "\nThis does just this" + v.Via + ":\n\n```text\n" + v.Command + "\n```\n"
	default:
		foot += "\nThis does just this:\n\n```sh\n" + v.Command + "\n```\n"
	}
	return foot
}

func refused(p *Plan) (blocks []Block) {
	for _, r := range p.Violations {
		blocks = append(blocks, Block{Text: r.org().Heading() + ": " + r.Reason() + "\n"})
	}
	return blocks
}

// Troubles says what could not be planned, and why.
func (p *Plan) Troubles() (blocks []Block) {
	for _, org := range p.Orgs {
		for line := range strings.Lines(org.Error) {
			blocks = append(blocks, Block{Text: "error: " + OneLine(strings.TrimSuffix(line, "\n")) + "\n"})
		}
	}
	return blocks
}

func notes(p *Plan) (blocks []Block) {
	for _, org := range p.Orgs {
		for _, n := range org.Notices {
			if org.isShown() {
				blocks = append(blocks, Block{Text: org.Heading() + ": " + n.Line() + "\n"})
			}
		}
	}
	for line := range strings.Lines(p.drift() + p.elsewhere()) {
		blocks = append(blocks, Block{Text: line})
	}
	return blocks
}

// isDanger tells whether a reviewer has to see the step first.
func (s Step) isDanger() bool { return s.IsDestructive() || s.IsDeferred() }

func (v View) dangers(p *Plan) (blocks []Block) {
	for _, org := range p.Orgs {
		for _, s := range org.Steps {
			if s.isDanger() {
				blocks = append(blocks, Block{"  " + org.Heading() + "\n", v.Diff(s), true})
			}
		}
	}
	return blocks
}

func (v View) others(org Org) (blocks []Block) {
	for _, s := range org.Steps {
		if !s.isDanger() {
			blocks = append(blocks, Block{Text: v.Diff(s), Step: true})
		}
	}
	return blocks
}

// additions counts the steps that others returns.
func (o Org) additions() string {
	n := map[Op]int{}
	for _, s := range o.Steps {
		n[s.Op] += one(!s.isDanger())
	}
	var counts []string
	for _, op := range []Op{Create, Update} {
		if n[op] > 0 {
			counts = append(counts, fmt.Sprintf("%d to %s", n[op], op))
		}
	}
	return strings.Join(counts, ", ")
}

// Diff shows a step in a fence that GitHub colours by the first character of a line: it knows ! for a change.
func (v View) Diff(s Step) string {
	mark := s.Op.Symbol()
	if s.Op == Update {
		mark = "!"
	}
	line := mark + " " + quoteIfOdd(s.Address())
	if s.Source != nil {
		line = s.Source.Beside(line, sourceColumn)
	}
	var b strings.Builder
	b.WriteString(line + "\n")
	for _, detail := range v.Details(s) {
		b.WriteString(mark + "     " + detail + "\n")
	}
	return b.String()
}
