package render_test

import (
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/render"
)

// TestPageFits: whatever room there is, a page is no longer, shows whole blocks below their headings, and says how many it
// lacks.
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
		body, heading, shown, steps, others := "", "", 0, 0, 0
		for _, block := range blocks {
			switch {
			case strings.Contains(b.String(), block.Text):
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
		want := "head\n"
		if steps+others > 0 {
			want += fmt.Sprintf("\n**Too long to be shown here: %d of 5 steps, and %d messages.** Look elsewhere.\n", steps, others)
		}
		title := "\n### Title"
		if shown < len(blocks) {
			title += fmt.Sprintf(" (%d of 9)", shown)
		}
		if shown > 0 {
			want += title + "\n" + body + "end\n"
		}
		if want += "foot\n"; b.String() != want || len(want) > size {
			t.Fatalf("%d: %d bytes: got\n%s\nwant\n%s", size, b.Len(), &b, want)
		}
	}
}
