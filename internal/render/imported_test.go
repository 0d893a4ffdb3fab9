package render

import (
	"strings"
	"testing"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/resource"
)

// TestWriteImportSkipped: what an import says if it has nothing to write.
func TestWriteImportSkipped(t *testing.T) {
	const wrapped = "In the tree already: Acme Production in Frankfurt, Acme Production in Ohio,\n  Acme Production in Sydney"
	for _, row := range []struct{ reason, names, want string }{
		{"no organization is live", "", "No credential can see an organization.\n"},
		{"lines break between names, not inside of a name", "Acme Production in Frankfurt|Acme Production in Ohio|Acme Production in Sydney",
			wrapped + "\n\nImported 0 organizations; 3 in the tree already.\n"},
	} {
		r := &adopt.Report{Show: func(file string) string { return file }}
		for name := range strings.SplitSeq(row.names, "|") {
			if name != "" {
				r.Orgs = append(r.Orgs, adopt.Org{OrgRef: resource.OrgRef{Name: name}, Outcome: adopt.InTree})
			}
		}
		var b strings.Builder
		if err := (Imported{}).WriteImport(&b, r); err != nil || b.String() != row.want {
			t.Errorf("%s: got\n%s%v", row.reason, b.String(), err)
		}
	}
}
