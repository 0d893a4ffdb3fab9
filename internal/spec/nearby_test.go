package spec_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/spec"
)

// TestNearby: the hint names a directory only if it looks as if organizations were in it.
func TestNearby(t *testing.T) {
	const org, other = "name: Acme\nsettings: {}\n", "name: deploy\non: push\njobs: {}\n"
	for _, row := range []struct {
		reason string
		files  []string // a name that begins with ! is a file of another program
		want   string
	}{
		{"nothing is here", nil, ""},
		{"the working directory itself", []string{"acme.yaml"}, "."},
		{"a directory", []string{"atlas/acme.yaml", "!docker-compose.yaml"}, "atlas"},
		{"below a directory", []string{"examples/orgs/acme.yml"}, "examples/orgs"},
		{"what holds all of them", []string{"teams/a/acme.yaml", "teams/b/beta.yaml"}, "teams"},
		{"names that only begin alike", []string{"a/acme.yaml", "ab/beta.yaml"}, "."},
		{"a directory and one below", []string{"a/acme.yaml", "a/b/beta.yaml"}, "a"},
		{"files of other programs", []string{"!action.yml", "!ci/deploy.yaml"}, ""},
		{"hidden files are no tree", []string{".acme.yaml", ".github/acme.yaml"}, ""},
		{"too far down for a hint", []string{"a/b/c/acme.yaml"}, ""},
		{"no YAML by its name", []string{"acme.txt"}, ""},
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
