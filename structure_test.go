package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/resource"
	"atlas-gitops/schema"
)

// arrows says what each package may import of ours. They run strictly down.
var arrows = map[string][]string{
	"atlas-gitops":                   {"internal/cli"},
	"atlas-gitops/internal/cli":      {"internal/apply", "internal/plan", "internal/resource", "internal/spec", "internal/client", "internal/sandbox", "internal/github", "internal/git", "internal/interrupt", "internal/files", "internal/suggest"},
	"atlas-gitops/internal/apply":    {"internal/plan", "internal/resource"},
	"atlas-gitops/internal/plan":     {"internal/resource"},
	"atlas-gitops/internal/spec":     {"internal/resource", "internal/suggest", "internal/yamldata", "internal/yamldoc", "schema"},
	"atlas-gitops/internal/resource": {},
	"atlas-gitops/internal/client":   {},
	"atlas-gitops/internal/sandbox":  {},
	"atlas-gitops/internal/github":   {},
	"atlas-gitops/internal/git":      {},

	"atlas-gitops/internal/git/gittest": {},
	"atlas-gitops/internal/interrupt":   {},
	"atlas-gitops/internal/files":       {},
	"atlas-gitops/internal/suggest":     {},
	"atlas-gitops/internal/yamldata":    {},
	"atlas-gitops/internal/yamldoc":     {"internal/yamldata"},

	"atlas-gitops/internal/github/githubtest": {},
	"atlas-gitops/schema":                     {},
}

// offline are the rooms that reach the network through nobody.
var offline = []string{"atlas-gitops/internal/spec", "atlas-gitops/internal/plan", "atlas-gitops/internal/apply",
	"atlas-gitops/internal/resource", "atlas-gitops/internal/git", "atlas-gitops/internal/suggest", "atlas-gitops/internal/yamldata",
	"atlas-gitops/internal/yamldoc", "atlas-gitops/schema"}

type goPackage struct {
	ImportPath    string
	Imports, Deps []string
}

func TestImportArrows(t *testing.T) {
	for _, p := range listPackages(t) {
		allowed, known := arrows[p.ImportPath]
		if !known {
			t.Errorf("%s has no room in the house: add its arrows", p.ImportPath)
		}
		for _, i := range p.Imports {
			if ours, ok := strings.CutPrefix(i, "atlas-gitops/"); ok && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
		}
		if slices.Contains(offline, p.ImportPath) && slices.Contains(p.Deps, "net/http") {
			t.Errorf("%s reaches net/http", p.ImportPath)
		}
		if p.ImportPath == "atlas-gitops/internal/sandbox" {
			checkStandard(t, p)
		}
	}
}

// checkStandard: the sandbox needs nothing but the standard library.
func checkStandard(t *testing.T, p goPackage) {
	t.Helper()
	for _, i := range p.Imports {
		if first, _, _ := strings.Cut(i, "/"); strings.Contains(first, ".") {
			t.Errorf("%s imports %s", p.ImportPath, i)
		}
	}
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var p goPackage
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) != len(arrows) {
		t.Errorf("found %d packages, want the %d that have a room", len(all), len(arrows))
	}
	return all
}

// otherTestFiles are named after what they make for other tests, or after what they test as a whole.
var otherTestFiles = []string{
	"creation_test.go", "interrupt_test.go", "readme_test.go", "structure_test.go",
	"internal/apply/atlas_test.go",    // the Atlas of the tests
	"internal/apply/contract_test.go", // what is asked of every kind
	"internal/cli/story_test.go",      // the stories of the action
	"internal/client/script_test.go",  // a server that answers as it is told
	"internal/github/runner_test.go",  // GitHub's runner
	"internal/sandbox/client_test.go", // a client of the sandbox
}

