package schematest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"atlas-gitops/internal/resource"
	"atlas-gitops/schema"
	"atlas-gitops/schema/schematest"
)

// TestObjects: every object is valid by its schema, and every property gets more than one value.
func TestObjects(t *testing.T) {
	document := compiled(t)
	for _, k := range resource.Kinds {
		seen := map[string]map[string]bool{}
		for seed := range uint64(100) {
			o := schematest.New(seed).Object(k.Name)
			if diff := cmp.Diff(o, schematest.New(seed).Object(k.Name)); diff != "" {
				t.Fatalf("%s: the same seed makes another object: %s", k.Name, diff)
			}
			for name, value := range o {
				if seen[name] == nil {
					seen[name] = map[string]bool{}
				}
				text, _ := json.Marshal(value)
				seen[name][string(text)] = true
			}
			if err := document.Validate(tree(k, o)); err != nil {
				t.Errorf("%s %v: %#v", k.Name, o, err)
			}
		}
		for name, field := range schema.SectionOf(k.Name).Fields {
			if isOwn := k != resource.Organization || !field.IsControl; len(seen[name]) < 2 == isOwn {
				t.Errorf("%s: %s has %d values", k.Name, name, len(seen[name]))
			}
		}
	}
}

// TestLive: an object has every field except those with x-control.
func TestLive(t *testing.T) {
	for _, k := range resource.Kinds {
		live := schematest.New(1).Live(k.Name)
		for name, field := range schema.SectionOf(k.Name).Fields {
			if _, has := live[name]; has == field.IsControl {
				t.Errorf("%s: %s is there: %v", k.Name, name, has)
			}
		}
	}
}

// tree returns a document with the object in its section.
func tree(k *resource.Kind, o map[string]any) map[string]any {
	switch {
	case k == resource.Organization:
		return o
	case k.Key == "":
		return map[string]any{"name": "Acme", k.Name: o}
	}
	return map[string]any{"name": "Acme", k.Name: []any{o}}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	entries, err := schema.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	const base = "https://schemas.example/"
	for _, entry := range entries {
		data, err := schema.Files.ReadFile(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource(base+entry.Name(), bytes.NewReader(bytes.ReplaceAll(data, []byte(`"$id": "`), fmt.Appendf(nil, `"$id": "%s`, base)))); err != nil {
			t.Fatal(err)
		}
	}
	s, err := compiler.Compile(base + "organization.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}
