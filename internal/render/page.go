package render

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// Block is a text that a page shows as a whole or not at all.
type Block struct {
	Heading string // a line above the text; consecutive blocks with the same heading show it once
	Text    string
	Step    bool // the block is about a step
	More    int  // how many further steps the block is about
}

// maxMarkdown is the default limit of a page, in bytes. GitHub rejects a comment of more than 65,536 characters.
const maxMarkdown = 60_000

// Page is Markdown of a limited length.
type Page struct {
	head, fullOutput, foot string

	b                  strings.Builder
	left               int // bytes
	cutSteps, cutOther int
}

// NewPage returns a page of at most size bytes that begins with head and ends with foot. Size 0 means the limit of a comment.
// fullOutput is a sentence that says where the whole text is. The page shows it only if something does not fit.
func NewPage(size int, head, fullOutput, foot string) *Page {
	left := cmp.Or(size, maxMarkdown) - len(head) - len(foot) - len(cutNote(1<<30, 1<<30, 1<<30, fullOutput))
	return &Page{head: head, fullOutput: fullOutput, foot: foot, left: left}
}

// bold makes each line a bold paragraph.
func bold(lines string) string { return "**" + strings.ReplaceAll(lines, "\n", "**\n\n**") + "**\n" }

// Write writes the page. If something did not fit, the page says how many steps, of how many, and how many other blocks are missing.
func (m *Page) Write(w io.Writer, steps int) error {
	if m.cutSteps+m.cutOther > 0 {
		m.head += cutNote(m.cutSteps, steps, m.cutOther, m.fullOutput)
	}
	_, err := io.WriteString(w, m.head+m.b.String()+m.foot)
	return err
}

// cutNote returns the sentence about what is missing.
func cutNote(steps, of, other int, fullOutput string) string {
	return fmt.Sprintf("\n**Too long to be shown here: %d of %s, and %s.** %s\n", steps, Count(of, "step"), Count(other, "message"), fullOutput)
}

// Details writes those blocks of an organization that fit into a folded section, as a difference.
func (m *Page) Details(org plan.Org, about string, blocks []Block) {
	m.fold(codeHTML(org.Heading())+": "+about, blocks, "")
}

// fold writes those blocks that fit into a folded section, as a difference. The title is HTML. What is below them is Markdown.
func (m *Page) fold(title string, blocks []Block, below string) {
	m.Section("\n<details><summary>"+title, "</summary>\n\n```diff\n", blocks, "```\n"+below+"\n</details>\n")
}

// codeHTML returns text as code in HTML, where GitHub interprets neither Markdown nor mentions.
func codeHTML(text string) string { return "<code>" + safetext.HTML(text) + "</code>" }

// Section writes a title, begin, the blocks that fit, and end. If some blocks do not fit, the title says how many are shown. If
// none fits, Section writes nothing.
func (m *Page) Section(title, begin string, blocks []Block, end string) {
	var body strings.Builder
	heading, shown, room := "", 0, m.left-len(title+someOf(1<<30, 1<<30)+begin+end)
	for _, b := range blocks {
		text := b.Text
		if b.Heading != heading {
			text = b.Heading + text
		}
		switch {
		case body.Len()+len(text) <= room:
			body.WriteString(text)
			heading = b.Heading
			shown++
		case b.Step:
			m.cutSteps += 1 + b.More
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
