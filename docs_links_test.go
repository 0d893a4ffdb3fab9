package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"atlas-gitops/internal/spec"
)

// prose returns a page without its code blocks and code.
func prose(text string) string {
	text = regexp.MustCompile("(?ms)^ *```.*?^ *```$").ReplaceAllString(text, "")
	return regexp.MustCompile("`[^`\n]*`").ReplaceAllStringFunc(text, func(code string) string { return strings.Trim(code, "`[]") })
}

// anchors returns where links to a page can lead: GitHub makes an anchor of each heading.
func anchors(text string) map[string]bool {
	all := map[string]bool{}
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(prose(text), -1) {
		all[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, heading[1])] = true
	}
	return all
}

// TestDocsLinks: each link leads to a file of the project, and to a heading in it.
func TestDocsLinks(t *testing.T) {
	n := 0
	for name, text := range pages(t) {
		for _, link := range regexp.MustCompile(`\]\(([^)\s]*)\)`).FindAllStringSubmatch(regexp.MustCompile(`\s*\n\s*`).ReplaceAllString(prose(text), " "), -1) {
			if strings.HasPrefix(link[1], "https://") {
				continue
			}
			n++
			file, anchor, _ := strings.Cut(link[1], "#")
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %s leads nowhere", name, link[1])
			} else if anchor != "" && !anchors(page(t, target))[anchor] {
				t.Errorf("%s: %s leads to no heading", name, link[1])
			}
		}
	}
	if n < 40 {
		t.Errorf("found only %d links", n)
	}
}

// TestDocsAreFound: the README leads to each page.
func TestDocsAreFound(t *testing.T) {
	readme := page(t, "README.md")
	for name := range pages(t) {
		if name != "README.md" && !strings.Contains(readme, "]("+name+")") {
			t.Errorf("the README has no link to %s", name)
		}
	}
}

// TestDocsDescribeRules: each rule has a section, to which reports link. Its example breaks the rule.
func TestDocsDescribeRules(t *testing.T) {
	text, shown := page(t, "docs/rules.md"), 0
	for _, r := range spec.Rules() {
		_, section, found := strings.Cut(text, "\n## "+r.ID+"\n")
		if !found {
			t.Errorf("docs/rules.md has no heading ## %s: describe the rule there, with an example and what to do", r.ID)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for _, example := range blocks(section, "yaml") {
			shown++
			if !slices.ContainsFunc(findings(t, example), func(d spec.Diagnostic) bool { return d.Rule == r.ID }) {
				t.Errorf("%s: the example does not break it: %+v", r.ID, findings(t, example))
			}
		}
	}
	if shown < 25 {
		t.Errorf("found only %d examples", shown)
	}
}

// findings returns what is wrong with an example of the tree.
func findings(t *testing.T, text string) []spec.Diagnostic {
	t.Helper()
	tree, err := spec.Load(fstest.MapFS{exampleFile(text): {Data: []byte(text)}}, []string{"orgs"})
	if err != nil {
		t.Fatal(err)
	}
	return append(tree.Diagnostics, spec.Endings(tree.Orgs, time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC))...)
}

// TestDocsQuoteMessages: a message in the first column of a table of symptoms is one of the program's.
func TestDocsQuoteMessages(t *testing.T) {
	var source strings.Builder
	for _, file := range productFiles(t) {
		source.WriteString(page(t, file))
	}
	n := 0
	for _, name := range []string{"docs/operations.md", "docs/organizations.md"} {
		for _, table := range regexp.MustCompile(`(?m)^\| (?:symptom|you see) \|.*\n(?:\|.*\n)*`).FindAllString(page(t, name), -1) {
			for _, row := range regexp.MustCompile(`(?m)^\| (.*?) \|`).FindAllStringSubmatch(table, -1) {
				for _, quoted := range regexp.MustCompile("`([^`]*)`").FindAllStringSubmatch(row[1], -1) {
					for part := range strings.SplitSeq(quoted[1], " … ") {
						n++
						if !strings.Contains(source.String(), part) {
							t.Errorf("%s: the program does not say %q", name, part)
						}
					}
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("found only %d messages", n)
	}
}

// mark matches the source of a fact about Atlas.
var mark = regexp.MustCompile(`\[(api|doc|seen)(?: ([^\]]*))?\]`)

// TestFactsHaveSources: each mark in comments and in docs/atlas.md is [api], [api OPERATION_ID], or [doc KEY] or [seen KEY]
// with a key that the page explains. Something uses each page that is a source; an observation may stand alone.
func TestFactsHaveSources(t *testing.T) {
	facts, legend, found := strings.Cut(page(t, "docs/atlas.md"), "\n## Sources\n")
	if !found {
		t.Fatal("docs/atlas.md does not explain its sources")
	}
	used := map[string]bool{}
	explained := map[string]bool{"[api]": true}
	for _, m := range regexp.MustCompile("(?m)^- `(\\[(?:doc|seen) [a-z0-9]+(?:-[a-z0-9]+)*\\])`: ").FindAllStringSubmatch(legend, -1) {
		explained[m[1]] = true
	}
	check := func(where, text string) {
		for _, m := range mark.FindAllStringSubmatch(strings.Join(strings.Fields(text), " "), -1) {
			used[m[0]] = true
			if isOperation := m[1] == "api" && regexp.MustCompile(`^[a-z]+[A-Z][A-Za-z]+$`).MatchString(m[2]); !isOperation && !explained[m[0]] {
				t.Errorf("%s: docs/atlas.md does not explain %s, and it is not like [api getOrg]", where, m[0])
			}
		}
	}
	check("docs/atlas.md", facts)
	for where, comment := range comments(t) {
		check(where, comment)
	}
	for _, m := range slices.Sorted(maps.Keys(explained)) {
		if strings.HasPrefix(m, "[doc ") && !used[m] {
			t.Errorf("docs/atlas.md explains %s, which nothing uses", m)
		}
	}
	if len(explained) < 40 {
		t.Errorf("docs/atlas.md explains only %d marks", len(explained))
	}
}

// comments returns the comments of each Go file, without those of this one, which has examples.
func comments(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range goFiles(t) {
		if name == "docs_links_test.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for _, group := range file.Comments {
			text.WriteString(group.Text())
		}
		all[name] = text.String()
	}
	return all
}

// goFiles returns the names of all Go files.
func goFiles(t *testing.T) (all []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(name) == ".go" {
			all = append(all, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil || len(all) < 100 {
		t.Fatalf("found %d files, %v", len(all), err)
	}
	return all
}
