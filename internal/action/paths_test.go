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
		{"what does not exist is for the tree to report", "orgs/z.yaml", "orgs/z.yaml"},
		{"sorted, without what counts for the directory", "orgs/*.yaml", "orgs/a.yaml orgs/b.yaml"},
		{"each once", "orgs/b.yaml orgs/?.yaml", "orgs/b.yaml orgs/a.yaml"},
		{"directories too, but nothing else", "orgs/*", "orgs/a.yaml orgs/b.yaml orgs/c.yml orgs/eu"},
		{"in the middle", "o*/e?/*.yaml", "orgs/eu/d.yaml"},
		{"a file of that very name", "odd/[x].yaml", "odd/[x].yaml"},
		{"what starts so is asked for", "orgs/_*.yaml", "orgs/_defaults.yaml"},
		{"no match", "orgs/*.json", `the input path is "orgs/*.json": the pattern matches no YAML file and no directory`},
		{"two stars would miss what lies deeper", "orgs/**/*.yaml", `the input path is "orgs/**/*.yaml": ** is not a pattern here; name the directory, which is read with all directories in it`},
		{"no pattern at all", "orgs/[a.yaml", `the input path is "orgs/[a.yaml": the pattern has a [ without its ]`},
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
