package plan

import (
	"strings"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// longText is how many characters two texts have together when they no longer fit on a line of a terminal.
const longText = 60

// maxCompared is how many characters two texts may have together for what changes inside of them to be looked for. That
// takes time with the square of them.
const maxCompared = 2_000

// showChange writes what a value was and becomes. Of long texts it shows what changes inside: [-gone-]{+new+}.
func showChange(before, after any) string {
	b, a := Show(before), Show(after)
	length := utf8.RuneCountInString(b) + utf8.RuneCountInString(a)
	if before != b || after != a || length < longText || length > maxCompared {
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
