package action

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/github"
)

// TestDriftError: what a token may not do is not what GitHub cannot do now.
func TestDriftError(t *testing.T) {
	const forIssues = "; set permissions: issues: write"
	for _, row := range []struct {
		reason string
		err    error
		takes  bool
	}{
		{"the token may not", &github.Error{Status: 403}, true},
		{"the server fails", &github.Error{Status: 500}, false},
		{"no server", errors.New("no route"), false},
	} {
		got := driftError(fmt.Errorf("Acme: %w", row.err)).Error()
		if strings.HasSuffix(got, forIssues) != row.takes || !strings.Contains(got, "Acme: "+row.err.Error()) {
			t.Errorf("%s: %s", row.reason, got)
		}
	}
}
