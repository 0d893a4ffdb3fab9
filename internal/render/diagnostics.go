package render

import (
	"fmt"
	"io"
	"strings"

	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// Diagnostic says what is wrong, and what to write instead, in one line.
func Diagnostic(d spec.Diagnostic) string {
	text := d.Message
	if d.Other != nil {
		text += " (also at " + d.Other.String() + ")"
	}
	if d.Hint != "" {
		text += "; " + d.Hint
	}
	return safetext.Printable(text)
}

// WriteDiagnostics writes diagnostics as text: file:line:col: message, the line, a caret below the mistake, and how
// many there are. Blank lines stand between them.
func WriteDiagnostics(w io.Writer, diagnostics []spec.Diagnostic, c Colors, names FileName) error {
	var b strings.Builder
	for _, d := range diagnostics {
		b.WriteString(diagnosticLines(renamed(d, names), c) + "\n")
	}
	b.WriteString(c.Bold(diagnosticSummary(diagnostics)) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// DiagnosticLines says what is wrong at a place, with the line and a caret below the mistake.
func DiagnosticLines(d spec.Diagnostic) string { return diagnosticLines(d, false) }

func diagnosticLines(d spec.Diagnostic, c Colors) string {
	severity, paint := string(d.Severity)+": ", c.Fair
	switch d.Severity {
	case spec.Error:
		severity, paint = "", c.Bad
	case spec.Notice:
		paint = c.Bold
	}
	text := fmt.Sprintf("%s: %s [%s]\n", c.Bold(safetext.Printable(d.Place.String())), paint(severity+Diagnostic(d)), d.Rule)
	if d.Source != "" {
		below := caret(d)
		blank := strings.TrimRight(below, "^~")
		text += "  " + safetext.Source(d.Source) + "\n  " + blank + paint(below[len(blank):]) + "\n"
	}
	return text
}

// Renamed returns diagnostics with their files named for whoever reads the text; never nil.
func Renamed(diagnostics []spec.Diagnostic, names FileName) []spec.Diagnostic {
	all := make([]spec.Diagnostic, len(diagnostics))
	for i, d := range diagnostics {
		all[i] = renamed(d, names)
	}
	return all
}

// renamed returns a diagnostic with its files named for whoever reads the text.
func renamed(d spec.Diagnostic, names FileName) spec.Diagnostic {
	d.File = names.of(d.File)
	if d.Other != nil {
		other := *d.Other
		other.File = names.of(other.File)
		d.Other = &other
	}
	return d
}

// AreValid says how many organizations are valid.
func AreValid(n int) string {
	if n == 1 {
		return "1 organization is valid"
	}
	return fmt.Sprintf("%d organizations are valid", n)
}

// diagnosticSummary says how many diagnostics of each severity there are. If there are none, it says that there are 0 problems.
func diagnosticSummary(diagnostics []spec.Diagnostic) string {
	var counts []string
	for _, c := range []struct {
		severity spec.Severity
		word     string
	}{{spec.Error, "problem"}, {spec.Warning, "warning"}, {spec.Notice, "notice"}} {
		if n := spec.Count(diagnostics, c.severity); n > 0 || len(diagnostics) == 0 && c.severity == spec.Error {
			counts = append(counts, Count(n, c.word))
		}
	}
	return strings.Join(counts, ", ")
}

// caret returns a line that points at the mistake in the line above it.
func caret(d spec.Diagnostic) string {
	text := []rune(safetext.Printable(d.Source))
	start := min(d.Column-1, len(text))
	end := min(max(d.EndColumn-1, start), len(text))
	var b strings.Builder
	for _, r := range text[:start] {
		if r == '\t' {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Repeat(" ", safetext.Cells(r)))
		}
	}
	length := 0
	for _, r := range text[start:end] {
		length += safetext.Cells(r)
	}
	return b.String() + "^" + strings.Repeat("~", max(0, length-1))
}
