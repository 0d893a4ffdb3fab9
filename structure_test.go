package main

import (
	"encoding/json"
	"io/fs"
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
	"atlas-gitops/internal/cli":      {"internal/apply", "internal/plan", "internal/resource", "internal/spec", "internal/client", "internal/sandbox", "internal/github", "internal/git", "internal/interrupt", "internal/files"},
	"atlas-gitops/internal/apply":    {"internal/plan", "internal/resource"},
	"atlas-gitops/internal/plan":     {"internal/resource"},
	"atlas-gitops/internal/spec":     {"internal/resource", "schema"},
	"atlas-gitops/internal/resource": {},
	"atlas-gitops/internal/client":   {},
	"atlas-gitops/internal/sandbox":  {},
	"atlas-gitops/internal/github":   {},
	"atlas-gitops/internal/git":      {},

	"atlas-gitops/internal/git/gittest": {},
	"atlas-gitops/internal/interrupt":   {},
	"atlas-gitops/internal/files":       {},

	"atlas-gitops/internal/github/githubtest": {},
	"atlas-gitops/schema":                     {},
}

// offline are the rooms that reach the network through nobody.
var offline = []string{"atlas-gitops/internal/spec", "atlas-gitops/internal/plan", "atlas-gitops/internal/apply",
	"atlas-gitops/internal/resource", "atlas-gitops/internal/git", "atlas-gitops/schema"}

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
