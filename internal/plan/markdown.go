package plan

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// maxMarkdown is how many bytes a plan has in Markdown at most. GitHub refuses a comment of 65,536 characters.
const maxMarkdown = 60_000

// maxCommand is how long a command may be to be shown there.
const maxCommand = 4_000

// WriteMarkdown writes the plan for a pull request: the verdict, what guards refuse, what could not be planned, what is
// removed or may shut out, then all else by organization, and at last how to apply it. What is said by Atlas or in the
// tree stands in code alone, where neither Markdown nor mentions mean anything.
func (v View) WriteMarkdown(w io.Writer, p *Plan) error {
	head, foot := "**"+strings.ReplaceAll(p.Summary(), "\n", "**\n\n**")+"**\n", v.foot(p)
	m := &page{left: maxMarkdown - len(head) - len(foot) - len(cutNote(1<<30, 1<<30, 1<<30))}
	m.section("\n### Guards refuse this plan", "\n\n```text\n", refused(p), "```\n")
	m.section("\n### Not planned, or not in full", "\n\n```text\n", troubles(p), "```\n")
	m.section("\n### To know", "\n\n```text\n", notes(p), "```\n")
	m.section("\n### Removals and lock-outs", "\n\n```diff\n", v.dangers(p), "```\n")
	for _, org := range p.Orgs {
		summary := fmt.Sprintf("\n<details><summary><code>%s</code>: %s", html.EscapeString(org.Heading()), org.additions())
		m.section(summary, "</summary>\n\n```diff\n", v.others(org), "```\n\n</details>\n")
	}
	if m.cutSteps+m.cutOther > 0 {
		head += cutNote(m.cutSteps, p.Steps(), m.cutOther)
	}
	_, err := io.WriteString(w, head+m.b.String()+foot)
	return err
}

// cutNote says how much is missing.
func cutNote(steps, of, other int) string {
	return fmt.Sprintf("\n**Too long to be shown here: %d of %d steps, and %d messages.** See `plan` without `--format markdown`.\n", steps, of, other)
}

func (v View) foot(p *Plan) string {
	if p.Changed() == 0 {
		return ""
	}
	foot := "\nDigest: `" + p.Digest + "`\n"
	switch {
	case v.Command == "" || len(v.Command) > maxCommand || OneLine(v.Command) != v.Command:
		foot += "\n`apply --accept` with this digest does just this.\n"
	default:
		foot += "\nThis does just this:\n\n```sh\n" + v.Command + "\n```\n"
	}
	return foot
}

// block is what is shown as a whole or not at all.
type block struct {
	heading string // a line to stand above it, unless it stands there already
	text    string
	step    bool
}

// page is text of a limited length.
type page struct {
	b                  strings.Builder
	left               int // bytes
	cutSteps, cutOther int
}

// section writes those blocks that there is room for, below a title that says how many of them, and between what begins
// and ends the section.
func (m *page) section(title, begin string, blocks []block, end string) {
	var body strings.Builder
	heading, shown, room := "", 0, m.left-len(title+someOf(1<<30, 1<<30)+begin+end)
	for _, b := range blocks {
		text := b.text
		if b.heading != heading {
			text = b.heading + text
		}
		switch {
		case body.Len()+len(text) <= room:
			body.WriteString(text)
			heading = b.heading
			shown++
		case b.step:
			m.cutSteps++
		default:
			m.cutOther++
		}
	}
	if shown == 0 {
		return
	}
	if shown < len(blocks) {
		title += someOf(shown, len(blocks))
	}
	text := title + begin + body.String() + end
	m.b.WriteString(text)
	m.left -= len(text)
}

func someOf(shown, all int) string { return fmt.Sprintf(" (%d of %d)", shown, all) }

func refused(p *Plan) (blocks []block) {
	for _, r := range p.Refusals {
		blocks = append(blocks, block{text: r.org().Heading() + ": " + r.Reason() + "\n"})
	}
	return blocks
}

func troubles(p *Plan) (blocks []block) {
	for _, org := range p.Orgs {
		for line := range strings.Lines(org.Error) {
			blocks = append(blocks, block{text: "error: " + OneLine(strings.TrimSuffix(line, "\n")) + "\n"})
		}
	}
	return blocks
}

func notes(p *Plan) (blocks []block) {
	for _, org := range p.Orgs {
		for _, n := range org.Notices {
			if org.isShown() {
				blocks = append(blocks, block{text: org.Heading() + ": " + n.Line() + "\n"})
			}
		}
	}
	for line := range strings.Lines(p.elsewhere()) {
		blocks = append(blocks, block{text: line})
	}
	return blocks
}

// isDanger tells whether a reviewer has to see the step first.
func (s Step) isDanger() bool { return s.Loses() || s.IsLate() }

func (v View) dangers(p *Plan) (blocks []block) {
	for _, org := range p.Orgs {
		for _, s := range org.Steps {
			if s.isDanger() {
				blocks = append(blocks, block{"  " + org.Heading() + "\n", v.diffLines(s), true})
			}
		}
	}
	return blocks
}

func (v View) others(org Org) (blocks []block) {
	for _, s := range org.Steps {
		if !s.isDanger() {
			blocks = append(blocks, block{text: v.diffLines(s), step: true})
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

// diffLines shows a step in a fence that GitHub colours by the first character of a line: it knows ! for a change.
func (v View) diffLines(s Step) string {
	mark := s.Op.Symbol()
	if s.Op == Update {
		mark = "!"
	}
	line := mark + " " + quoteIfOdd(s.Address())
	if s.Source != nil {
		line = s.Source.Beside(line, sourceColumn)
	}
	text := line + "\n"
	for _, detail := range v.details(s) {
		text += mark + "     " + detail + "\n"
	}
	return text
}
