package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"iter"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/schema"
)

// arrows lists the packages of this module that each package may import. They run strictly down.
var arrows = map[string][]string{
	"atlas-gitops": {"internal/cli"},

	"atlas-gitops/internal/cli": {"internal/action", "internal/importer", "internal/adopt", "internal/seed", "internal/flagvalue", "internal/render", "internal/terminal", "internal/reconcile",
		"internal/apply", "internal/plan", "internal/spec", "internal/creation", "internal/client", "internal/sandbox", "internal/interrupt"},
	"atlas-gitops/internal/action": {"internal/github", "internal/render", "internal/reconcile",
		"internal/apply", "internal/plan", "internal/spec", "internal/resource", "internal/client"},
	"atlas-gitops/internal/terminal": {"internal/render", "internal/reconcile", "internal/apply", "internal/client", "internal/interrupt"},
	"atlas-gitops/internal/render":   {"internal/adopt", "internal/apply", "internal/spec", "internal/plan", "internal/resource"},
	"atlas-gitops/internal/importer": {"internal/adopt", "internal/reconcile", "internal/planner", "internal/spec", "internal/plan", "internal/resource", "internal/yamldoc"},
	"atlas-gitops/internal/seed":     {"internal/spec", "internal/resource", "internal/sandbox"},
	"atlas-gitops/internal/adopt":    {"internal/planner", "internal/spec", "internal/plan", "internal/resource", "internal/yamldoc"},
	"atlas-gitops/internal/reconcile": {"internal/planner", "internal/apply", "internal/creation", "internal/spec", "internal/plan", "internal/resource",
		"internal/client", "internal/client/variables", "internal/sandbox"},
	"atlas-gitops/internal/planner":  {"internal/plan", "internal/resource"},
	"atlas-gitops/internal/creation": {"internal/apply", "internal/plan", "internal/resource", "internal/yamldoc"},
	"atlas-gitops/internal/apply":    {"internal/plan", "internal/resource"},
	"atlas-gitops/internal/plan":     {"internal/resource"},
	"atlas-gitops/internal/spec":     {"internal/resource", "internal/yamldoc", "internal/yamldata"},
	"atlas-gitops/internal/yamldoc":  {"internal/yamldata"},
	"atlas-gitops/internal/yamldata": {},
	"atlas-gitops/internal/resource": {},
	"atlas-gitops/internal/client":   {"internal/client/httpdigest", "internal/client/openfiles", "internal/client/paths", "internal/client/variables"},
	"atlas-gitops/internal/sandbox":  {},
	"atlas-gitops/internal/github":   {},

	"atlas-gitops/internal/flagvalue":         {},
	"atlas-gitops/internal/bench":             {"internal/seed", "internal/spec", "internal/sandbox"}, // a program of its own
	"atlas-gitops/internal/process":           {},                                                     // only tests
	"atlas-gitops/internal/interrupt":         {},
	"atlas-gitops/internal/client/httpdigest": {},
	"atlas-gitops/internal/client/openfiles":  {},
	"atlas-gitops/internal/client/paths":      {},
	"atlas-gitops/internal/client/variables":  {},

	"atlas-gitops/internal/reconcile/reconciletest": {"internal/reconcile", "internal/apply", "internal/client"},

	"atlas-gitops/internal/git/gittest":       {},
	"atlas-gitops/internal/github/githubtest": {},

	"atlas-gitops/internal/terminal/terminaltest": {},
	"atlas-gitops/schema/schematest":              {},

	"atlas-gitops/internal/resource/kindtest": {},
}

// leaves import no package of this module. Every package may import them, except the sandbox and the packages of the network.
var leaves = []string{"internal/files", "internal/git", "internal/natural", "internal/plain", "internal/safetext", "internal/suggest", "schema"}

// standalone packages import only packages below their own directory, and no leaves.
var standalone = []string{"atlas-gitops/internal/client", "atlas-gitops/internal/github", "atlas-gitops/internal/sandbox"}

// offline packages do not import net/http, not even through other packages.
var offline = []string{"atlas-gitops/internal/spec", "atlas-gitops/internal/yamldoc", "atlas-gitops/internal/yamldata", "atlas-gitops/internal/plan", "atlas-gitops/internal/planner", "atlas-gitops/internal/apply",
	"atlas-gitops/internal/resource", "atlas-gitops/internal/creation", "atlas-gitops/internal/adopt", "atlas-gitops/internal/render", "atlas-gitops/internal/git", "atlas-gitops/internal/client/variables",
	"atlas-gitops/internal/files", "atlas-gitops/internal/natural", "atlas-gitops/internal/plain", "atlas-gitops/internal/safetext", "atlas-gitops/internal/suggest", "atlas-gitops/schema"}

