package spec

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestFormatRandom checks formatting with random valid files: comments, blank lines and every style of value at every place.
// Fuzzing rarely produces such files.
func TestFormatRandom(t *testing.T) {
	t.Parallel()
	const files = 100
	formatted := 0
	for seed := range uint64(files) {
		w := &writer{Rand: rand.New(rand.NewPCG(seed, 0))}
		in := w.file()
		if out := checkFormat(t, []byte(in)); !strings.Contains(out, "[AG0") {
			formatted++
		}
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, in)
		}
	}
	if formatted < files/2 {
		t.Errorf("only %d of %d files could be formatted", formatted, files)
	}
}

// writer writes random YAML, most of it valid.
type writer struct {
	*rand.Rand
	n int // the last number, so that no text is listed twice
}

func (w *writer) in100(times int) bool { return w.IntN(100) < times }

func (w *writer) oneOf(texts ...string) string { return texts[w.IntN(len(texts))] }

// numbered puts a unique number into one of the formats.
func (w *writer) numbered(formats ...string) string {
	w.n++
	return fmt.Sprintf(w.oneOf(formats...), w.n)
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

func (w *writer) comment() string {
	return w.numbered("# %d", "#%d", "#\t%d", "# a: b %d", "#- %d", "#] %d")
}

// end writes the end of a line.
func (w *writer) end() string {
	if w.in100(15) {
		return w.oneOf(" ", "\t", "  ") + w.comment() + w.oneOf("", " ", "\t") + "\n"
	}
	return w.oneOf("", "", "", " ") + "\n"
}

// gap writes what may be between two entries.
func (w *writer) gap() (text string) {
	for w.in100(25) {
		text += w.oneOf("\n", "  \n", "\n\n", spaces(w.IntN(9))+w.comment()+"\n", w.comment()+"\n")
	}
	return text
}

func (w *writer) scalar() string {
	return w.numbered("%d", "t%d", "'q%d # x'", "\"d%d\\n\"", "no%d", "\"%d\"", "a b %d", "-x%d", "x#%d", "\"é%d\"",
		"'it''s %d'", "a:b%d", "'# %d'", "漢%d")
}

func (w *writer) anchor() string {
	if w.in100(2) {
		return w.numbered("&a%d ", "&a.%d ", "&ä:%d ")
	}
	return ""
}

// space writes what may be between the parts of a collection in brackets.
func (w *writer) space() string {
	switch {
	case w.in100(8):
		return " " + w.comment() + "\n" + spaces(20)
	case w.in100(5):
		return "\n" + spaces(20)
	}
	return w.oneOf("", " ")
}

func (w *writer) flow(depth int) string {
	if depth <= 0 || w.in100(40) {
		return w.scalar()
	}
	parts := make([]string, w.IntN(4))
	isMapping := w.in100(50)
	for i := range parts {
		switch {
		case isMapping:
			parts[i] = w.space() + w.numbered("k%d: ") + w.space() + w.flow(depth-1) + w.space()
		case w.in100(10):
			parts[i] = w.space() + w.numbered("k%d: ") + w.scalar() + w.space()
		default:
			parts[i] = w.space() + w.flow(depth-1) + w.space()
		}
	}
	text := strings.Join(parts, ",")
	if len(parts) > 0 && w.in100(20) {
		text += "," + w.space()
	}
	if isMapping {
		return w.anchor() + "{" + text + w.space() + "}"
	}
	return w.anchor() + "[" + text + w.space() + "]"
}

// block writes a block of text, starting with | or >.
func (w *writer) block(indent int) string {
	within := indent + 1 + w.IntN(4)
	text := w.oneOf("|", ">") + w.oneOf("", "-", "+") + w.end()
	for i := range 1 + w.IntN(4) {
		more := ""
		if i > 0 {
			more = w.oneOf("", "", "  ")
			text += w.oneOf("", "", "", "\n", " \n", spaces(within+2)+"\n")
		}
		text += spaces(within) + more + w.oneOf("text", "# no", "- x", "a: b", "x  ", "t\tt") + "\n"
	}
	return text + w.oneOf("", "", "", "", "\n", "\n\n", spaces(within+1)+"\n", spaces(within-1)+"\n")
}

func (w *writer) lines(indent int) string {
	more := "\n" + spaces(indent+2)
	return w.oneOf("one"+more+"two", "\"one"+more+"two\"", "'one\n"+more+"two'", "one\n"+more+"two") + w.end()
}

// value writes the value after a dash, or after the colon of a key with this indentation.
func (w *writer) value(indent, depth int, dash bool) string {
	switch k := w.IntN(12); {
	case k == 0:
		return w.end()
	case k == 1:
		return " " + w.anchor() + w.block(indent)
	case k == 2:
		return " " + w.lines(indent)
	case k == 3:
		return w.end() + w.gap() + spaces(indent+1+w.IntN(3)) + w.scalar() + w.end()
	case k <= 5:
		return " " + w.flow(depth) + w.end()
	case k <= 7 || depth == 0:
		return " " + w.anchor() + w.scalar() + w.end()
	}
	return w.collection(indent, depth-1, dash)
}

func (w *writer) collection(indent, depth int, dash bool) string {
	write := w.mapping
	if w.in100(50) {
		write = w.list
	}
	if dash && w.in100(60) {
		within := indent + 2 + w.IntN(3)
		return spaces(within-indent-1) + strings.TrimPrefix(write(within, depth, true), spaces(within))
	}
	return " " + w.anchor() + w.end() + write(indent+1+w.IntN(3), depth, false)
}

func (w *writer) list(indent, depth int, onLine bool) (text string) {
	for i := range 1 + w.IntN(3) {
		if i > 0 || !onLine {
			text += w.gap()
		}
		text += spaces(indent) + "-" + w.value(indent, depth, true)
	}
	return text
}

func (w *writer) mapping(indent, depth int, onLine bool) (text string) {
	keys := []string{"name", "id", "settings", "members", "invitations", "username", "roles", "projects", "'a b'", "z", "\"1\""}
	w.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	for i, key := range keys[:1+w.IntN(4)] {
		if i > 0 || !onLine {
			text += w.gap()
		}
		text += spaces(indent) + w.entry(key, indent, depth)
	}
	return text
}

func (w *writer) entry(key string, indent, depth int) string {
	switch {
	case (key == "members" || key == "invitations") && w.in100(70):
		return key + ":" + w.end() + w.people(indent+w.IntN(3))
	case w.in100(4):
		return "? " + key + w.end() + w.gap() + spaces(indent) + ":" + w.value(indent, depth, true)
	case w.in100(10): // a list that is not indented
		return key + ":" + w.end() + w.list(indent, max(depth-1, 0), false)
	}
	return key + ":" + w.value(indent, depth, false)
}

func (w *writer) people(indent int) (text string) {
	for range 1 + w.IntN(5) {
		first := w.oneOf("a", "B", "c") + w.numbered("%d@x.yz")
		first, second := "username: "+first+w.end(), "roles: "+w.flow(1)+w.end()
		if w.in100(50) {
			first, second = second, first
		}
		text += w.gap() + spaces(indent) + "-" + w.oneOf(" ", w.end()+w.gap()+spaces(indent+2)) + first
		text += w.gap() + spaces(indent+2) + second
	}
	return text
}

func (w *writer) file() (text string) {
	for i := range 1 + w.IntN(3) {
		text += w.gap()
		if i > 0 || w.in100(20) {
			text += w.oneOf("", "", "", "...\n", "... # x\n") + w.gap() + "---" + w.end() + w.gap()
		}
		switch w.IntN(10) {
		case 0:
		case 1:
			text += w.list(w.IntN(2), 3, false)
		case 2:
			text += w.flow(3) + w.end()
		case 3:
			text += w.oneOf(w.block(-1), w.lines(0))
		default:
			text += w.mapping(w.IntN(2), 3, false)
		}
	}
	text += w.gap()
	switch w.IntN(10) {
	case 0:
		return strings.TrimRight(text, "\n")
	case 1:
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}
