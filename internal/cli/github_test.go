package cli

import (
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/spec"
)

// TestAnnotationsThatAreLeftOutAreInTheLog: they follow the one that says how many they are, which GitHub shows last.
func TestAnnotationsThatAreLeftOutAreInTheLog(t *testing.T) {
	var diagnostics []spec.Diagnostic
	for i := range 12 {
		diagnostics = append(diagnostics, spec.Diagnostic{Severity: spec.Error, Place: spec.Place{File: "a.yaml", Line: i + 1, Column: 1}, Message: "odd"})
	}
	var b strings.Builder
	if err := writeAnnotations(&b, diagnostics); err != nil {
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
