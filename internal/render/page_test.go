package render_test

import (
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/render"
)

// TestPageFits: for every size, a page is not longer than that, shows only whole blocks, each below its heading, and says how many
// are missing.
func TestPageFits(t *testing.T) {
	var blocks []render.Block
	for i := range 9 {
		heading := fmt.Sprintf("heading %d with a rather long text that takes its room\n", i/3)
		blocks = append(blocks, render.Block{Heading: heading, Text: fmt.Sprintf("block %d\n", i), Step: i%2 == 0})
	}
	for size := 200; size <= 700; size++ {
		page := render.NewPage(size, "head\n", "Look elsewhere.", "foot\n")
		page.Section("\n### Title", "\n", blocks, "end\n")
		var b strings.Builder
		if err := page.Write(&b, 5); err != nil {
			t.Fatal(err)
		}
		if want := pageWith(blocks, b.String()); b.String() != want || len(want) > size {
			t.Fatalf("%d: %d bytes: got\n%s\nwant\n%s", size, b.Len(), &b, want)
		}
	}
}

// pageWith returns the page that shows exactly those blocks that a text contains.
func pageWith(blocks []render.Block, text string) string {
	body, heading, shown, steps, others := "", "", 0, 0, 0
	for _, block := range blocks {
		switch {
		case strings.Contains(text, block.Text):
			if block.Heading != heading {
				body += block.Heading
			}
			body, heading = body+block.Text, block.Heading
			shown++
		case block.Step:
			steps++
		default:
			others++
		}
	}
	lacks, count := "", ""
	if shown < len(blocks) {
		lacks = fmt.Sprintf("\n**Too long to be shown here: %d of 5 steps, and %s.** Look elsewhere.\n", steps, render.Count(others, "message"))
		count = fmt.Sprintf(" (%d of 9)", shown)
	}
	if shown > 0 {
		body = "\n### Title" + count + "\n" + body + "end\n"
	}
	return "head\n" + lacks + body + "foot\n"
}
