package render

import (
	"fmt"
	"io"
	"strings"

	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// Diagnostic returns one line: what is wrong, and what to write instead.
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

// WriteDiagnostics writes diagnostics as text, with blank lines between them: file:line:col: message, then the line of the file,
// then a caret below the mistake. The last line counts the diagnostics.
func WriteDiagnostics(w io.Writer, diagnostics []spec.Diagnostic, c Colors, names FileName) error {
	var b strings.Builder
	for _, d := range diagnostics {
		b.WriteString(diagnosticLines(renamed(d, names), c) + "\n")
	}
	b.WriteString(c.Bold(diagnosticSummary(diagnostics)) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// DiagnosticLines returns what is wrong at a place, the line of the file, and a caret below the mistake.
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

// Renamed returns diagnostics with the file names that the reader knows. The result is never nil.
func Renamed(diagnostics []spec.Diagnostic, names FileName) []spec.Diagnostic {
	all := make([]spec.Diagnostic, len(diagnostics))
	for i, d := range diagnostics {
		all[i] = renamed(d, names)
	}
	return all
}

// renamed returns a diagnostic with the file names that the reader knows.
func renamed(d spec.Diagnostic, names FileName) spec.Diagnostic {
	d.File = names.of(d.File)
	if d.Other != nil {
		other := *d.Other
		other.File = names.of(other.File)
		d.Other = &other
	}
	return d
}

// AreValid returns how many organizations are valid, as text.
func AreValid(n int) string {
	if n == 1 {
		return "1 organization is valid"
	}
	return fmt.Sprintf("%d organizations are valid", n)
}

// diagnosticSummary counts the diagnostics of each severity: 2 problems, 1 notice. Without any it returns 0 problems.
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

// caret returns a line that marks the mistake in the line above it. It keeps tabs, and counts wide characters as two columns.
func caret(d spec.Diagnostic) string {
	text := []rune(safetext.Printable(d.Source))
	start := min(d.Column-1, len(text))
	end := min(max(d.EndColumn-1, start), len(text))
	blanks := strings.Split(string(text[:start]), "\t")
	for i, part := range blanks {
		blanks[i] = strings.Repeat(" ", safetext.Width(part))
	}
	marked := safetext.Width(string(text[start:end]))
	return strings.Join(blanks, "\t") + "^" + strings.Repeat("~", max(0, marked-1))
}
