package reconcile

import (
	"path/filepath"
	"strings"
	"testing"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// TestReads: with which files, named from the root of the repository, the tree is another one. What the loader read
// decides that: links and what they lead to, and defaults that are looked for, whatever they are called.
func TestReads(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		".git/HEAD": "", "acme.yaml": "name: Root", "orgs/acme.yaml": "name: Acme", "orgs/eu/b.yml": "name: B", "orgs/README.md": "",
		"orgs/.hidden/c.yaml": "name: C", "orgs-old/acme.yaml": "name: Old", "shared/prod.yaml": "name: Prod", "shared/defaults.yaml": "settings: {}",
		"linked/_defaults.yaml": "-> ../shared/defaults.yaml", "linked/prod.yaml": "-> ../shared/next.yaml", "shared/next.yaml": "-> prod.yaml",
		"releases/v2/d.yaml": "name: D", "current": "-> releases/v2", "named": "-> current", "conf/prod": "name: E",
	} {
		put(t, filepath.Join(root, filepath.FromSlash(name)), text)
	}
	for _, row := range []struct {
		reason string
		dir    string // to work in
		paths  string
		file   string
		want   bool
	}{
		{"a file of the tree", "", "orgs", "orgs/acme.yaml", true},
		{"one below", "", "orgs", "orgs/eu/b.yml", true},
		{"a new one", "", "orgs", "orgs/new.yaml", true},
		{"a new one in a new directory", "", "orgs", "orgs/us/west/new.yaml", true},
		{"a new one whose ending is not read, which is an error", "", "orgs", "orgs/new.YAML", true},
		{"a hidden one", "", "orgs", "orgs/.hidden/c.yaml", false},
		{"a new hidden one", "", "orgs", "orgs/.new.yaml", false},
		{"one beside", "", "orgs", "orgs-old/acme.yaml", false},
		{"one above", "", "orgs", "acme.yaml", false},
		{"no YAML", "", "orgs", "orgs/README.md", false},
		{"what has no name", "", ".", "", false},
		{"a tree of one file", "", "orgs/acme.yaml", "orgs/acme.yaml", true},
		{"and another file", "", "orgs/acme.yaml", "orgs/other.yaml", false},
		{"another tree", "", "orgs orgs-old", "orgs-old/acme.yaml", true},
		{"the default tree", "", "", "orgs/acme.yaml", true},
		{"defaults that are not there yet", "", "orgs", "orgs/_defaults.yaml", true},
		{"defaults above, not there yet", "", "orgs/eu", "orgs/_defaults.yaml", true},
		{"defaults above, by a name that is an error", "", "orgs/eu", "orgs/_defaults.yml", true},
		{"defaults at the root", "", "orgs", "_defaults.yaml", true},
		{"defaults of something else", "", "orgs", "shared/_defaults.yaml", false},
		{"defaults of what only begins the same", "", "orgs", "or/_defaults.yaml", false},
		{"a link", "", "linked", "linked/prod.yaml", true},
		{"what a link leads to", "", "linked", "shared/prod.yaml", true},
		{"a link on the way", "", "linked", "shared/next.yaml", true},
		{"what linked defaults lead to", "", "linked", "shared/defaults.yaml", true},
		{"what lies beside that", "", "linked", "shared/other.yaml", false},
		{"a PATH that is a link to a directory", "", "current", "current", true},
		{"a file behind it", "", "current", "releases/v2/d.yaml", true},
		{"a PATH that is a link to a link", "", "named", "current", true},
		{"and the first of the two", "", "named", "named", true},
		{"a PATH without an ending", "", "conf/prod", "conf/prod", true},
		{"from another working directory", "orgs", "eu", "orgs/eu/b.yml", true},
		{"that directory is the tree", "orgs", ".", "orgs/acme.yaml", true},
		{"the tree is beside it", "conf", "../orgs", "orgs/acme.yaml", true},
		{"a linked tree beside it", "conf", "../linked", "shared/prod.yaml", true},
		{"an absolute PATH", "conf", filepath.Join(root, "named"), "current", true},
	} {
		t.Run(row.reason, func(t *testing.T) {
			t.Chdir(filepath.Join(root, row.dir))
			paths := strings.Fields(row.paths)
			if len(paths) == 0 {
				paths = []string{"orgs"}
			}
			tree, err := onDisk(filepath.Join(root, row.dir)).Load(paths)
			if err != nil || row.want && len(tree.Orgs) == 0 {
				t.Fatalf("%v %+v", err, tree)
			}
			if got := tree.Reads().Has(row.file); got != row.want {
				t.Errorf("%s changes what %q read: %t", row.file, row.paths, got)
			}
		})
	}
}

// TestSelect: an organization is selected by its name or its id. One that the tree does not have is an error, with the nearest.
func TestSelect(t *testing.T) {
	org := func(name, id string) *spec.Org {
		return &spec.Org{Desired: resource.Desired{OrgRef: resource.OrgRef{Name: name, ID: id}}}
	}
	tree := &Tree{Orgs: []*spec.Org{org("Acme", "1"), org("Beta", ""), org("Gamma", "3")}}
	for _, row := range []struct{ reason, only, want, rest, err string }{
		{"nobody named one: the whole tree", "", "Acme Beta Gamma", "", ""},
		{"by name", "Beta", "Beta", "Acme Gamma", ""},
		{"by id, and in the order of the tree", "3 Acme", "Acme Gamma", "Beta", ""},
		{"twice is once", "Acme 1", "Acme", "Beta Gamma", ""},
		{"the name in other letters", "acme", "", "Acme Beta Gamma", `--only "acme": the tree has no such organization; did you mean "Acme"?`},
	} {
		only := strings.Fields(row.only)
		s, err := tree.Select(only)
		got, rest := strings.Join(names(s.Orgs), " "), strings.Join(names(s.Rest), " ")
		if got != row.want || rest != row.rest || s.IsWhole != (len(only) == 0) || len(s.All()) != 3 {
			t.Errorf("%s: got %s, and %s is left", row.reason, got, rest)
		}
		if said := errorText(err); said != row.err {
			t.Errorf("%s: got %q, want %q", row.reason, said, row.err)
		}
	}
}
