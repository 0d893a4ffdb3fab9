package spec

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"atlas-gitops/internal/yamldata"
)

// Place is where something stands in a file of the tree.
type Place = yamldata.Place

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
			b.WriteString(strings.Repeat(" ", yamldata.Cells(r)))
		}
	}
	length := 0
	for _, r := range text[start:end] {
		length += yamldata.Cells(r)
	}
	return b.String() + "^" + strings.Repeat("~", max(0, length-1))
}
