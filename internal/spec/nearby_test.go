package spec_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/spec"
)

// TestNearby checks that the hint names a directory only if its files look like organizations.
func TestNearby(t *testing.T) {
	const org, other = "name: Acme\nsettings: {}\n", "name: deploy\non: push\njobs: {}\n"
	for _, row := range []struct {
		reason string
		files  []string // a name that starts with ! is a file of another program
		want   string
	}{
		{"no files", nil, ""},
		{"the working directory itself", []string{"acme.yaml"}, "."},
		{"one directory", []string{"atlas/acme.yaml", "!docker-compose.yaml"}, "atlas"},
		{"two levels down", []string{"examples/orgs/acme.yml"}, "examples/orgs"},
		{"the common parent of two directories", []string{"teams/a/acme.yaml", "teams/b/beta.yaml"}, "teams"},
		{"directories with a common prefix but no common parent", []string{"a/acme.yaml", "ab/beta.yaml"}, "."},
		{"a directory and its subdirectory", []string{"a/acme.yaml", "a/b/beta.yaml"}, "a"},
		{"files of other programs", []string{"!action.yml", "!ci/deploy.yaml"}, ""},
		{"hidden files", []string{".acme.yaml", ".github/acme.yaml"}, ""},
		{"deeper than the limit", []string{"a/b/c/acme.yaml"}, ""},
		{"another extension", []string{"acme.txt"}, ""},
	} {
		files := fstest.MapFS{}
		for _, name := range row.files {
			if name, isOther := strings.CutPrefix(name, "!"); isOther {
				files[name] = &fstest.MapFile{Data: []byte(other)}
			} else {
				files[name] = &fstest.MapFile{Data: []byte(org)}
			}
		}
		if got := spec.Nearby(files); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
