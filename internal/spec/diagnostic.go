package spec

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Place is where something stands in a file. Lines and columns count from 1, columns in characters; EndColumn is
// the column behind the last character, on the same line. A line of 0 means the file, or directory, as a whole.
type Place struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndColumn int    `json:"endColumn"`
}

func (p Place) String() string {
	file := p.File
	blank := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }
	if strings.HasPrefix(strings.TrimLeftFunc(file, blank), "::") {
		file = "./" + file // a line that starts so would be a command to GitHub's runner
	}
	if p.Line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d:%d", file, p.Line, p.Column)
}

// Compare orders places by file, line and column.
func (p Place) Compare(q Place) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// Diagnostic is one finding in the tree.
type Diagnostic struct {
	Place
	Severity Severity `json:"severity"`
	Rule     string   `json:"rule"` // the id of its rule
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitzero"`  // what to write instead
	Other    *Place   `json:"other,omitzero"` // the other of two places that contradict each other
	Source   string   `json:"-"`              // the line of the file, without its end
}

func (d *Diagnostic) other() Place {
	if d.Other == nil {
		return Place{}
	}
	return *d.Other
}

// Text returns what is wrong, and what to write instead, in one line.
func (d Diagnostic) Text() string {
	text := d.Message
	if d.Other != nil {
		text += " (also at " + d.Other.String() + ")"
	}
	if d.Hint != "" {
		text += "; " + d.Hint
	}
	return printable(text)
}

// WriteText writes diagnostics for a person: file:line:col: message, the line, a caret below the mistake, and how
// many there are.
func WriteText(w io.Writer, diagnostics []Diagnostic) error {
	var b strings.Builder
	for _, d := range diagnostics {
		b.WriteString(printable(d.Place.String()) + ": ")
		if d.Severity != Error {
			b.WriteString(string(d.Severity) + ": ")
		}
		fmt.Fprintf(&b, "%s [%s]\n", d.Text(), d.Rule)
		if d.Source != "" {
			b.WriteString("  " + inert(d.Source) + "\n  " + caret(d) + "\n")
		}
	}
	b.WriteString(summary(diagnostics) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// summary says how many diagnostics there are: problems, unless there are only others, and what else there is.
func summary(diagnostics []Diagnostic) string {
	var counts []string
	for _, c := range []struct {
		severity Severity
		word     string
	}{{Error, "problem"}, {Warning, "warning"}, {Notice, "notice"}} {
		if n := Count(diagnostics, c.severity); n > 0 || len(diagnostics) == 0 && c.severity == Error {
			counts = append(counts, plural(n, c.word))
		}
	}
	return strings.Join(counts, ", ")
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// printable keeps control characters, and those that reorder text, from reaching the terminal, and a command of an
// older form, ##[…], from GitHub's runner. Tabs stay: the caret's line has them too.
func printable(line string) string {
	return strings.ReplaceAll(strings.Map(func(r rune) rune {
		if r != '\t' && !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, line), "##[", "##?")
}

// inert returns a line of a file such that a program that reads what we print does not take it for a command: GitHub's
// runner obeys ::…:: even behind blanks.
func inert(line string) string {
	line = printable(line)
	text := strings.TrimLeft(line, " \t")
	if command, ok := strings.CutPrefix(text, "::"); ok {
		return strings.TrimSuffix(line, text) + "??" + command
	}
	return line
}

// caret returns what points from the line below at the mistake.
func caret(d Diagnostic) string {
	text := []rune(printable(d.Source))
	start := min(d.Column-1, len(text))
	end := min(max(d.EndColumn-1, start), len(text))
	var b strings.Builder
	for _, r := range text[:start] {
		if r == '\t' {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Repeat(" ", cells(r)))
		}
	}
	length := 0
	for _, r := range text[start:end] {
		length += cells(r)
	}
	return b.String() + "^" + strings.Repeat("~", max(0, length-1))
}

// cells returns how many columns a character takes on a terminal.
func cells(r rune) int {
	switch kind := width.LookupRune(r).Kind(); {
	case unicode.In(r, unicode.M, unicode.Cf):
		return 0
	case kind == width.EastAsianWide, kind == width.EastAsianFullwidth:
		return 2
	}
	return 1
}
