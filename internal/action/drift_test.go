package action

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/github"
)

// TestDriftError: only an error about permissions gets advice about permissions.
func TestDriftError(t *testing.T) {
	const forIssues = "; give the job permissions: issues: write"
	for _, row := range []struct {
		reason string
		err    error
		advice bool
	}{
		{"the token lacks the permission", &github.Error{Status: 403}, true},
		{"GitHub fails", &github.Error{Status: 500}, false},
		{"GitHub cannot be reached", errors.New("no route"), false},
	} {
		got := driftError(fmt.Errorf("Acme: %w", row.err)).Error()
		if strings.HasSuffix(got, forIssues) != row.advice || !strings.Contains(got, "Acme: "+row.err.Error()) {
			t.Errorf("%s: %s", row.reason, got)
		}
	}
}