// TestTestFiles: a test file is named after the file that it tests, so that whoever changes a file finds its tests. Helpers of
// several test files are in helpers_test.go.
func TestTestFiles(t *testing.T) {
	var found []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch path = filepath.ToSlash(path); {
		case err != nil:
			return err
		case path == "internal/conformance": // it tests the program from outside
			return fs.SkipDir
		case slices.Contains(otherTestFiles, path):
			found = append(found, path)
		case strings.HasSuffix(path, "_test.go") && d.Name() != "helpers_test.go" && !testsAFile(path):
			t.Errorf("%s is not named after a file that it tests", path)
		}
		return nil
	})
	if err != nil || len(found) != len(otherTestFiles) {
		t.Errorf("of the other test files there are %q, %v", found, err)
	}
}

// testsAFile tells whether the file under test exists: plan.go for plan_test.go and for plan_large_test.go.
func testsAFile(path string) bool {
	dir, name := filepath.Split(strings.TrimSuffix(path, "_test.go"))
	for {
		if _, err := os.Stat(dir + name + ".go"); err == nil {
			return true
		}
		end := strings.LastIndexByte(name, '_')
		if end < 0 {
			return false
		}
		name = name[:end]
	}
}

// TestKindsAndSchemaAgree fails until a kind is whole: its line in organization.json, a schema of its own, and in
// resource.Kinds; fields that are maps in one are maps in the other.
func TestKindsAndSchemaAgree(t *testing.T) {
	schemas := readSchemas(t)
	sections := properties(schemas["organization.json"])
	used := map[string]bool{"organization.json": true, schema.Plan: true}
	for _, k := range resource.Kinds {
		if k == resource.Organization {
			continue
		}
		section, ok := sections[k.Name].(map[string]any)
		if !ok {
			t.Errorf("kind %s has no line in organization.json", k.Name)
			continue
		}
		ref, _ := section["$ref"].(string)
		if items, ok := section["items"].(map[string]any); ok {
			ref, _ = items["$ref"].(string)
		}
		used[ref] = true
		object := schemas[ref]
		if object == nil {
			t.Errorf("kind %s has no schema file", k.Name)
			continue
		}
		if (section["type"] == "array") != (k.Key != "") {
			t.Errorf("kind %s is a list in one of schema and code, and not in the other", k.Name)
		}
		if k.Key != "" && properties(object)[k.Key] == nil {
			t.Errorf("kind %s: %s has no property %s", k.Name, ref, k.Key)
		}
		for _, field := range k.Steers {
			if properties(object)[field] == nil {
				t.Errorf("kind %s: %s has no property %s", k.Name, ref, field)
			}
		}
		if _, ok := properties(sections["manage"].(map[string]any))[k.Name]; ok != k.People {
			t.Errorf("kind %s is about people in one of schema and code, and not in the other", k.Name)
		}
		if got := mapFields(schemas, object); !slices.Equal(got, k.Maps) {
			t.Errorf("kind %s: fields with free keys are %v in %s and %v in the code", k.Name, got, ref, k.Maps)
		}
	}
	for file := range schemas {
		if !used[file] {
			t.Errorf("%s belongs to no kind", file)
		}
	}
}

// mapFields returns the properties whose keys are free, sorted.
func mapFields(schemas map[string]map[string]any, object map[string]any) (names []string) {
	for name, p := range properties(object) {
		property := p.(map[string]any)
		if ref, ok := property["$ref"].(string); ok {
			property = resolve(schemas, ref)
		}
		if values, ok := property["additionalProperties"].(map[string]any); ok && values != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// resolve follows a reference to a definition in a file, FILE#/$defs/NAME.
func resolve(schemas map[string]map[string]any, ref string) map[string]any {
	file, name, _ := strings.Cut(ref, "#/$defs/")
	definitions, _ := schemas[file]["$defs"].(map[string]any)
	found, _ := definitions[name].(map[string]any)
	return found
}

func properties(object map[string]any) map[string]any {
	p, _ := object["properties"].(map[string]any)
	return p
}

func readSchemas(t *testing.T) map[string]map[string]any {
	t.Helper()
	files, err := fs.Glob(schema.Files, "*.json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]any{}
	for _, file := range files {
		data, err := fs.ReadFile(schema.Files, file)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]any
		if err := json.Unmarshal(data, &object); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[filepath.Base(file)] = object
	}
	return all
}
