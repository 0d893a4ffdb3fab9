package cli

import (
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/github"
)

// TestInTree: with which files a branch has another tree.
func TestInTree(t *testing.T) {
	for _, row := range []struct {
		reason, dir string // the repository is in ws/repo
		paths       []string
		file        string
		want        bool
	}{
		{"a file of the tree", "ws/repo", []string{"orgs"}, "orgs/acme.yaml", true},
		{"one below", "ws/repo", []string{"orgs"}, "orgs/eu/acme.yml", true},
		{"one beside", "ws/repo", []string{"orgs"}, "orgs-old/acme.yaml", false},
		{"one above", "ws/repo", []string{"orgs"}, "acme.yaml", false},
		{"no YAML", "ws/repo", []string{"orgs"}, "orgs/README.md", false},
		{"what has no name", "ws/repo", []string{"."}, "", false},
		{"a tree of one file", "ws/repo", []string{"orgs/acme.yaml"}, "orgs/acme.yaml", true},
		{"and another file", "ws/repo", []string{"orgs/acme.yaml"}, "orgs/other.yaml", false},
		{"another tree", "ws/repo", []string{"orgs", "more"}, "more/acme.yaml", true},
		{"the whole repository", "ws/repo", []string{"."}, "acme.yaml", true},
		{"defaults of the tree", "ws/repo", []string{"orgs"}, "orgs/_defaults.yaml", true},
		{"defaults above it", "ws/repo", []string{"all/orgs/eu"}, "all/orgs/_defaults.yml", true},
		{"defaults at the root", "ws/repo", []string{"orgs"}, "_defaults.yaml", true},
		{"defaults of something else", "ws/repo", []string{"orgs"}, "other/_defaults.yaml", false},
		{"defaults of what only begins the same", "ws/repo", []string{"orgs"}, "or/_defaults.yaml", false},
		{"from another working directory", "ws/repo/deploy", []string{"orgs"}, "deploy/orgs/acme.yaml", true},
		{"that directory is the tree", "ws/repo/deploy", []string{"."}, "deploy/acme.yaml", true},
		{"the tree is beside it", "ws/repo/deploy", []string{"../orgs"}, "orgs/acme.yaml", true},
		{"the whole repository, seen from below", "ws/repo/deploy", []string{".."}, "orgs/acme.yaml", true},
	} {
		env := Env{Dir: row.dir, Files: fstest.MapFS{"ws/repo/.git": {}}, Follow: func(name string) (string, error) { return name, nil }, Getenv: func(name string) string {
			return map[string]string{"GITHUB_WORKSPACE": "ws"}[name]
		}}
		a := &action{invocation: &invocation{Env: env, args: row.paths}, run: &github.Run{}, report: &report{}}
		if got := a.inTree(row.file); got != row.want {
			t.Errorf("%s: %s in %v: %t", row.reason, row.file, row.paths, got)
		}
	}
}
