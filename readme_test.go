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
	"gopkg.in/yaml.v3"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// testCommand is the one command of the README that no test can run: it runs the tests. Continuous integration takes
// it from the README.
const testCommand = "go test ./...\n"

// TestReadme runs every command of the README, in its order, in a copy of the project.
func TestReadme(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	script := readmeScript(t)
	if err := os.WriteFile(filepath.Join(dir, "readme.txtar"), txtar.Format(script), 0o644); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: dir, Cmds: commands(), Setup: func(env *testscript.Env) error {
		return copyProject(t, env)
	}})
}

// readmeScript makes a script out of the shell blocks of the README: each is a file that sh runs.
func readmeScript(t *testing.T) *txtar.Archive {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var steps bytes.Buffer
	script := &txtar.Archive{}
	blocks := regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllSubmatch(readme, -1)
	for i, block := range blocks {
		name := fmt.Sprintf("block%d.sh", i)
		switch text := string(block[1]); {
		case text == testCommand:
		case strings.HasPrefix(text, "./atlas-gitops sandbox "):
			fmt.Fprintln(&steps, "sandbox")
		default:
			fmt.Fprintf(&steps, "# %s\nexec sh -eu %[1]s\n", name)
			script.Files = append(script.Files, txtar.File{Name: name, Data: block[1]})
		}
	}
	if len(script.Files) < 5 || !bytes.Contains(readme, []byte("```sh\n"+testCommand)) {
		t.Fatalf("found %d blocks with commands", len(blocks))
	}
	script.Comment = steps.Bytes()
	return script
}

// TestReadmeShowsWhatIsPrinted: the README shows what the scripts see.
func TestReadmeShowsWhatIsPrinted(t *testing.T) {
	for _, shown := range []struct{ script, file string }{
		{"example.txtar", "plan.txt"},
		{"explain.txtar", "field.txt"},
		{"invalid.txtar", "snake.txt"},
	} {
		script, err := txtar.ParseFile(filepath.Join("testdata", "script", shown.script))
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(script.Files, func(f txtar.File) bool { return f.Name == shown.file })
		if i < 0 {
			t.Fatalf("%s has no %s", shown.script, shown.file)
		}
		first, _, _ := strings.Cut(string(script.Files[i].Data), "\n")
		checkReadme(t, "(?m)^```\n"+regexp.QuoteMeta(first)+"\n(?:[^`].*\n|\n)*```\n", "```\n"+string(script.Files[i].Data)+"```\n")
	}
}

// TestReadmeListsTheRules: the table is made from the code.
func TestReadmeListsTheRules(t *testing.T) {
	table := "| rule | name | severity | finds |\n|---|---|---|---|\n"
	for _, r := range spec.Rules() {
		table += fmt.Sprintf("| %s | %s | %s | %s |\n", r.ID, r.Name, r.Severity, r.Finds)
	}
	checkTable(t, table)
}

// TestReadmeListsTheRoles that a credential needs, from the code too. What a plan reads, so does apply.
func TestReadmeListsTheRoles(t *testing.T) {
	table := "| section | plan | apply |\n|---|---|---|\n"
	for _, k := range resource.Kinds {
		table += fmt.Sprintf("| %s | %s | ORG_OWNER |\n", k.Name, k.ReadRole())
	}
	checkTable(t, table)
}

// TestReadmeListsTheInputs and the outputs of the action, from action.yml.
func TestReadmeListsTheInputs(t *testing.T) {
	data, err := os.ReadFile("action.yml")
	var action struct{ Inputs, Outputs yaml.Node } // in the order in which they are written
	if err == nil {
		err = yaml.Unmarshal(data, &action)
	}
	if err != nil {
		t.Fatal(err)
	}
	for of, list := range map[string]yaml.Node{"input": action.Inputs, "output": action.Outputs} {
		table := "| " + of + " | holds |\n|---|---|\n"
		for i := 0; i < len(list.Content); i += 2 {
			var about struct{ Description, Default string }
			if err := list.Content[i+1].Decode(&about); err != nil {
				t.Fatal(err)
			}
			if about.Default != "" && !strings.Contains(about.Default, "{") {
				about.Description += " (`" + about.Default + "`)"
			}
			table += fmt.Sprintf("| `%s` | %s |\n", list.Content[i].Value, about.Description)
		}
		checkTable(t, table)
	}
}

// checkTable holds the table that begins with the same line against the one in the README.
func checkTable(t *testing.T, table string) {
	t.Helper()
	head, _, _ := strings.Cut(table, "\n")
	checkReadme(t, `(?m)^`+regexp.QuoteMeta(head)+`\n(\|.*\n)*`, table)
}

// checkReadme holds a text against what the README has in its place, and puts it there with -update.
func checkReadme(t *testing.T, place, text string) {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile(place)
	switch got := string(shown.Find(readme)); {
	case got == text:
	case got != "" && *update:
		if err := os.WriteFile("README.md", shown.ReplaceAllLiteral(readme, []byte(text)), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the README does not show this; -update writes it if the first line is the same\n%s", text)
	}
}

// TestReadmeShowsATree: the example is valid, and as fmt writes it.
func TestReadmeShowsATree(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindSubmatch(readme)
	if example == nil {
		t.Fatal("the README shows no YAML")
	}
	tree := fstest.MapFS{"orgs/acme.yaml": {Data: example[1]}}
	loaded, err := spec.Load(tree, []string{"orgs"})
	if err != nil || len(loaded.Orgs) != 1 || len(loaded.Diagnostics) > 0 {
		t.Errorf("%+v, %v", loaded, err)
	}
	files, found, err := spec.FormatTree(tree, []string{"orgs"})
	if err != nil || len(found) > 0 || len(files) != 1 || string(files[0].Is) != string(example[1]) {
		t.Errorf("fmt would write %q, %v, %v", files, found, err)
	}
}

// copyProject gives the script the project's files and the caches of Go, so that it can build.
func copyProject(t *testing.T, env *testscript.Env) error {
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
	for _, name := range []string{"main.go", "go.mod", "go.sum"} {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(env.WorkDir, name), data, 0o644); err != nil {
			return err
		}
	}
	for _, dir := range []string{"internal", "schema", "examples"} {
		if err := os.CopyFS(filepath.Join(env.WorkDir, dir), os.DirFS(dir)); err != nil {
			return err
		}
	}
	return nil
}
