package render_test

import (
	"testing"

	"atlas-gitops/internal/render"
)

// TestSandboxHas: names are made harmless, and a tree is named only if there is one.
func TestSandboxHas(t *testing.T) {
	for _, row := range []struct {
		reason string
		names  []string
		tree   string
		want   string
	}{
		{"the example fleet", []string{"Acme", "Beta"}, "examples/orgs", "The sandbox has: Acme, Beta; examples/orgs describes them."},
		{"no tree", []string{"Acme"}, "", "The sandbox has: Acme."},
		{"an escape sequence in a name", []string{"A\x1b[2J\nB"}, "", `The sandbox has: "A\x1b[2J\nB".`},
		{"a name with a comma is one name", []string{"A, B", "C"}, "", `The sandbox has: "A, B", C.`},
	} {
		if got := render.SandboxHas(row.names, row.tree); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
