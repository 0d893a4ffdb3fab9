package render_test

import (
	"testing"

	"atlas-gitops/internal/render"
)

// TestSandboxHas: names are text, and a tree is named only if one describes them.
func TestSandboxHas(t *testing.T) {
	for _, row := range []struct {
		reason string
		names  []string
		tree   string
		want   string
	}{
		{"of the demonstration", []string{"Acme", "Beta"}, "examples/orgs", "The sandbox has: Acme, Beta; examples/orgs describes them."},
		{"others", []string{"Acme"}, "", "The sandbox has: Acme."},
		{"a terminal would obey", []string{"A\x1b[2J\nB"}, "", "The sandbox has: A [2J B."},
	} {
		if got := render.SandboxHas(row.names, row.tree); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