type goPackage struct {
	ImportPath    string
	Imports, Deps []string
}

func TestImportArrows(t *testing.T) {
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, "atlas-gitops/")
		allowed, known := arrows[p.ImportPath]
		if isLeaf := slices.Contains(leaves, name); isLeaf == known {
			t.Errorf("%s must be either in arrows or in leaves", p.ImportPath)
		} else if !isLeaf && !slices.Contains(standalone, p.ImportPath) {
			allowed = slices.Concat(allowed, leaves)
		}
		checkArrows(t, p, allowed)
		if slices.Contains(offline, p.ImportPath) && slices.Contains(p.Deps, "net/http") {
			t.Errorf("%s reaches net/http", p.ImportPath)
		}
		if p.ImportPath == "atlas-gitops/internal/sandbox" {
			checkStandard(t, p)
		}
	}
}

// checkArrows: a package imports only allowed packages of this module, and every package of its arrows.
func checkArrows(t *testing.T, p goPackage, allowed []string) {
	t.Helper()
	for _, i := range p.Imports {
		if ours, ok := strings.CutPrefix(i, "atlas-gitops/"); ok && !slices.Contains(allowed, ours) {
			t.Errorf("%s imports %s", p.ImportPath, i)
		}
	}
	for _, ours := range arrows[p.ImportPath] {
		if !slices.Contains(p.Imports, "atlas-gitops/"+ours) {
			t.Errorf("%s does not import %s any more: remove the arrow", p.ImportPath, ours)
		}
	}
}

// checkStandard: the sandbox imports only the standard library.
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
	if len(all) != len(arrows)+len(leaves) {
		t.Errorf("found %d packages, want the %d of arrows and leaves", len(all), len(arrows)+len(leaves))
	}
	return all
}

// otherTestFiles are named after the helpers that they have, or after a larger part that they test.
var otherTestFiles = []string{
	"docs_test.go", "docs_links_test.go", "messages_test.go", "structure_test.go",
	"internal/apply/atlas_test.go",    // the Atlas of the tests
	"internal/apply/contract_test.go", // the contract of every kind
	"internal/cli/story_test.go",      // the stories of the action
	"internal/client/script_test.go",  // a server with scripted answers
	"internal/github/runner_test.go",  // GitHub's runner
	"internal/plan/story_test.go",     // the stories of plans
	"internal/process/creation_test.go",
	"internal/process/interrupt_test.go",
	"internal/process/sandbox_test.go",
	"internal/process/terminal_linux_test.go",
	"internal/sandbox/client_test.go", // a client of the sandbox
}

// TestTestFiles: a test file is named after the file that it tests, so that its tests are easy to find. Helpers of several test files
// are in helpers_test.go.
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
		t.Errorf("found only these files of otherTestFiles: %q, %v", found, err)
	}
}

// testsAFile reports whether the file under test exists: plan.go for plan_test.go and for plan_large_test.go.
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

// TestKindsAndSchemaAgree: every kind of resource.Kinds has a line in schema/organization.json and its own schema file.
func TestKindsAndSchemaAgree(t *testing.T) {
	schemas := readSchemas(t)
	sections := properties(schemas[schema.Document])
	used := map[string]bool{schema.Document: true, schema.Accepted: true, schema.Plan: true}
	for _, k := range resource.Kinds {
		if k == resource.Organization {
			continue
		}
		section, ok := sections[k.Name].(map[string]any)
		if !ok {
			t.Errorf("kind %s has no line in schema/organization.json", k.Name)
			continue
		}
		ref := fileOf(section)
		used[ref] = true
		object := schemas[ref]
		if object == nil {
			t.Errorf("kind %s has no schema file; schema/organization.json refers to %q", k.Name, ref)
			continue
		}
		if (section["type"] == "array") != (k.Key != "") {
			t.Errorf("kind %s is a list in only one of schema and code", k.Name)
		}
		if k.Key != "" && properties(object)[k.Key] == nil {
			t.Errorf("kind %s: %s has no property %s", k.Name, ref, k.Key)
		}
		if _, ok := properties(sections["manage"].(map[string]any))[k.Name]; ok != (k.Key != "") {
			t.Errorf("kind %s is a list: %t; exactly the lists have a line in manage of schema/organization.json", k.Name, k.Key != "")
		}
	}
	for file := range schemas {
		if !used[file] {
			t.Errorf("schema/%s belongs to no kind; add its kind to resource.Kinds and to schema/organization.json", file)
		}
	}
}

