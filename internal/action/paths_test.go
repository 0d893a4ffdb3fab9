package action

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestExpandPaths(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"orgs/b.yaml", "orgs/a.yaml", "orgs/c.yml", "orgs/_defaults.yaml", "orgs/.hidden.yaml", "orgs/README.md", "orgs/eu/d.yaml", "odd/[x].yaml", "odd/x.yaml"} {
		files[name] = &fstest.MapFile{}
	}
	for _, row := range []struct{ reason, paths, want string }{
		{"no pattern", "orgs", "orgs"},
		{"a file that does not exist: loading the tree reports it", "orgs/z.yaml", "orgs/z.yaml"},
		{"sorted, without _defaults.yaml", "orgs/*.yaml", "orgs/a.yaml orgs/b.yaml"},
		{"each file once", "orgs/b.yaml orgs/?.yaml", "orgs/b.yaml orgs/a.yaml"},
		{"YAML files and directories, but no other files", "orgs/*", "orgs/a.yaml orgs/b.yaml orgs/c.yml orgs/eu"},
		{"patterns in directories", "o*/e?/*.yaml", "orgs/eu/d.yaml"},
		{"a file with the name of the pattern", "odd/[x].yaml", "odd/[x].yaml"},
		{"a pattern that starts with _", "orgs/_*.yaml", "orgs/_defaults.yaml"},
		{"no match", "orgs/*.json", `the input path is "orgs/*.json": the pattern matches no YAML file and no directory`},
		{"two stars, which would not match deeper directories", "orgs/**/*.yaml", `the input path is "orgs/**/*.yaml": the pattern ** is not supported; name the directory, which includes its subdirectories`},
		{"an invalid pattern", "orgs/[a.yaml", `the input path is "orgs/[a.yaml": the pattern has a [ without its ]`},
	} {
		got, err := expandPaths(files, strings.Fields(row.paths))
		text := strings.Join(got, " ")
		if err != nil {
			text = err.Error()
		}
		if text != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, text, row.want)
		}
	}
}

func TestPatternDirs(t *testing.T) {
	files := fstest.MapFS{"odd/[x].yaml": {}}
	got := patternDirs(files, strings.Fields("orgs orgs/*.yaml a/b/c?/*.yaml *.yaml odd/[x].yaml /abs/*.yaml"))
	if text := strings.Join(got, " "); text != "orgs a/b . /abs" {
		t.Errorf("got %s", text)
	}
}
