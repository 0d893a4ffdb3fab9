package importer_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/importer"
)

// TestNewCommon: what all organizations share goes to new defaults, and only there.
func TestNewCommon(t *testing.T) {
	t.Parallel()
	const a, b = "name: A\nid: 00000000000000000000000a\ncredentials: A\n", "name: B\nid: 00000000000000000000000b\ncredentials: B\n"
	const shared = "settings:\n  apiAccessListRequired: false\n  genAIFeaturesEnabled: true\n  multiFactorAuthRequired: false\n" +
		"  restrictEmployeeAccess: false\n  streamsCrossGroupEnabled: false\n"
	const same = "settings: { securityContact: s@x.example }\n"
	for _, row := range []struct {
		why, live string
		files     map[string]string
		want      string // the new files without comments
	}{
		{"nothing is left of a section that is shared in full", a + "---\n" + b, nil,
			shared + a + b},
		{"existing defaults stay", a + same + "---\n" + b + same, map[string]string{"orgs/_defaults.yaml": flags},
			a + "settings:\n  securityContact: s@x.example\n" + b + "settings:\n  securityContact: s@x.example\n"},
		{"an organization of the tree has another value", a + same + "---\n" + b + same,
			map[string]string{"orgs/b.yaml": b + strings.Replace(flags, "}", ", securityContact: other@x.example }", 1)},
			shared + a + "settings:\n  securityContact: s@x.example\n"},
	} {
		w := seeded(t, row.live, row.files)
		env, c := w.connect(t)
		report, err := importer.New(t.Context(), env, c, importer.Options{Dir: "orgs", Sections: []string{"settings"}, Common: true, Parallel: 1})
		if err != nil {
			t.Fatalf("%s: %v", row.why, err)
		}
		got := ""
		for _, f := range report.Files {
			_, text, _ := strings.Cut(string(f.Is), "\n")
			got += text
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s:\n%s", row.why, diff)
		}
	}
}