// TestSandboxHasEveryKind: the sandbox has the operations of every kind, so that every kind is tested.
func TestSandboxHasEveryKind(t *testing.T) {
	known := sandbox.Kinds()
	for _, k := range resource.Kinds {
		if !slices.Contains(known, k.Name) {
			t.Errorf("kind %s has no line in the kinds of internal/sandbox/operation.go", k.Name)
		}
	}
}

// TestSandboxHasEverySetting: schema and sandbox have the same settings, with the same types.
func TestSandboxHasEverySetting(t *testing.T) {
	written := typesOf("", readSchemas(t)["settings.json"])
	known := map[string]string{}
	for _, s := range sandbox.Settings() {
		known[s.Name] = s.Type
	}
	for _, name := range slices.Sorted(maps.Keys(written)) {
		switch kind := written[name]; {
		case known[name] == "":
			t.Errorf("setting %s of schema/settings.json, which is %q, has no line in the settings of internal/sandbox/settings.go", name, kind)
		case kind != known[name]:
			t.Errorf("setting %s is %q in schema/settings.json and %q in internal/sandbox/settings.go", name, kind, known[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if _, ok := written[name]; !ok {
			t.Errorf("setting %s of internal/sandbox/settings.go has no property in schema/settings.json", name)
		}
	}
	if len(written) == 0 {
		t.Error("the schema has no settings, so nothing was compared")
	}
}

// typesOf returns the JSON types of all properties. A part of an object has a dot in its name. null does not count as a type: it
// unsets a property, and the ways to unset one in Atlas differ.
func typesOf(path string, object map[string]any) map[string]string {
	all := map[string]string{}
	for name, p := range properties(object) {
		property, _ := p.(map[string]any)
		name = strings.TrimPrefix(path+"."+name, ".")
		all[name] = typeOf(property)
		maps.Copy(all, typesOf(name, property))
	}
	return all
}

// typeOf returns the type of a property without null, or "" if it has none or several.
func typeOf(property map[string]any) string {
	list, ok := property["type"].([]any)
	if !ok {
		list = []any{property["type"]}
	}
	list = slices.DeleteFunc(list, func(name any) bool { return name == "null" })
	if len(list) != 1 {
		return ""
	}
	name, _ := list[0].(string)
	return name
}

// fileOf returns the schema file of a section, or of the items of a list.
func fileOf(section map[string]any) string {
	if items, ok := section["items"].(map[string]any); ok {
		section = items
	}
	ref, _ := section["$ref"].(string)
	return ref
}

// weaker has the values of x-weaker that fit each type.
var weaker = map[string][]schema.Weaker{"boolean": {schema.WeakerFalse, schema.WeakerTrue}, "integer": {schema.WeakerHigher}, "string": {schema.WeakerUnset}}

// annotations are our own keys in schemas. Each function reports whether the place and the value of the key are valid.
var annotations = map[string]func(within map[string]any, value any) bool{
	"x-atlas":     func(_ map[string]any, value any) bool { return areTexts(value) },
	"x-read-role": func(_ map[string]any, value any) bool { return areTexts(value) },
	"x-map":       func(within map[string]any, value any) bool { return value == true && isMap(within) },
	"x-control":   func(_ map[string]any, value any) bool { return value == true },
	"x-import":    func(within map[string]any, value any) bool { return value == true && within["x-read-role"] != nil },
	"x-name":      func(within map[string]any, value any) bool { return value == true && within["type"] == "string" },
	"x-weaker": func(within map[string]any, value any) bool {
		return slices.Contains(weaker[typeOf(within)], schema.Weaker(fmt.Sprint(value)))
	},
	"x-apply-last": func(_ map[string]any, value any) bool {
		rule, _ := value.(map[string]any)
		except, ok := rule["except"].([]any)
		return ok && len(rule) == 1 && !slices.ContainsFunc(except, isComposite)
	},
}

// TestAnnotations: a misspelled annotation would have no effect, and a map without x-map would count as an object with fixed keys.
func TestAnnotations(t *testing.T) {
	used := map[string]bool{}
	for file, s := range readSchemas(t) {
		if file != schema.Plan {
			checkAnnotations(t, file, s, used)
		}
	}
	for _, k := range resource.Kinds {
		if k.ReadRole() == "" {
			t.Errorf("kind %s: its line in schema/organization.json has no x-read-role", k.Name)
		}
	}
	for name := range annotations {
		if !used[name] {
			t.Errorf("no schema has %s", name)
		}
	}
}

func checkAnnotations(t *testing.T, at string, value any, used map[string]bool) {
	t.Helper()
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			checkAnnotations(t, fmt.Sprintf("%s/%d", at, i), item, used)
		}
	case map[string]any:
		if isMap(value) && value["x-map"] == nil {
			t.Errorf("%s: it is a map without x-map", at)
		}
		for key, part := range value {
			if strings.HasPrefix(key, "x-") {
				used[key] = true
				if isGood := annotations[key]; isGood == nil || !isGood(value, part) {
					t.Errorf("%s: %s is unknown, in the wrong place, or has an invalid value: %v", at, key, part)
				}
				continue
			}
			checkAnnotations(t, at+"/"+key, part, used)
		}
	}
}

// isMap reports whether a schema describes an object with any keys.
func isMap(s map[string]any) bool {
	_, free := s["additionalProperties"].(map[string]any)
	return free
}

func isComposite(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

func areTexts(v any) bool {
	list, _ := v.([]any)
	return len(list) > 0 && !slices.ContainsFunc(list, func(item any) bool { s, _ := item.(string); return s == "" })
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

// The size limits. A larger file, type or function does more than one thing.
const (
	maxFileLines     = 300
	maxFunctionLines = 45
	maxMethods       = 15
	maxRoomLines     = 2_500
	maxCommandLines  = 200 // of cli, for each command
)

// largeRooms may have more lines: one emulates Atlas, one finds all mistakes of a tree, and one makes all words that people read.
var largeRooms = []string{"internal/sandbox", "internal/spec", "internal/render"}

// TestSizes checks the size limits of product code.
func TestSizes(t *testing.T) {
	rooms, methods, commands := map[string]int{}, map[string]int{}, 0
	files := token.NewFileSet()
	for _, path := range productFiles(t) {
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		room, lines := filepath.ToSlash(filepath.Dir(path)), files.File(file.Pos()).LineCount()
		if rooms[room] += lines; lines > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", path, lines, maxFileLines)
		}
		for f := range functions(file) {
			if lines := files.Position(f.End()).Line - files.Position(f.Pos()).Line + 1; lines > maxFunctionLines {
				t.Errorf("%s in %s has %d lines, more than %d", f.Name.Name, path, lines, maxFunctionLines)
			}
			commands += one(isCommand(room, f))
			if f.Recv != nil {
				methods[room+": "+receiver(f.Recv.List[0].Type)]++
			}
		}
	}
	for room, lines := range rooms {
		if limit := roomLimit(room, commands); lines > limit {
			t.Errorf("%s has %d lines, more than %d", room, lines, limit)
		}
	}
	for name, n := range methods {
		if n > maxMethods {
			t.Errorf("%s has %d methods, more than %d", name, n, maxMethods)
		}
	}
}

// isCommand reports whether a function defines a command of the command line.
func isCommand(room string, f *ast.FuncDecl) bool {
	return room == "internal/cli" && f.Recv == nil && strings.HasSuffix(f.Name.Name, "Command")
}

// functions yields the functions and methods of a file.
func functions(file *ast.File) iter.Seq[*ast.FuncDecl] {
	return func(yield func(*ast.FuncDecl) bool) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && !yield(f) {
				return
			}
		}
	}
}

func roomLimit(room string, commands int) int {
	switch {
	case room == "internal/cli":
		return maxCommandLines * commands
	case slices.Contains(largeRooms, room):
		return math.MaxInt
	}
	return maxRoomLines
}

// productFiles returns the Go files, without tests and without the module that tests the program from outside.
func productFiles(t *testing.T) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch path = filepath.ToSlash(path); {
		case err != nil:
			return err
		case path == "internal/conformance", d.IsDir() && path != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil || len(paths) < 100 {
		t.Fatalf("found %d files, %v", len(paths), err)
	}
	return paths
}

// receiver returns the name of the type of a method.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}
