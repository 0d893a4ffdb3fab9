package plan

import (
	"strings"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// longText is how many characters two texts have together when they no longer fit on a line of a terminal.
const longText = 60

// showChange writes what a value was and becomes. Of long texts it shows what changes inside: [-gone-]{+new+}.
func showChange(before, after any) string {
	b, a := Show(before), Show(after)
	if before != b || after != a || utf8.RuneCountInString(b)+utf8.RuneCountInString(a) < longText {
		return b + " -> " + a
	}
	differ := diffmatchpatch.New()
	differ.DiffTimeout = 0 // equal inputs give equal bytes, however busy the machine is
	var inside strings.Builder
	for _, d := range differ.DiffCleanupSemantic(differ.DiffMain(b, a, false)) {
		switch d.Type {
		case diffmatchpatch.DiffDelete:
			inside.WriteString("[-" + d.Text + "-]")
		case diffmatchpatch.DiffInsert:
			inside.WriteString("{+" + d.Text + "+}")
		case diffmatchpatch.DiffEqual:
			inside.WriteString(d.Text)
		}
	}
	return inside.String()
}
