package spec

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
	"atlas-gitops/schema"
)

// shape is what the schemas say about the value in one place of a document, with their references followed.
type shape struct {
	path       string // from the document to the value: "settings", "invitations[].roles"
	keywords   resource.Fields
	properties map[string]*shape // of an object
	values     *shape            // of an object with free keys
	items      *shape            // of a list
	examples   []string          // the values that are known, where others are possible
}

// newShape follows the schemas, by file name, from the one of a document.
func newShape(raw map[string]any) *shape { return shapeOf(raw, rootSchema, raw[rootSchema], "") }

func shapeOf(raw map[string]any, file string, part any, path string) *shape {
	within, _ := part.(resource.Fields)
	s := &shape{path: path, keywords: resource.Fields{}, properties: map[string]*shape{}}
	if ref, ok := within["$ref"].(string); ok {
		target, at := resolve(raw, file, ref)
		s = shapeOf(raw, target, at, path)
	}
	maps.Copy(s.keywords, within)
	properties, _ := within["properties"].(resource.Fields)
	for name, property := range properties {
		s.properties[name] = shapeOf(raw, file, property, strings.TrimPrefix(path+"."+name, "."))
	}
	if values, ok := within["additionalProperties"].(resource.Fields); ok {
		s.values = shapeOf(raw, file, values, path+".*")
	}
	if examples := within["examples"]; examples != nil {
		s.examples = texts(examples)
	}
	if items := within["items"]; items != nil {
		s.items = shapeOf(raw, file, items, path+"[]")
	}
	return s
}

// resolve returns the file of the schema that a reference in a file leads to, and the schema.
func resolve(raw map[string]any, file, ref string) (string, any) {
	target, pointer, _ := strings.Cut(ref, "#")
	if target == "" {
		target = file
	}
	at := raw[target]
	for _, token := range tokens(pointer) {
		within, _ := at.(resource.Fields)
		at = within[token]
	}
	return target, at
}

// entry returns the shape of the value of a key. It is nil for an unknown key.
func (s *shape) entry(key string) *shape {
	switch {
	case s == nil:
		return nil
	case s.properties[key] != nil:
		return s.properties[key]
	}
	return s.values
}

func (s *shape) item() *shape {
	if s == nil {
		return nil
	}
	return s.items
}

// all yields the shape and those of everything in it.
func (s *shape) all() iter.Seq[*shape] {
	return func(yield func(*shape) bool) { s.each(yield) }
}

func (s *shape) each(yield func(*shape) bool) bool {
	if s == nil {
		return true
	}
	if !yield(s) || !s.values.each(yield) || !s.items.each(yield) {
		return false
	}
	for _, name := range slices.Sorted(maps.Keys(s.properties)) {
		if !s.properties[name].each(yield) {
			return false
		}
	}
	return true
}

// matches tells whether a text has the form that the shape wants.
func (s *shape) matches(text string) bool {
	pattern, _ := s.keywords["pattern"].(string)
	ok, err := regexp.MatchString(pattern, text)
	return ok && err == nil
}

// place says where in a document the shape is, in words.
func (s *shape) place() string {
	list, isItem := strings.CutSuffix(s.path, "[]")
	switch {
	case s.path == "":
		return "at the top level"
	case isItem:
		return "in an item of " + list
	}
	return "in " + s.path
}

// means tells whether a word is that of a property of the shape, but for case and punctuation, or Atlas's name of it.
func (s *shape) means(word string) (property string, atlas bool) {
	for _, name := range slices.Sorted(maps.Keys(s.properties)) {
		if bare(name) == bare(word) {
			return name, false
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.properties)) {
		if slices.Contains(texts(s.properties[name].keywords["x-atlas"]), word) {
			return name, true
		}
	}
	return "", false
}

// homes returns the property that a word means anywhere in a document, and the places where it has one. Those in
// create, which is written once, count only where there are no others.
func (s *shape) homes(word string) (property string, places []string) {
	rare, inCreate := "", []string{}
	for home := range s.all() {
		name, _ := home.means(word)
		switch {
		case name == "":
		case strings.HasPrefix(home.path, "create"):
			rare, inCreate = name, append(inCreate, home.place())
		default:
			property, places = name, append(places, home.place())
		}
	}
	if len(places) == 0 {
		return rare, inCreate
	}
	return property, places
}

// rawSchemas returns the parsed schemas by file name.
func rawSchemas() (map[string]any, error) {
	raw := map[string]any{}
	names, err := fs.Glob(schema.Files, "*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := fs.ReadFile(schema.Files, name)
		if err != nil {
			return nil, err
		}
		var doc any
		if err := json.Unmarshal(data, &doc); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		raw[name] = doc
	}
	return raw, nil
}
