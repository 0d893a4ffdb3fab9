package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/txtar"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// testCommand is the one command of the README that no test can run: it runs the tests. Continuous integration takes
// it from the README.
const testCommand = "go test ./...\n"

// pages returns the text of each page of the documentation, by its path.
func pages(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("docs/*.md")
	if err != nil || len(names) < 10 {
		t.Fatalf("found the pages %q, %v", names, err)
	}
	all := map[string]string{}
	for _, name := range append(names, "README.md", "CONTRIBUTING.md") {
		all[filepath.ToSlash(name)] = page(t, name)
	}
	return all
}

func page(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// blocks returns the code blocks of a page in a language ("" for none), without the indentation of a list.
func blocks(text, language string) (all []string) {
	for _, found := range regexp.MustCompile("(?ms)^( *)```([a-z]*)\n(.*?)^ *```$").FindAllStringSubmatch(text, -1) {
		if found[2] == language {
			all = append(all, regexp.MustCompile("(?m)^"+found[1]).ReplaceAllString(found[3], ""))
		}
	}
	return all
}

// TestDocsRun runs every sh block of each page, in its order, in a copy of the project.
func TestDocsRun(t *testing.T) {
	t.Parallel()
	dir, ran := t.TempDir(), 0
	for name, text := range pages(t) {
		script := pageScript(blocks(text, "sh"))
		ran += len(script.Files)
		if len(script.Files) == 0 {
			continue
		}
		file := strings.TrimSuffix(filepath.Base(name), ".md") + ".txtar"
		if err := os.WriteFile(filepath.Join(dir, file), txtar.Format(script), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if ran < 15 {
		t.Fatalf("found only %d blocks with commands", ran)
	}
	testscript.Run(t, testscript.Params{Dir: dir, Cmds: commands(), Setup: func(env *testscript.Env) error {
		return copyProject(env)
	}})
}

// listenFlag matches the flag with an address that another test may use.
var listenFlag = regexp.MustCompile(` --listen \S+`)

// pageScript makes a script of shell blocks: each is a file that sh runs.
func pageScript(shell []string) *txtar.Archive {
	var steps bytes.Buffer
	script := &txtar.Archive{}
	for i, text := range shell {
		name := fmt.Sprintf("block%d.sh", i)
		switch {
		case text == testCommand:
		case strings.HasPrefix(text, "atlas-gitops sandbox "):
			fmt.Fprint(&steps, listenFlag.ReplaceAllString(strings.TrimPrefix(text, "atlas-gitops "), ""))
		default:
			fmt.Fprintf(&steps, "# %s\nexec sh -eu %[1]s\n", name)
			script.Files = append(script.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	script.Comment = steps.Bytes()
	return script
}

// TestReadmeIsShort, and its first two shell blocks are the main job and the tests, as continuous integration expects.
func TestReadmeIsShort(t *testing.T) {
	readme := page(t, "README.md")
	if n := strings.Count(readme, "\n"); n > 200 {
		t.Errorf("the README has %d lines, more than 200", n)
	}
	const job = "go run . plan --sandbox examples/orgs\ngo run . apply --sandbox --auto-approve examples/orgs\n"
	if shell := blocks(readme, "sh"); len(shell) < 2 || shell[0] != job || shell[1] != testCommand {
		t.Errorf("the README begins with the commands %q", shell)
	}
}

// TestDocsListTheRules: the table is made from the code.
func TestDocsListTheRules(t *testing.T) {
	table := "| rule | name | severity | finds |\n|---|---|---|---|\n"
	for _, r := range spec.Rules() {
		table += fmt.Sprintf("| [%s](#%s) | %s | %s | %s |\n", r.ID, strings.ToLower(r.ID), r.Name, r.Severity, r.Finds)
	}
	checkTable(t, "docs/rules.md", table)
}

// TestDocsListTheRoles that a credential needs, from the code too. What a plan reads, so does apply.
func TestDocsListTheRoles(t *testing.T) {
	table := "| section | plan | apply |\n|---|---|---|\n"
	for _, k := range resource.Kinds {
		table += fmt.Sprintf("| %s | %s | ORG_OWNER |\n", k.Name, k.ReadRole())
	}
	checkTable(t, "docs/operations.md", table)
}

// checkTable holds the table that begins with the same line against the one in the page.
func checkTable(t *testing.T, name, table string) {
	t.Helper()
	head, _, _ := strings.Cut(table, "\n")
	checkPage(t, name, `(?m)^`+regexp.QuoteMeta(head)+`\n(\|.*\n)*`, table)
}

// checkPage holds a text against what the page has in its place, and puts it there with -update.
func checkPage(t *testing.T, name, place, text string) {
	t.Helper()
	is, shown := page(t, name), regexp.MustCompile(place)
	switch got := shown.FindString(is); {
	case got == text:
	case got != "" && *update:
		if err := os.WriteFile(name, []byte(shown.ReplaceAllLiteralString(is, text)), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s does not show this; -update writes it if the first line is the same\n%s", name, text)
	}
}

// TestDocsShowAComment: the page about approving quotes the comment of a story. A block quote keeps its Markdown as GitHub shows it.
func TestDocsShowAComment(t *testing.T) {
	story, err := txtar.ParseFile("internal/cli/testdata/action/approving.txtar")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(story.Files, func(f txtar.File) bool { return f.Name == "comments.md" })
	if i < 0 {
		t.Fatal("the story has no comment")
	}
	_, comment, found := strings.Cut(string(story.Files[i].Data), " -->\n") // before it: who wrote it, and the hidden marker
	if !found {
		t.Fatalf("the comment has no marker: %s", story.Files[i].Data)
	}
	comment = regexp.MustCompile("(?m)^").ReplaceAllString(strings.TrimSpace(comment), "> ")
	checkPage(t, "docs/approving.md", `(?m)^> ### atlas-gitops plan\n(>.*\n)*`, strings.ReplaceAll(comment, "> \n", ">\n")+"\n")
}

// exampleFile returns the name of an example of the tree: that in a comment in its first line, or orgs/acme.yaml.
func exampleFile(example string) string {
	if first, _, _ := strings.Cut(example, "\n"); strings.HasPrefix(first, "# orgs/") {
		return strings.TrimPrefix(first, "# ")
	}
	return "orgs/acme.yaml"
}

// TestDocsShowTrees: each example of the tree is valid, and as fmt writes it. Examples of acceptances are for Acme-Production.
func TestDocsShowTrees(t *testing.T) {
	n := 0
	for name, text := range pages(t) {
		for _, example := range blocks(text, "yaml") {
			if name == "docs/rules.md" {
				continue // what breaks a rule
			}
			n++
			checkExample(t, name, example)
		}
	}
	if n < 3 {
		t.Errorf("found only %d examples", n)
	}
}

func checkExample(t *testing.T, page, example string) {
	t.Helper()
	file := exampleFile(example)
	tree := fstest.MapFS{file: {Data: []byte(example)}}
	if filepath.Base(file) == "_accepted.yaml" {
		tree["orgs/acme.yaml"] = &fstest.MapFile{Data: []byte("name: Acme-Production\n")}
	}
	loaded, err := spec.Load(tree, []string{"orgs"})
	if err != nil || len(loaded.Orgs) != 1 || len(loaded.Diagnostics) > 0 {
		t.Errorf("%s: %s\n%+v, %v", page, example, loaded, err)
	}
	files, found, err := spec.FormatTree(tree, []string{file})
	if err != nil || len(found) > 0 || len(files) != 1 || string(files[0].Is) != example {
		t.Errorf("%s: fmt would write %q, %v, %v", page, files, found, err)
	}
}

// copyProject gives the script the caches of Go and the files of the project: those of Go only if a block calls go.
func copyProject(env *testscript.Env) error {
	out, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE").Output()
	if err != nil {
		return err
	}
	caches := strings.Fields(string(out))
	env.Setenv("GOCACHE", caches[0])
	env.Setenv("GOMODCACHE", caches[1])
	env.Setenv("GOFLAGS", "-buildvcs=false -trimpath") // what was built in another directory is as good
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".cache"))
	env.Setenv("GORACE", endAtOnce)
	const curlFails = "fail\nsilent\nshow-error\n" // as a person would see it fail
	if err := os.WriteFile(filepath.Join(env.WorkDir, ".curlrc"), []byte(curlFails), 0o644); err != nil {
		return err
	}
	dirs := []string{"schema", "examples"}
	if callsGo(env.WorkDir) {
		dirs = append(dirs, "internal")
		for _, name := range []string{"main.go", "go.mod", "go.sum"} {
			if err := copyFile(env.WorkDir, name); err != nil {
				return err
			}
		}
	}
	for _, dir := range dirs {
		if err := os.CopyFS(filepath.Join(env.WorkDir, dir), os.DirFS(dir)); err != nil {
			return err
		}
	}
	return nil
}

func callsGo(dir string) bool {
	names, _ := filepath.Glob(filepath.Join(dir, "block*.sh")) // the pattern is valid
	return slices.ContainsFunc(names, func(name string) bool {
		data, err := os.ReadFile(name)
		return err != nil || regexp.MustCompile(`(?m)^go `).Match(data)
	})
}

func copyFile(dir, name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), data, 0o644)
}
