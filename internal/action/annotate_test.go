package action

import (
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
)

// TestNote: a message stays one line, and no part of it is another workflow command.
func TestNote(t *testing.T) {
	const evil = "x\n::stop-commands::evil\r##[set-env name=A]b\x1b[2J\u202e%0A::error::`"
	got := note(github.ErrorLevel, plan.Source{File: "a,b.yaml", Line: 3}, "error", evil).Command()
	if want := "::error title=atlas-gitops%3A error,file=a%2Cb.yaml,line=3::x ::stop-commands::evil ## [set-env name=A]b [2J %250A::error::'\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestHiddenAnnotationsAreInTheLog: the annotations that GitHub does not show come after the one that counts them.
func TestHiddenAnnotationsAreInTheLog(t *testing.T) {
	var diagnostics []spec.Diagnostic
	for i := range 12 {
		diagnostics = append(diagnostics, spec.Diagnostic{Severity: spec.Error, Place: spec.Place{File: "a.yaml", Line: i + 1, Column: 1}, Message: "odd", Rule: "AG011"})
	}
	var b strings.Builder
	if err := WriteAnnotations(&b, "https://example.com/ag", diagnostics); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 13 || !strings.HasSuffix(lines[9], "::and 3 more; the log of this step has them all") {
		t.Fatalf("got %q", lines)
	}
	for i, line := range append(lines[:9:9], lines[10:]...) {
		if !strings.HasSuffix(line, fmt.Sprintf("::a.yaml:%d:1: odd https://example.com/ag/blob/main/docs/rules.md#ag011", i+1)) {
			t.Errorf("%d: got %q", i+1, line)
		}
	}
}
