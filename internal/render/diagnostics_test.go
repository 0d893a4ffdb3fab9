package render_test

import (
	"strings"
	"testing"

	"atlas-gitops/internal/render"
	"atlas-gitops/internal/spec"
)

// TestCaret: on a terminal the caret is below the mistake, for any characters in the line.
func TestCaret(t *testing.T) {
	for _, row := range []struct {
		reason, source string
		column, end    int // of the mistake, in characters
		want           string
	}{
		{"a mistake of four characters", "name: Acme", 7, 11, "      ^~~~"},
		{"a mistake of one character", "a: b", 4, 5, "   ^"},
		{"a place without a length", "a: b", 4, 4, "   ^"},
		{"a missing value at the end of the line", "a:", 3, 3, "  ^"},
		{"a column beyond the end of the line", "a:", 9, 12, "  ^"},
		{"a mistake that ends on another line", "a: [", 4, 99, "   ^"},
		{"tabs before the mistake are kept", "\ta:\tb", 5, 6, "\t  \t^"},
		{"wide characters before the mistake", "東京: a", 5, 6, "      ^"},
		{"wide characters in the mistake", "a: 東京", 4, 6, "   ^~~~"},
		{"a combining accent before the mistake", "e\u0301: a", 5, 6, "   ^"},
		{"characters that cannot be printed are replaced by one column", "\x1b\u202e: a", 5, 6, "    ^"},
	} {
		text := render.DiagnosticLines(spec.Diagnostic{Place: spec.Place{File: "a.yaml", Line: 1, Column: row.column, EndColumn: row.end}, Source: row.source})
		lines := strings.Split(text, "\n")
		if len(lines) != 4 || lines[2] != "  "+row.want {
			t.Errorf("%s: got\n%swant\n  %s", row.reason, text, row.want)
		}
	}
}

// TestDiagnosticLines: the first line has the place, the severity, the message, the other place, the hint and the rule.
func TestDiagnosticLines(t *testing.T) {
	at := spec.Place{File: "a.yaml", Line: 2, Column: 3}
	for _, row := range []struct {
		reason     string
		diagnostic spec.Diagnostic
		want       string
	}{
		{"an error", spec.Diagnostic{Place: at, Severity: spec.Error, Rule: "type", Message: "odd"}, "a.yaml:2:3: odd [type]\n"},
		{"a warning", spec.Diagnostic{Place: at, Severity: spec.Warning, Rule: "type", Message: "odd"}, "a.yaml:2:3: warning: odd [type]\n"},
		{"a diagnostic about a whole file", spec.Diagnostic{Place: spec.Place{File: "a.yaml"}, Severity: spec.Error, Rule: "empty", Message: "empty"}, "a.yaml: empty [empty]\n"},
		{"another place and a hint", spec.Diagnostic{Place: at, Severity: spec.Error, Rule: "name", Message: "twice", Other: &spec.Place{File: "b.yaml", Line: 1, Column: 7}, Hint: "remove one"},
			"a.yaml:2:3: twice (also at b.yaml:1:7); remove one [name]\n"},
		{"the line of the file", spec.Diagnostic{Place: at, Severity: spec.Error, Rule: "type", Message: "odd", Source: "a: b"}, "a.yaml:2:3: odd [type]\n  a: b\n    ^\n"},
		{"workflow commands in the file name, the message and the line", spec.Diagnostic{Place: spec.Place{File: "::error::x", Line: 1, Column: 1}, Severity: spec.Error, Rule: "type", Message: "a\n::error::x", Source: "::error::x"},
			"./::error::x:1:1: a?::error::x [type]\n  ??error::x\n  ^\n"},
	} {
		if got := render.DiagnosticLines(row.diagnostic); got != row.want {
			t.Errorf("%s: got\n%swant\n%s", row.reason, got, row.want)
		}
	}
}

// TestWriteDiagnostics: the last line counts the diagnostics of each severity.
func TestWriteDiagnostics(t *testing.T) {
	diagnosticOf := func(s spec.Severity) spec.Diagnostic {
		return spec.Diagnostic{Place: spec.Place{File: "a.yaml"}, Severity: s, Rule: "r", Message: "m"}
	}
	for _, row := range []struct {
		reason string
		all    []spec.Diagnostic
		want   string // the last line
	}{
		{"none", nil, "0 problems"},
		{"one error", []spec.Diagnostic{diagnosticOf(spec.Error)}, "1 problem"},
		{"every severity", []spec.Diagnostic{diagnosticOf(spec.Notice), diagnosticOf(spec.Error), diagnosticOf(spec.Warning), diagnosticOf(spec.Error), diagnosticOf(spec.Warning)}, "2 problems, 2 warnings, 1 notice"},
		{"a warning without errors", []spec.Diagnostic{diagnosticOf(spec.Warning)}, "1 warning"},
	} {
		var b strings.Builder
		if err := render.WriteDiagnostics(&b, row.all, false, func(file string) string { return "../" + file }); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(b.String(), "\n") // two for each diagnostic, of which one is blank
		if len(lines) != 2*len(row.all)+2 || lines[2*len(row.all)] != row.want || strings.Count(b.String(), "../a.yaml: ") != len(row.all) {
			t.Errorf("%s: got\n%s", row.reason, &b)
		}
	}
}

// TestWriteDiagnosticsInColor: the message and the caret have the colour of the severity.
func TestWriteDiagnosticsInColor(t *testing.T) {
	for _, row := range []struct {
		severity spec.Severity
		want     string // the code of the colour
		word     string
		summary  string
	}{
		{spec.Error, "\x1b[31m", "", "1 problem"},
		{spec.Warning, "\x1b[33m", "warning: ", "1 warning"},
		{spec.Notice, "\x1b[1m", "notice: ", "1 notice"},
	} {
		d := spec.Diagnostic{Place: spec.Place{File: "a.yaml", Line: 1, Column: 4, EndColumn: 6}, Severity: row.severity, Rule: "r", Message: "m", Source: "a: bc"}
		var b strings.Builder
		err := render.WriteDiagnostics(&b, []spec.Diagnostic{d}, true, nil)
		want := "\x1b[1ma.yaml:1:4\x1b[0m: " + row.want + row.word + "m\x1b[0m [r]\n  a: bc\n     " + row.want + "^~\x1b[0m\n\n\x1b[1m" + row.summary + "\x1b[0m\n"
		if err != nil || b.String() != want {
			t.Errorf("%s: got %q, %v, want %q", row.severity, b.String(), err, want)
		}
	}
}

// TestRenamed: the copy has the new names at both places, and the original is unchanged. Without diagnostics the result is a list.
func TestRenamed(t *testing.T) {
	up := func(file string) string { return "../" + file }
	other := spec.Place{File: "b.yaml", Line: 1}
	all := []spec.Diagnostic{{Place: spec.Place{File: "a.yaml", Line: 2}, Other: &other}}
	got := render.Renamed(all, up)
	if got[0].File != "../a.yaml" || got[0].Other.File != "../b.yaml" || got[0].Line != 2 {
		t.Errorf("got %+v, also at %+v", got[0], got[0].Other)
	}
	if all[0].File != "a.yaml" || other.File != "b.yaml" {
		t.Errorf("the original was changed to %+v, also at %+v", all[0], other)
	}
	if render.Renamed(nil, up) == nil {
		t.Error("without diagnostics the result is nil, not a list")
	}
}

// TestAreValid: the singular and the plural.
func TestAreValid(t *testing.T) {
	for n, want := range map[int]string{0: "0 organizations are valid", 1: "1 organization is valid", 2: "2 organizations are valid"} {
		if got := render.AreValid(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
