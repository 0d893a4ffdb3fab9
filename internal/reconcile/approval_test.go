package reconcile

import (
	"strings"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/plan"
)

// TestReadApproval: what --accept takes. Too few digits could be those of another plan.
func TestReadApproval(t *testing.T) {
	all := strings.Repeat("3f9c2a7b", 8)
	env := Env{Files: fstest.MapFS{}}
	for _, row := range []struct{ reason, accept, want, err string }{
		{"nothing", "", "", ""},
		{"a digest", all, all, ""},
		{"its first digits, as few as there may be", all[:32], all[:32], ""},
		{"in capitals", strings.ToUpper(all), all, ""},
		{"too few", all[:31], "", all[:31] + " has 31 digits; give all 64 digits of the digest, or at least the first 32"},
		{"too many", all + "0", "", all + "0 has 65 digits; give all 64 digits of the digest, or at least the first 32"},
		{"what is no digest is a file", "plan.json", "", "it is neither a digest nor a saved plan: open plan.json: file does not exist"},
	} {
		a, err := env.ReadApproval(row.accept)
		got := ""
		if a != nil {
			got = a.Digest
		}
		if said := errorText(err); got != row.want || said != row.err {
			t.Errorf("%s: got %q, %q", row.reason, got, said)
		}
	}
}

// TestApprovalCovers: the plan with that digest, and no other. No approval covers nothing.
func TestApprovalCovers(t *testing.T) {
	p := &plan.Plan{Digest: strings.Repeat("3f9c2a7b", 8)}
	for _, row := range []struct {
		reason   string
		approval *Approval
		want     bool
	}{
		{"its digest", &Approval{Digest: p.Digest}, true},
		{"its first digits", &Approval{Digest: p.Digest[:32]}, true},
		{"digits from within", &Approval{Digest: p.Digest[1:33]}, false},
		{"nobody has approved anything", nil, false},
	} {
		if row.approval.Covers(p) != row.want {
			t.Errorf("%s: covered: %t", row.reason, !row.want)
		}
	}
}
