package render_test

import (
	"strings"
	"testing"

	"atlas-gitops/internal/render"
	"atlas-gitops/internal/spec"
)

// TestCaret: the caret stands below the mistake on a terminal, whatever the line holds.
func TestCaret(t *testing.T) {
	for _, row := range []struct {
		reason, source string
		column, end    int // of the mistake, in characters
		want           string
	}{
		{"as long as the mistake", "name: Acme", 7, 11, "      ^~~~"},
		{"one character", "a: b", 4, 5, "   ^"},
		{"a place without a length", "a: b", 4, 4, "   ^"},
		{"behind the line's end, where something is missing", "a:", 3, 3, "  ^"},
		{"a place that the line does not reach", "a:", 9, 12, "  ^"},
		{"a mistake that ends in another line", "a: [", 4, 99, "   ^"},
		{"tabs before it are as wide below as above", "\ta:\tb", 5, 6, "\t  \t^"},
		{"characters that take two columns before it", "東京: a", 5, 6, "      ^"},
		{"and in it", "a: 東京", 4, 6, "   ^~~~"},
		{"an accent that takes none", "e\u0301: a", 5, 6, "   ^"},
		{"what is not printed takes the column of its sign", "\x1b\u202e: a", 5, 6, "    ^"},
	} {
		text := render.DiagnosticLines(spec.Diagnostic{Place: spec.Place{File: "a.yaml", Line: 1, Column: row.column, EndColumn: row.end}, Source: row.source})
		lines := strings.Split(text, "\n")
		if len(lines) != 4 || lines[2] != "  "+row.want {
			t.Errorf("%s: got\n%swant\n  %s", row.reason, text, row.want)
		}
	}
}

// TestDiagnosticLines: what stands before the line of the file.
func TestDiagnosticLines(t *testing.T) {
	at := spec.Place{File: "a.yaml", Line: 2, Column: 3}
	for _, row := range []struct {
		reason     string
		diagnostic spec.Diagnostic
		want       string
	}{
		{"a mistake", spec.Diagnostic{Place: at, Severity: spec.Error, Rule: "type", Message: "odd"}, "a.yaml:2:3: odd [type]\n"},
		{"a warning says so", spec.Diagnostic{Place: at, Severity: spec.Warning, Rule: "type", Message: "odd"}, "a.yaml:2:3: warning: odd [type]\n"},
		{"a file as a whole has no line", spec.Diagnostic{Place: spec.Place{File: "a.yaml"}, Severity: spec.Error, Rule: "empty", Message: "empty"}, "a.yaml: empty [empty]\n"},
		{"the other place, and what to write", spec.Diagnostic{Place: at, Severity: spec.Error, Rule: "name", Message: "twice", Other: &spec.Place{File: "b.yaml", Line: 1, Column: 7}, Hint: "remove one"},
			"a.yaml:2:3: twice (also at b.yaml:1:7); remove one [name]\n"},
		{"the line", spec.Diagnostic{Place: at, Severity: spec.Error, Rule: "type", Message: "odd", Source: "a: b"}, "a.yaml:2:3: odd [type]\n  a: b\n    ^\n"},
		{"the runner would obey the file's name, the message or the line", spec.Diagnostic{Place: spec.Place{File: "::error::x", Line: 1, Column: 1}, Severity: spec.Error, Rule: "type", Message: "a\n::error::x", Source: "::error::x"},
			"./::error::x:1:1: a?::error::x [type]\n  ??error::x\n  ^\n"},
	} {
		if got := render.DiagnosticLines(row.diagnostic); got != row.want {
			t.Errorf("%s: got\n%swant\n%s", row.reason, got, row.want)
		}
	}
}

// TestWriteDiagnostics: how many there are of what, below all of them.
func TestWriteDiagnostics(t *testing.T) {
	finding := func(s spec.Severity) spec.Diagnostic {
		return spec.Diagnostic{Place: spec.Place{File: "a.yaml"}, Severity: s, Rule: "r", Message: "m"}
	}
	for _, row := range []struct {
		reason string
		all    []spec.Diagnostic
		want   string // the last line
	}{
		{"none", nil, "0 problems"},
		{"one", []spec.Diagnostic{finding(spec.Error)}, "1 problem"},
		{"of each", []spec.Diagnostic{finding(spec.Notice), finding(spec.Error), finding(spec.Warning), finding(spec.Error), finding(spec.Warning)}, "2 problems, 2 warnings, 1 notice"},
		{"no mistake", []spec.Diagnostic{finding(spec.Warning)}, "1 warning"},
	} {
		var b strings.Builder
		if err := render.WriteDiagnostics(&b, row.all, false, func(file string) string { return "../" + file }); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(b.String(), "\n") // two for each, of which one is blank
		if len(lines) != 2*len(row.all)+2 || lines[2*len(row.all)] != row.want || strings.Count(b.String(), "../a.yaml: ") != len(row.all) {
			t.Errorf("%s: got\n%s", row.reason, &b)
		}
	}
}

// TestWriteDiagnosticsInColor: the colour says how bad it is, of the message and of the caret.
func TestWriteDiagnosticsInColor(t *testing.T) {
	for _, row := range []struct {
		severity spec.Severity
		want     string // of the message and the caret, before and after
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

// TestRenamed: the reader's names go to both places, and to the copy alone. What a program reads is a list, also of none.
func TestRenamed(t *testing.T) {
	up := func(file string) string { return "../" + file }
	other := spec.Place{File: "b.yaml", Line: 1}
	all := []spec.Diagnostic{{Place: spec.Place{File: "a.yaml", Line: 2}, Other: &other}}
	got := render.Renamed(all, up)
	if got[0].File != "../a.yaml" || got[0].Other.File != "../b.yaml" || got[0].Line != 2 {
		t.Errorf("got %+v, also at %+v", got[0], got[0].Other)
	}
	if all[0].File != "a.yaml" || other.File != "b.yaml" {
		t.Errorf("what was given is %+v now, also at %+v", all[0], other)
	}
	if render.Renamed(nil, up) == nil {
		t.Error("of none it is no list")
	}
}

// TestAreValid says so in the singular and the plural.
func TestAreValid(t *testing.T) {
	for n, want := range map[int]string{0: "0 organizations are valid", 1: "1 organization is valid", 2: "2 organizations are valid"} {
		if got := render.AreValid(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
