package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Organization is the name of the section that the fields of the document itself make up.
const Organization = "organization"

// Section is what the annotations of the schemas say of one section of an organization. What values it may have is not in here.
type Section struct {
	Fields    map[string]Field // of the section, or of each of its objects
	ReadRoles []string         // x-read-role: one of these roles is the least that reads the section (API description)
}

// Field is what the annotations say of a field. Without any it is a value or a record: a part that is not written is left alone.
type Field struct {
	IsMap     bool       // x-map: its keys are free. It is managed in full, as lists are: an entry that is not written is removed
	IsControl bool       // x-control: it says how an object is kept. It is neither compared nor sent
	IsEmail   bool       // format: email
	ApplyLast *ApplyLast // x-apply-last; nil for nearly all
}

// ApplyLast says which values of a field have to wait until everything else in the organization is done.
type ApplyLast struct {
	Except []any `json:"except"` // all values but these: null, flags and texts
}

// IsDeferred tells whether a value of the field has to wait.
func (f Field) IsDeferred(value any) bool {
	return f.ApplyLast != nil && !slices.ContainsFunc(f.ApplyLast.Except, func(e any) bool { return e == value })
}

// SectionOf returns what the annotations say of a section. It is empty for a section that no schema has.
func SectionOf(name string) Section { return sections()[name] }

// sections reads the embedded files once. They are part of the program: a file that is no schema is a fault of the build.
var sections = sync.OnceValue(func() map[string]Section {
	all, err := readSections()
	if err != nil {
		panic("schema: " + err.Error())
	}
	return all
})

// node is what this package reads of a schema.
type node struct {
	Ref        string           `json:"$ref"`
	Defs       map[string]*node `json:"$defs"`
	Properties map[string]*node `json:"properties"`
	Items      *node            `json:"items"`
	Format     string           `json:"format"`
	Map        bool             `json:"x-map"`
	Control    bool             `json:"x-control"`
	ReadRoles  []string         `json:"x-read-role"`
	ApplyLast  *ApplyLast       `json:"x-apply-last"`
}

func readSections() (map[string]Section, error) {
	files := map[string]*node{}
	root, err := load(files, Document)
	if err != nil {
		return nil, err
	}
	all := map[string]Section{Organization: {Fields: map[string]Field{}, ReadRoles: root.ReadRoles}}
	for name, property := range root.Properties {
		file := fileOf(property)
		if file == "" {
			if all[Organization].Fields[name], err = field(files, Document, property); err != nil {
				return nil, err
			}
			continue
		}
		if all[name], err = section(files, file, property.ReadRoles); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// fileOf returns the schema of a section, or of its objects; "" for a property of the document itself.
func fileOf(property *node) string {
	if property.Items != nil {
		property = property.Items
	}
	if strings.HasSuffix(property.Ref, ".json") {
		return property.Ref
	}
	return ""
}

func section(files map[string]*node, file string, readRoles []string) (Section, error) {
	object, err := load(files, file)
	if err != nil {
		return Section{}, err
	}
	s := Section{Fields: map[string]Field{}, ReadRoles: readRoles}
	for name, property := range object.Properties {
		if s.Fields[name], err = field(files, file, property); err != nil {
			return Section{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return s, nil
}

// field reads the annotations of a property, and of the definition that it refers to.
func field(files map[string]*node, file string, n *node) (Field, error) {
	f := Field{IsMap: n.Map, IsControl: n.Control, IsEmail: n.Format == "email", ApplyLast: n.ApplyLast}
	if n.Ref == "" {
		return f, nil
	}
	target, name, _ := strings.Cut(n.Ref, "#/$defs/")
	if target == "" {
		target = file
	}
	in, err := load(files, target)
	if err != nil {
		return f, err
	}
	if in.Defs[name] == nil {
		return f, fmt.Errorf("%s refers to %s, which does not exist", file, n.Ref)
	}
	d, err := field(files, target, in.Defs[name])
	f.IsMap, f.IsControl, f.IsEmail = f.IsMap || d.IsMap, f.IsControl || d.IsControl, f.IsEmail || d.IsEmail
	if f.ApplyLast == nil {
		f.ApplyLast = d.ApplyLast
	}
	return f, err
}

// load reads a file, once.
func load(files map[string]*node, file string) (*node, error) {
	if files[file] != nil {
		return files[file], nil
	}
	data, err := Files.ReadFile(file)
	if err != nil {
		return nil, err
	}
	decoder, n := json.NewDecoder(bytes.NewReader(data)), &node{}
	decoder.UseNumber()
	if err := decoder.Decode(n); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	files[file] = n
	return n, nil
}
