package action

import (
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
)

// TestNote: whatever it says is one line of text, and so is what is said of a branch.
func TestNote(t *testing.T) {
	checkText(t, supersededBy("main\u202e")+"\n")
	checkCommand(t, strings.TrimSuffix(note(github.ErrorLevel, plan.Source{}, "error", evil).Command(), "\n"))
}

// TestAnnotationsThatAreLeftOutAreInTheLog: they follow the one that says how many they are, which GitHub shows last.
func TestAnnotationsThatAreLeftOutAreInTheLog(t *testing.T) {
	var diagnostics []spec.Diagnostic
	for i := range 12 {
		diagnostics = append(diagnostics, spec.Diagnostic{Severity: spec.Error, Place: spec.Place{File: "a.yaml", Line: i + 1, Column: 1}, Message: "odd"})
	}
	var b strings.Builder
	if err := WriteAnnotations(&b, diagnostics); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 13 || !strings.HasSuffix(lines[9], "::and 3 more; the log of this step has them all") {
		t.Fatalf("got %q", lines)
	}
	for i, line := range append(lines[:9:9], lines[10:]...) {
		if !strings.HasSuffix(line, fmt.Sprintf("::a.yaml:%d:1: odd", i+1)) {
			t.Errorf("%d: got %q", i+1, line)
		}
	}
}
