package spec

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/yamldata"
)

// bundledSchema compiles a bundled schema, as editors do.
func bundledSchema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	data, err := Schema(name)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	if err := compiler.AddResource("https://elsewhere.example/bundled.json", bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	bundled, err := compiler.Compile("https://elsewhere.example/bundled.json")
	if err != nil {
		t.Fatalf("not a schema by itself: %v", err)
	}
	return bundled
}

func TestBundledSchemaAgreesWithLoad(t *testing.T) {
	bundled := bundledSchema(t, "")
	v, err := newValidator()
	if err != nil {
		t.Fatal(err)
	}
	checkVerdicts(t, v.organization, bundled, 20, func(file string) bool { return path.Base(file) != AcceptedFile })
	checkVerdicts(t, v.accepted, bundledSchema(t, "accepted"), 2, func(file string) bool { return path.Base(file) == AcceptedFile })
	examples, err := fs.Glob(os.DirFS("../.."), "examples/orgs/*.yaml")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples, %v", err)
	}
	for _, file := range examples {
		if specialFor(file) == nil {
			checkExample(t, bundled, file)
		}
	}
}

// checkVerdicts checks that the loader and a schema agree on the documents of some files. Both verdicts must occur a number of times.
func checkVerdicts(t *testing.T, f *form, bundled *jsonschema.Schema, atLeast int, takes func(file string) bool) {
	t.Helper()
	verdicts := map[bool]int{}
	for _, name := range slices.Concat(archives(t, "bad"), archives(t, "good")) {
		for _, d := range parsed(t, name) {
			if !takes(d.root.Place.File) {
				continue
			}
			accepted := !d.repeats && len(f.check(d.root)) == 0
			verdicts[accepted]++
			if err := bundled.Validate(d.root.Plain()); (err == nil) != accepted {
				t.Errorf("%s: %s: the loader accepts: %v; the schema says %v", name, d.root.Place, accepted, err)
			}
		}
	}
	if verdicts[true] < atLeast || verdicts[false] < atLeast {
		t.Errorf("the corpus holds too few documents to tell: %v", verdicts)
	}
}

