package reconcile

import (
	"path/filepath"
	"strings"
	"testing"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// TestReads checks which files, named from the root of the repository, can change the tree. The loader decides that: it follows
// links, and looks for defaults by several names.
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
		{"a file of a subdirectory", "", "orgs", "orgs/eu/b.yml", true},
		{"a new file", "", "orgs", "orgs/new.yaml", true},
		{"a new file in a new directory", "", "orgs", "orgs/us/west/new.yaml", true},
		{"a new file with an invalid extension: it would be an error", "", "orgs", "orgs/new.YAML", true},
		{"a file in a hidden directory", "", "orgs", "orgs/.hidden/c.yaml", false},
		{"a new hidden file", "", "orgs", "orgs/.new.yaml", false},
		{"a file of a directory with the same beginning", "", "orgs", "orgs-old/acme.yaml", false},
		{"a file above the tree", "", "orgs", "acme.yaml", false},
		{"a file that is not YAML", "", "orgs", "orgs/README.md", false},
		{"an empty name", "", ".", "", false},
		{"the file of a tree with one file", "", "orgs/acme.yaml", "orgs/acme.yaml", true},
		{"another file beside a tree with one file", "", "orgs/acme.yaml", "orgs/other.yaml", false},
		{"a file of the second PATH", "", "orgs orgs-old", "orgs-old/acme.yaml", true},
		{"a file of the default tree", "", "", "orgs/acme.yaml", true},
		{"defaults that do not exist yet", "", "orgs", "orgs/_defaults.yaml", true},
		{"defaults above the PATH that do not exist yet", "", "orgs/eu", "orgs/_defaults.yaml", true},
		{"defaults above the PATH, with a name that is an error", "", "orgs/eu", "orgs/_defaults.yml", true},
		{"defaults at the root of the repository", "", "orgs", "_defaults.yaml", true},
		{"acceptances that do not exist yet", "", "orgs", "orgs/_accepted.yaml", true},
		{"acceptances above the PATH that do not exist yet", "", "orgs/eu", "orgs/_accepted.yaml", true},
		{"acceptances above the PATH, with a name that is an error", "", "orgs/eu", "_accepted.yml", true},
		{"acceptances of a tree with one file", "", "orgs/acme.yaml", "orgs/_accepted.yaml", true},
		{"acceptances of another directory", "", "orgs", "shared/_accepted.yaml", false},
		{"defaults of another directory", "", "orgs", "shared/_defaults.yaml", false},
		{"defaults of a directory with a shorter name", "", "orgs", "or/_defaults.yaml", false},
		{"a link", "", "linked", "linked/prod.yaml", true},
		{"the target of a link", "", "linked", "shared/prod.yaml", true},
		{"a link between a link and its target", "", "linked", "shared/next.yaml", true},
		{"the target of linked defaults", "", "linked", "shared/defaults.yaml", true},
		{"a file beside the target of linked defaults", "", "linked", "shared/other.yaml", false},
		{"a PATH that is a link to a directory", "", "current", "current", true},
		{"a file below a PATH that is a link", "", "current", "releases/v2/d.yaml", true},
		{"a PATH that is a link to a link", "", "named", "current", true},
		{"a PATH that is the first of two links", "", "named", "named", true},
		{"a PATH without an extension", "", "conf/prod", "conf/prod", true},
		{"from another working directory", "orgs", "eu", "orgs/eu/b.yml", true},
		{"the working directory is the tree", "orgs", ".", "orgs/acme.yaml", true},
		{"the tree is beside the working directory", "conf", "../orgs", "orgs/acme.yaml", true},
		{"a tree of links is beside the working directory", "conf", "../linked", "shared/prod.yaml", true},
		{"a new file that a pattern may match", "", "orgs/*.yaml", "orgs/new.yaml", true},
		{"a new file in a new directory that a pattern may match", "", "o*/e?/*.yml", "orgs/eg/new.yml", true},
		{"a file above the directory of a pattern", "", "orgs/e?/*.yml", "orgs/new.yaml", true},
		{"a file beside the directory of a pattern", "", "orgs/*.yaml", "shared/new.yaml", false},
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
				t.Errorf("%s can change the tree at %q: %t", row.file, row.paths, got)
			}
		})
	}
}

// TestRoots: two spellings of a PATH have one name, and a pattern keeps its name.
func TestRoots(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{".git/HEAD": "", "orgs/acme.yaml": "name: Acme", "link": "-> orgs"} {
		put(t, filepath.Join(root, name), text)
	}
	t.Chdir(root)
	for _, row := range []struct{ reason, path, want string }{
		{"a directory", "orgs/", "orgs"},
		{"a link to a directory", "link", "orgs"},
		{"an absolute path", root + "/orgs/acme.yaml", "orgs/acme.yaml"},
		{"a pattern", "orgs/*/", "orgs/*"},
		{"a pattern below a link", "link/*.yaml", "orgs/*.yaml"},
		{"an absolute pattern below a link", root + "/link/*.yaml", "orgs/*.yaml"},
	} {
		tree, err := onDisk(root).Load([]string{row.path})
		if err != nil || strings.Join(tree.Roots(), " ") != row.want {
			t.Errorf("%s: got %q, %v", row.reason, tree.Roots(), err)
		}
	}
}

// TestSelect: a name or an id selects an organization. An unknown name is an error that suggests the nearest one.
func TestSelect(t *testing.T) {
	org := func(name, id string) *spec.Org {
		return &spec.Org{Desired: resource.Desired{OrgRef: resource.OrgRef{Name: name, ID: id}}}
	}
	tree := &Tree{Orgs: []*spec.Org{org("Acme", "1"), org("Beta", ""), org("Gamma", "3")}}
	for _, row := range []struct{ reason, only, want, rest, err string }{
		{"no --only: the whole tree", "", "Acme Beta Gamma", "", ""},
		{"by name", "Beta", "Beta", "Acme Gamma", ""},
		{"by id and name, in the order of the tree", "3 Acme", "Acme Gamma", "Beta", ""},
		{"the same organization twice", "Acme 1", "Acme", "Beta Gamma", ""},
		{"the name in lower case", "acme", "", "Acme Beta Gamma", `--only "acme": the tree has no such organization; did you mean "Acme"?`},
	} {
		only := strings.Fields(row.only)
		s, err := tree.Select(only)
		got, rest := strings.Join(names(s.Orgs), " "), strings.Join(names(s.Rest), " ")
		if got != row.want || rest != row.rest || s.IsWhole != (len(only) == 0) || len(s.All()) != 3 {
			t.Errorf("%s: got %s, with the rest %s", row.reason, got, rest)
		}
		if said := errorText(err); said != row.err {
			t.Errorf("%s: got %q, want %q", row.reason, said, row.err)
		}
	}
}
