package spec

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// BenchmarkLoad measures how long a large tree takes before the first request to Atlas.
func BenchmarkLoad(b *testing.B) {
	for _, files := range []int{200, 2000} {
		b.Run(fmt.Sprint(files), func(b *testing.B) {
			tree := fleet(files, 20)
			b.ReportAllocs()
			for b.Loop() {
				if orgs, _ := load(b, tree, "orgs"); len(orgs) != files {
					b.Fatalf("%d organizations", len(orgs))
				}
			}
		})
	}
}

func fleet(files, invitations int) fstest.MapFS {
	tree := fstest.MapFS{"orgs/_defaults.yaml": {Data: []byte("settings: { multiFactorAuthRequired: true }\n")}}
	for i := range files {
		var file strings.Builder
		fmt.Fprintf(&file, "name: Acme %d\nsettings:\n  securityContact: a@acme.example\ninvitations:\n", i)
		for j := range invitations {
			fmt.Fprintf(&file, "  - username: user%d@acme.example\n    roles: [ORG_MEMBER]\n    teams: [Platform, Security]\n    projects: { Checkout: [GROUP_READ_ONLY] }\n", j)
		}
		tree[fmt.Sprintf("orgs/%04d.yaml", i)] = &fstest.MapFile{Data: []byte(file.String())}
	}
	return tree
}

func TestBadTreesAreExplained(t *testing.T) {
	seen := map[string]int{"AG002": 1, "AG028": 1} // tested in a script with real links, and in the test of Endings with a date
	eachArchive(t, "bad", 60, func(t *testing.T, tree fstest.MapFS, paths []string) string {
		orgs, diagnostics := load(t, tree, paths...)
		if refused := Count(diagnostics, Error) > 0; len(diagnostics) == 0 || refused == (len(orgs) > 0) {
			t.Errorf("%d findings, %d organizations; want some, and none if it is refused", len(diagnostics), len(orgs))
		}
		for _, d := range diagnostics {
			seen[d.Rule]++
		}
		checkPlaces(t, tree, diagnostics)
		return told(diagnostics)
	})
	for _, rule := range Rules() {
		if seen[rule.ID]--; seen[rule.ID] < 0 {
			t.Errorf("no tree in testdata/bad breaks %s, %s", rule.ID, rule.Name)
		}
	}
}

func TestGoodTreesBecomeOrganizations(t *testing.T) {
	eachArchive(t, "good", 20, func(t *testing.T, tree fstest.MapFS, paths []string) string {
		orgs, diagnostics := load(t, tree, paths...)
		for _, d := range diagnostics {
			t.Errorf("%s: %s", d.Place, d.Message)
		}
		return show(t, orgs)
	})
}

// FuzzLoad checks that any content of a file gets an answer in a short time, with places inside the file.
func FuzzLoad(f *testing.F) {
	for _, dir := range []string{"bad", "good"} {
		for _, name := range archives(f, dir) {
			tree, _, _ := unpack(f, readArchive(f, name))
			for _, file := range tree {
				if len(file.Data) < 1<<14 {
					f.Add(file.Data)
				}
			}
		}
	}
	v, err := newValidator()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		checkLoad(t, v, fstest.MapFS{"orgs/fuzz.yaml": {Data: data}})
		checkLoad(t, v, fstest.MapFS{"orgs/_defaults.yaml": {Data: data}, "orgs/good.yaml": {Data: []byte("name: Good\nsettings: {}\n")}})
		checkLoad(t, v, fstest.MapFS{"orgs/_accepted.yaml": {Data: data}, "orgs/good.yaml": {Data: []byte("name: Good\nsettings: {}\n")}})
	})
}

func checkLoad(t *testing.T, v *validator, tree fstest.MapFS) {
	t.Helper()
	got := v.load(tree, []string{"orgs"}, treeBounds())
	orgs, diagnostics := got.Orgs, got.Diagnostics
	if len(orgs) == 0 && len(diagnostics) == 0 {
		t.Error("neither an organization nor a mistake")
	}
	checkPlaces(t, tree, diagnostics)
	checkDiagnostics(t, diagnostics)
	for _, o := range orgs {
		checkOrganization(t, v, o)
	}
}

