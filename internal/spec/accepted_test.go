package spec

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// acceptance returns a line of an _accepted.yaml. All digits of the digest are the same.
func acceptance(digit, organization string) string {
	return fmt.Sprintf("- { digest: %s, organization: %s, reason: because }\n", strings.Repeat(digit, 64), organization)
}

// shownAcceptances returns the first digit and the place of each acceptance.
func shownAcceptances(all []Acceptance) string {
	var shown []string
	for _, a := range all {
		shown = append(shown, a.Digest[:1]+" "+a.Organization+" "+a.Place.String())
	}
	return strings.Join(shown, ", ")
}

// TestAcceptancesCountForTheirDirectory checks which acceptances each organization gets. "Same OTHER" gets none: the file is in a
// directory next to its own. "Linked" gets none: the link belongs to its own directory, not to that of its target.
func TestAcceptancesCountForTheirDirectory(t *testing.T) {
	tree := fstest.MapFS{
		"_accepted.yaml":            {Data: []byte(acceptance("a", "Acme"))},
		"orgs/_accepted.yaml":       {Data: []byte(acceptance("b", "Acme") + acceptance("c", "Labs") + acceptance("e", "Acme"))},
		"orgs/acme/acme.yaml":       {Data: []byte("name: Acme\n---\nname: Labs\ncredentials: LABS\n")},
		"orgs/acme/_accepted.yaml":  {Data: []byte(acceptance("d", "Acme"))},
		"orgs/other/_accepted.yaml": {Data: []byte(acceptance("f", "Acme") + acceptance("f", "Same"))},
		"orgs/other/same.yaml":      {Data: []byte("name: Same\n")},
		"orgs/2/same.yaml":          {Data: []byte("name: Same\ncredentials: OTHER\n")},
		"orgs/linked.yaml":          {Mode: fs.ModeSymlink, Data: []byte("../shared/linked.yaml")},
		"shared/linked.yaml":        {Data: []byte("name: Linked\ncredentials: LINKED\n")},
		"shared/_accepted.yaml":     {Data: []byte(acceptance("f", "Linked"))},
	}
	want := map[string]string{
		"Acme":      "a Acme _accepted.yaml:1:3, b Acme orgs/_accepted.yaml:1:3, e Acme orgs/_accepted.yaml:3:3, d Acme orgs/acme/_accepted.yaml:1:3",
		"Labs LABS": "c Labs orgs/_accepted.yaml:2:3",
		"Same":      "f Same orgs/other/_accepted.yaml:2:3",
	}
	orgs, diagnostics := load(t, tree, "orgs")
	got := map[string]string{}
	for _, o := range orgs {
		if len(o.Acceptances()) > 0 {
			got[strings.TrimSpace(o.Name+" "+o.Credentials)] = shownAcceptances(o.Acceptances())
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(diagnostics) != 1 || diagnostics[0].Place.String() != "orgs/other/_accepted.yaml:1:93" || diagnostics[0].Other.String() != "orgs/acme/acme.yaml:1:1" {
		t.Errorf("got %v, want a warning about Acme in orgs/other/_accepted.yaml", diagnostics)
	}
}

// TestReadAcceptance checks how an entry is read: its digest in lower case, its name as Atlas has it, and its place after a renaming.
func TestReadAcceptance(t *testing.T) {
	tree, err := Load(fstest.MapFS{
		"orgs/_accepted.yaml": {Data: []byte("- { digest: " + strings.Repeat("A", 32) + ", organization: Cafe\u0301, reason: ' two words ' }\n")},
		"orgs/a.yaml":         {Data: []byte("name: Caf\u00e9\n")},
	}, []string{"orgs"})
	if err != nil || len(tree.Diagnostics) > 0 {
		t.Fatal(tree, err)
	}
	tree.Rename(func(file string) string { return "renamed/" + file })
	want := []Acceptance{{strings.Repeat("a", 32), "Caf\u00e9", " two words ", Place{File: "renamed/orgs/_accepted.yaml", Line: 1, Column: 3, EndColumn: 4}}}
	if diff := cmp.Diff(want, tree.Orgs[0].Acceptances()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestLinkedAcceptances: a rule for the reviewers of _accepted.yaml would not see a change of the file to which a link with that name
// leads. A linked _defaults.yaml is allowed.
func TestLinkedAcceptances(t *testing.T) {
	orgs, diagnostics := load(t, fstest.MapFS{
		"orgs/_accepted.yaml":  {Mode: fs.ModeSymlink, Data: []byte("../shared/all.yaml")},
		"orgs/_defaults.yaml":  {Mode: fs.ModeSymlink, Data: []byte("../shared/defaults.yaml")},
		"orgs/acme.yaml":       {Data: []byte("name: Acme\n")},
		"shared/all.yaml":      {Data: []byte(acceptance("a", "Acme"))},
		"shared/defaults.yaml": {Data: []byte("settings: { multiFactorAuthRequired: true }\n")},
	}, "orgs")
	if len(orgs) != 0 || len(diagnostics) != 1 || diagnostics[0].Rule != "AG025" || diagnostics[0].Place.String() != "orgs/_accepted.yaml" {
		t.Errorf("got %v, %v", orgs, diagnostics)
	}
}

// TestManyUnusedAcceptances would take minutes if each of them got a suggestion out of thousands of names.
func TestManyUnusedAcceptances(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{"orgs/_accepted.yaml": {Data: []byte(numbered("- { digest: "+strings.Repeat("a", 32)+", organization: Acme-Produktion-%d, reason: x }\n", 900_000))}}
	for i := range 3000 {
		tree[fmt.Sprintf("orgs/%d.yaml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "name: Acme-Production-%d\ncredentials: C%d\n", i, i)}
	}
	_, diagnostics := load(t, tree, "orgs")
	suggested := 0
	for _, d := range diagnostics {
		if strings.HasPrefix(d.Hint, "did you mean") {
			suggested++
		}
	}
	if len(diagnostics) <= maxFindings || suggested != maxSuggestions {
		t.Errorf("%d findings, %d suggestions", len(diagnostics), suggested)
	}
}
