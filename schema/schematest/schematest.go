// Package schematest makes objects of every section of an organization from the schemas. Tests check general laws with
// these objects, so that they cover a new kind as soon as it has a schema.
package schematest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"atlas-gitops/schema"
)

// object is a schema, or any JSON object.
type object = map[string]any

// Generator makes random objects. Each value is chosen from a few, so that two objects often have equal values.
type Generator struct{ *rand.Rand }

// New returns a generator that makes the same objects for the same seed.
func New(seed uint64) Generator { return Generator{rand.New(rand.NewPCG(seed, 1))} }

// Chance is true half of the time.
func (g Generator) Chance() bool { return g.IntN(2) == 0 }

// Object returns an object of a section as a tree can have it: all required properties, and a random choice of the
// others.
func (g Generator) Object(section string) object {
	return g.properties(sectionSchema(section), func(name string, required bool) bool { return required || g.Chance() })
}

// Live returns an object of a section as Atlas can return it: with all properties except those with x-control.
func (g Generator) Live(section string) object {
	fields := schema.SectionOf(section).Fields
	return g.properties(sectionSchema(section), func(name string, _ bool) bool { return !fields[name].IsControl })
}

// sectionSchema returns the schema of a section, or of the objects of a list. For the document, it keeps only the
// organization's own fields.
func sectionSchema(section string) place {
	root := place{schema.Document, files()[schema.Document]}
	fields := schema.SectionOf(section).Fields
	if section != schema.Organization {
		at := root.at("properties", section)
		if at.schema["items"] != nil {
			at = at.at("items")
		}
		return at.follow()
	}
	own := maps.Clone(root.schema)
	own["properties"] = object{}
	for name, property := range root.schema["properties"].(object) {
		if field, known := fields[name]; known && !field.IsControl {
			own["properties"].(object)[name] = property
		}
	}
	return place{root.file, own}
}

// place is a schema, and the file to which its references are relative.
type place struct {
	file   string
	schema object
}

func (p place) at(keys ...string) place {
	for _, key := range keys {
		part, ok := p.schema[key].(object)
		if !ok {
			panic(fmt.Sprintf("schematest: %s has no %s in schema/%s", strings.Join(keys, "/"), key, p.file))
		}
		p.schema = part
	}
	return p
}

// follow resolves the reference of the schema.
func (p place) follow() place {
	ref, _ := p.schema["$ref"].(string)
	if ref == "" {
		return p
	}
	file, pointer, _ := strings.Cut(ref, "#/")
	target := place{p.file, files()[p.file]}
	if file != "" {
		target = place{file, files()[file]}
	}
	if pointer != "" {
		target = target.at(strings.Split(pointer, "/")...)
	}
	target = target.follow()
	merged := maps.Clone(target.schema)
	own := maps.Clone(p.schema)
	delete(own, "$ref")
	maps.Copy(merged, own)
	return place{target.file, merged}
}

func (g Generator) properties(p place, has func(name string, required bool) bool) object {
	required, _ := p.schema["required"].([]any)
	all, _ := p.schema["properties"].(object)
	o := object{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if has(name, slices.Contains(required, any(name))) {
			o[name] = g.value(p.at("properties", name).follow())
		}
	}
	return o
}

// value returns one of the values that the schema allows.
func (g Generator) value(p place) any {
	if isNullable(p.schema) && g.IntN(4) == 0 {
		return nil
	}
	switch free, isMap := p.schema["additionalProperties"].(object); {
	case p.schema["items"] != nil:
		return g.list(p)
	case isMap:
		return g.mapping(place{p.file, free}.follow())
	case p.schema["properties"] != nil:
		return g.properties(p, func(string, bool) bool { return g.Chance() })
	}
	values := domain(p.schema)
	return values[g.IntN(len(values))]
}

func isNullable(s object) bool {
	types, _ := s["type"].([]any)
	return slices.Contains(types, any("null"))
}

// list returns different items in random order: the required number and up to two more.
func (g Generator) list(p place) []any {
	items := p.at("items").follow()
	size := int(number(p.schema, "minItems", 0)) + g.IntN(3)
	var list []any
	for range 10 * size {
		item := g.value(items)
		if isNew := !slices.ContainsFunc(list, func(other any) bool { return equal(item, other) }); isNew && len(list) < size {
			list = append(list, item)
		}
	}
	if list == nil {
		list = []any{}
	}
	return list
}

func (g Generator) mapping(values place) object {
	o := object{}
	for _, key := range []string{"A", "B", "C"} {
		if g.Chance() {
			o[key] = g.value(values)
		}
	}
	return o
}

// domain returns a few of the values that the schema of a simple value allows.
func domain(s object) []any {
	for _, keyword := range []string{"enum", "examples"} {
		if values, ok := s[keyword].([]any); ok {
			return values[:min(len(values), 3)]
		}
	}
	switch typeOf(s) {
	case "boolean":
		return []any{false, true}
	case "integer":
		least := number(s, "minimum", 0)
		most := number(s, "maximum", least+1000)
		return []any{json.Number(fmt.Sprint(least)), json.Number(fmt.Sprintf("%d.0", least)), json.Number(fmt.Sprint(most))}
	case "string":
		return texts(s)
	}
	panic(fmt.Sprintf("schematest: there are no values for %v", s))
}

// typeOf returns the type that is not null.
func typeOf(s object) string {
	if types, ok := s["type"].([]any); ok {
		i := slices.IndexFunc(types, func(t any) bool { return t != "null" })
		return fmt.Sprint(types[i])
	}
	return fmt.Sprint(s["type"])
}

func number(s object, keyword string, absent int64) int64 {
	if n, ok := s[keyword].(json.Number); ok {
		absent, _ = n.Int64()
	}
	return absent
}

func equal(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y)
}

// files holds all schemas by file name.
var files = sync.OnceValue(func() map[string]object {
	all := map[string]object{}
	entries, err := schema.Files.ReadDir(".")
	for _, entry := range entries {
		var data []byte
		if data, err = schema.Files.ReadFile(entry.Name()); err != nil {
			break
		}
		decoder, s := json.NewDecoder(bytes.NewReader(data)), object{}
		decoder.UseNumber()
		if err = decoder.Decode(&s); err != nil {
			break
		}
		all[entry.Name()] = s
	}
	if err != nil {
		panic("schematest: " + err.Error())
	}
	return all
})