// checkDiagnostics checks that every diagnostic names an existing rule, and that they are sorted and unique.
func checkDiagnostics(t *testing.T, diagnostics []Diagnostic) {
	t.Helper()
	for _, d := range diagnostics {
		if d.Message == "" || !slices.ContainsFunc(Rules(), func(r *Rule) bool { return r.ID == d.Rule && r.Severity == d.Severity }) {
			t.Errorf("%s: %q breaks no rule that there is: %s", d.Place, d.Message, d.Rule)
		}
	}
	for i := range diagnostics[min(1, len(diagnostics)):] {
		if a, b := diagnostics[i], diagnostics[i+1]; a.Place.Compare(b.Place) > 0 || a.Place == b.Place && a.Message == b.Message && a.other() == b.other() {
			t.Errorf("%s: not sorted, or twice: %s", b.Place, b.Message)
		}
	}
}

// checkOrganization checks an organization against the schema, and that each of its objects has a place.
func checkOrganization(t *testing.T, v *validator, o *Org) {
	t.Helper()
	if err := v.organization.schema.Validate(o.root.Plain()); err != nil {
		t.Errorf("%s is an organization against the schema: %v", o.Name, err)
	}
	for kind, objects := range o.Want {
		for _, object := range objects {
			if at, ok := o.Place(kind, object.Key); !ok || at.Line < 1 {
				t.Errorf("%s %q has no place", kind, object.Key)
			}
		}
	}
}

// TestLargeFiles would take minutes, or all memory, if reading needed quadratic time or memory.
func TestLargeFiles(t *testing.T) {
	t.Parallel()
	const size = 60_000 // large enough to notice quadratic growth
	fill := func(text string) string { return strings.Repeat(text, size/len(text)) }
	for _, row := range []struct{ reason, text, want string }{
		{"a list with many items, which the schema library would compare in pairs", "name: A\ninvitations: [{username: a@b.cd, roles: [ORG_OWNER], teams: [" + numbered("t%d,", size) + "]}]", ""},
		{"an object with many keys, which are looked up one by one", "name: A\nsettings: {" + numbered("k%d: 1,", size) + "}", "more than 1000 keys in one object"},
		{"many columns of one long line, counted in characters", "name: A\nsettings: {x: [" + fill("[], ") + "]}", "unknown key \"x\""},
		{"a merge key copies all entries of an object", "name: A\nsettings: &a {" + numbered("k%d: 1,", 20_000) + "}\ninvitations:\n" + strings.Repeat("- {<<: *a}\n", size/20), "more than 1000 keys in one object"},
		{"a long text that many aliases repeat", "name: &a \"" + strings.Repeat("a", size) + "\"\ninvitations: [" + strings.Repeat("{teams: [*a]},", 100) + "]", "file is too large after its aliases are expanded; use fewer aliases"},
		{"a syntax error, whose place is found by reading the file again", "name: &a A\nteams:\n" + fill("- *a\n") + "- *b\n", "this document has no anchor &b above this alias; add the anchor, or put text that starts with * in quotes"},
		{"many findings, each with its line", "name: A\ninvitations:\n" + fill("- {}\n"), "missing username and roles"},
		{"a finding in the last of many documents", "name: A\n" + fill("---\n{}\n"), "missing name"},
		{"many tags in one line", "name: A\nsettings: [" + fill("!a\tb,") + "]", "settings is a list; it takes an object (key: value)"},
		{"an unknown key is looked up in all places where it is allowed", "name: A\ninvitations:\n" + fill("- {a: 1}\n"), "missing username and roles"},
		{"many anchors with names beyond ASCII", "name: A\nsettings: [" + numbered("&ö%d 1,", size) + "]\nteams: [" + fill("*é,") + "]\n", "this document has no anchor &é above this alias; add the anchor, or put text that starts with * in quotes"},
		{"invisible characters in every line", "name: A # \u200b\n" + fill("#\u200b\u00e9\u202e\n"), "character U+200B is invisible"},
		{"many letters of two alphabets", "name: A\ninvitations: [{username: a@b.cd, roles: [ORG_OWNER], teams: [" + numbered("aо%d,", size) + "]}]", "team \"aо0\": \"о\" is U+043E, a Cyrillic letter"},
		{"deeply nested brackets", fill("["), "nested deeper than 64 levels"},
	} {
		_, diagnostics := load(t, fstest.MapFS{"orgs/a.yaml": {Data: []byte(row.text)}}, "orgs")
		got := ""
		if len(diagnostics) > 0 {
			got = diagnostics[0].Message
		}
		if got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