// checkExample checks that an editor reports nothing in an example.
func checkExample(t *testing.T, bundled *jsonschema.Schema, file string) {
	t.Helper()
	data, err := os.ReadFile("../../" + file)
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range yamldata.Parse(file, yamldata.NewText(data)).Documents() {
		if err := bundled.Validate(root.Plain()); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

type document struct {
	root    *yamldata.Node
	repeats bool // its file lists something twice, which only the parser reports
}

// parsed returns the documents of an archive that are JSON values. Only the parser finds the mistakes in other documents.
func parsed(t *testing.T, name string) (documents []document) {
	tree, _, _ := unpack(t, readArchive(t, name))
	for file, f := range tree {
		var other, repeats bool
		content := yamldata.Parse(file, yamldata.NewText(f.Data))
		for _, p := range content.Problems {
			other, repeats = other || p.Kind != yamldata.DuplicateItem, repeats || p.Kind == yamldata.DuplicateItem
		}
		for _, root := range content.Documents() {
			if !other && strings.HasPrefix(file, "orgs/") && !strings.HasSuffix(file, DefaultsFile) {
				documents = append(documents, document{root, repeats})
			}
		}
	}
	return documents
}

func TestSchemaNames(t *testing.T) {
	names := SchemaNames()
	if !slices.IsSorted(names) || !slices.Contains(names, "organization") || len(names) < 2 {
		t.Errorf("got %v", names)
	}
	for _, name := range names {
		data, err := Schema(name)
		if err != nil {
			t.Errorf("Schema(%q): %v", name, err)
		} else if _, err := jsonschema.CompileString("https://elsewhere.example/"+name+".json", string(data)); err != nil {
			t.Errorf("Schema(%q) does not stand alone: %v", name, err)
		}
	}
	for _, name := range []string{"nothing", "../schema", "organization.json"} {
		if _, err := Schema(name); err == nil {
			t.Errorf("Schema(%q) exists", name)
		}
	}
}

// TestSchemasHaveDescriptions checks the descriptions, which editors show, and the titles, which messages use for allowed values.
func TestSchemasHaveDescriptions(t *testing.T) {
	raw, err := rawSchemas()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range slices.Sorted(maps.Keys(raw)) {
		explains(t, file, raw[file])
	}
}

func explains(t *testing.T, at string, v any) {
	within, _ := v.(resource.Fields)
	properties, _ := within["properties"].(resource.Fields)
	for name, property := range properties {
		if text, _ := property.(resource.Fields)["description"].(string); len(text) < 10 {
			t.Errorf("%s: property %s has no description", at, name)
		}
	}
	if _, ok := within["title"]; !ok && !strings.HasSuffix(at, "/if") && (within["pattern"] != nil || within["format"] != nil) {
		t.Errorf("%s has a pattern or a format, but no title that says what it takes", at)
	}
	for name, value := range within {
		explains(t, at+"/"+name, value)
	}
}

func TestEveryKeywordHasMessage(t *testing.T) {
	v, err := newValidator()
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range []*shape{v.organization.shape, v.accepted.shape} {
		everyKeywordHasMessage(t, root)
	}
}

func everyKeywordHasMessage(t *testing.T, root *shape) {
	t.Helper()
	silent := []string{"$schema", "$id", "$ref", "$defs", "title", "description", "properties", "items", "additionalProperties",
		"patternProperties", "if", "then", "uniqueItems", "examples", "x-atlas"}
	for s := range root.all() {
		for keyword := range s.keywords {
			b := brokenKeyword{keyword: keyword, node: &yamldata.Node{}, entry: &yamldata.Entry{Key: "x"}, shape: s, parent: s, root: root}
			if _, message, _ := b.words(); message == "" && !slices.Contains(silent, keyword) && !strings.HasPrefix(keyword, "x-") {
				t.Errorf("the schemas use %s, and a mistake would be told in the words of the library", keyword)
			}
		}
	}
}

// TestDefaultsSchema checks the schema of defaults files, which has no keys that belong to one organization.
func TestDefaultsSchema(t *testing.T) {
	data, err := Schema("defaults")
	if err != nil {
		t.Fatal(err)
	}
	defaults := jsonschema.MustCompileString("https://elsewhere.example/defaults.json", string(data))
	for _, row := range []struct {
		reason, doc string
		accepted    bool
	}{
		{"settings", `{"settings": {"multiFactorAuthRequired": true}}`, true},
		{"an empty object", `{}`, true},
		{"a place for anchors", `{"x-owners": ["ORG_OWNER"]}`, true},
		{"a name, which belongs to one organization", `{"name": "Acme"}`, false},
		{"an id, which belongs to one organization", `{"id": "5f1b0c0d0e0f0a0b0c0d0e0f"}`, false},
		{"a value that is also wrong in an organization", `{"settings": {"multiFactorAuthRequired": "yes"}}`, false},
	} {
		var doc any
		if err := json.Unmarshal([]byte(row.doc), &doc); err != nil {
			t.Fatal(err)
		}
		if err := defaults.Validate(doc); (err == nil) != row.accepted {
			t.Errorf("%s: %v", row.reason, err)
		}
	}
}

func TestExamplesLoad(t *testing.T) {
	tree, err := Load(os.DirFS("../.."), []string{"examples/orgs"})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range tree.Diagnostics {
		t.Errorf("%s: %s", d.Place, d.Message)
	}
	if len(tree.Orgs) == 0 {
		t.Error("no organization in examples/orgs")
	}
	for _, o := range tree.Orgs {
		at, _ := o.Place(resource.Organization.Name, "")
		data, err := os.ReadFile("../../" + at.File)
		if err != nil || !strings.HasPrefix(string(data), "# yaml-language-server: $schema=../../schema/organization.json\n") {
			t.Errorf("%s does not start with a line that leads an editor to the schema (%v)", at.File, err)
		}
	}
}
