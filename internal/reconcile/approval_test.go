package reconcile

import (
	"strings"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/plan"
)

// TestReadApproval checks the values of --accept. Too few digits could also match another plan.
func TestReadApproval(t *testing.T) {
	all := strings.Repeat("3f9c2a7b", 8)
	env := Env{Files: fstest.MapFS{}}
	for _, row := range []struct{ reason, accept, want, err string }{
		{"a digest", all, all, ""},
		{"the fewest first digits", all[:32], all[:32], ""},
		{"a digest in capitals", strings.ToUpper(all), all, ""},
		{"too few digits", all[:31], "", all[:31] + " has 31 digits; give all 64 digits of the digest, or at least the first 32"},
		{"too many digits", all + "0", "", all + "0 has 65 digits; give all 64 digits of the digest, or at least the first 32"},
		{"two digests in the one line of a form", all + "  " + all[1:33], all + " " + all[1:33], ""},
		{"one of two digests has too few digits", all + " 3f", "", "3f has 2 digits; give all 64 digits of the digest, or at least the first 32"},
		{"a digest and a word are the name of a file", all + " plan.json", "", "it is neither a digest nor a saved plan: open " + all + " plan.json: file does not exist"},
		{"not a digest, so the name of a file", "plan.json", "", "it is neither a digest nor a saved plan: open plan.json: file does not exist"},
	} {
		a, err := env.ReadApproval([]string{row.accept})
		got := ""
		if a != nil {
			got = strings.Join(a.Digests, " ")
		}
		if said := errorText(err); got != row.want || said != row.err {
			t.Errorf("%s: got %q, %q", row.reason, got, said)
		}
	}
}

// TestApprovalCovers: an approval covers only the plan with its digest. A nil approval covers no plan.
func TestApprovalCovers(t *testing.T) {
	p := &plan.Plan{Digest: strings.Repeat("3f9c2a7b", 8)}
	for _, row := range []struct {
		reason   string
		approval *Approval
		want     bool
	}{
		{"the whole digest", &Approval{Digests: []string{p.Digest}}, true},
		{"the first digits", &Approval{Digests: []string{p.Digest[:32]}}, true},
		{"digits from the middle", &Approval{Digests: []string{p.Digest[1:33]}}, false},
		{"no approval", nil, false},
	} {
		if row.approval.Covers(p) != row.want {
			t.Errorf("%s: covered: %t", row.reason, !row.want)
		}
	}
}
