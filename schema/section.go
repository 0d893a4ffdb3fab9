package schema

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Organization is the name of the section with the fields of the document itself.
const Organization = "organization"

// Section contains the schema annotations of one section of an organization, but not the allowed values.
type Section struct {
	Fields     map[string]Field // fields of the section, or of each of its objects
	ReadRoles  []string         // x-read-role: the least role that can read the section is one of these [api]
	IsImported bool             // x-import: an import without --sections has it
}

// Field contains the annotations of a field. A field without annotations is a value, or a record whose omitted parts
// are not managed.
type Field struct {
	IsMap     bool             // x-map: its keys are free. Entries that are not in the tree are removed, as in lists
	IsControl bool             // x-control: it controls how atlas-gitops manages the object. It is neither compared nor sent
	IsEmail   bool             // format: email
	ApplyLast *ApplyLast       // x-apply-last; nil for most fields
	Weaker    Weaker           // x-weaker; "" if no value is weaker than another
	Parts     map[string]Field // of a record; nil for everything else
}

// Weaker says which values of a field protect an organization less than others. An unset value (null) always protects least.
type Weaker string

const (
	WeakerFalse  Weaker = "false"  // false is weaker than true
	WeakerTrue   Weaker = "true"   // true is weaker than false
	WeakerHigher Weaker = "higher" // a higher number is weaker
	WeakerUnset  Weaker = "unset"  // only an unset value is weaker
)

// ApplyLast says which values of a field are applied after everything else in the organization.
type ApplyLast struct {
	Except []any `json:"except"` // all values except these; each is null, a boolean or a text
}

// IsDeferred reports whether a value of the field must be applied last.
func (f Field) IsDeferred(value any) bool {
	return f.ApplyLast != nil && !slices.ContainsFunc(f.ApplyLast.Except, func(e any) bool { return e == value })
}

// SectionOf returns the annotations of a section. The result is empty if there is no such section.
func SectionOf(name string) Section { return sections()[name] }

// sections reads the embedded files once. An invalid file is an error of the build, so it panics.
var sections = sync.OnceValue(func() map[string]Section {
	all, err := readSections()
	if err != nil {
		panic("schema: " + err.Error())
	}
	return all
})

// node is the part of a schema that this package reads.
type node struct {
	Ref        string           `json:"$ref"`
	Defs       map[string]*node `json:"$defs"`
	Properties map[string]*node `json:"properties"`
	Items      *node            `json:"items"`
	Format     string           `json:"format"`
	Then       *node            `json:"then"`
	Map        bool             `json:"x-map"`
	Control    bool             `json:"x-control"`
	ReadRoles  []string         `json:"x-read-role"`
	Import     bool             `json:"x-import"`
	ApplyLast  *ApplyLast       `json:"x-apply-last"`
	Weaker     Weaker           `json:"x-weaker"`
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
		if all[name], err = section(files, file, property); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// fileOf returns the schema file of a section or of its objects, or "" for a property of the document itself.
func fileOf(property *node) string {
	if property.Items != nil {
		property = property.Items
	}
	if strings.HasSuffix(property.Ref, ".json") {
		return property.Ref
	}
	return ""
}

func section(files map[string]*node, file string, in *node) (Section, error) {
	object, err := load(files, file)
	if err != nil {
		return Section{}, err
	}
	s := Section{Fields: map[string]Field{}, ReadRoles: in.ReadRoles, IsImported: in.Import}
	for name, property := range object.Properties {
		if s.Fields[name], err = field(files, file, property); err != nil {
			return Section{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return s, nil
}

// field reads the annotations of a property and of the definition that it refers to.
func field(files map[string]*node, file string, n *node) (Field, error) {
	f := Field{IsMap: n.Map, IsControl: n.Control, IsEmail: n.Format == "email", ApplyLast: n.ApplyLast, Weaker: n.Weaker}
	var err error
	if f.Parts, err = parts(files, file, n); err != nil {
		return f, err
	}
	if n.Then != nil { // an address, or another name that Atlas has for a person
		then, err := field(files, file, n.Then)
		if err != nil {
			return f, err
		}
		f.IsEmail = f.IsEmail || then.IsEmail
	}
	if n.Ref == "" {
		return f, nil
	}
	target, definition, err := follow(files, file, n.Ref)
	if err != nil {
		return f, err
	}
	d, err := field(files, target, definition)
	f.IsMap, f.IsControl, f.IsEmail = f.IsMap || d.IsMap, f.IsControl || d.IsControl, f.IsEmail || d.IsEmail
	f.ApplyLast, f.Weaker = cmp.Or(f.ApplyLast, d.ApplyLast), cmp.Or(f.Weaker, d.Weaker)
	if f.Parts == nil {
		f.Parts = d.Parts
	}
	return f, err
}

// follow returns the definition that a file refers to, and the file in which it is.
func follow(files map[string]*node, file, ref string) (target string, definition *node, err error) {
	target, name, _ := strings.Cut(ref, "#/$defs/")
	target = cmp.Or(target, file)
	in, err := load(files, target)
	if err == nil && in.Defs[name] == nil {
		err = fmt.Errorf("%s refers to %s, which does not exist", file, ref)
	}
	if err != nil {
		return target, nil, err
	}
	return target, in.Defs[name], nil
}

// parts reads the annotations of the parts of a record. The parts of a control are neither compared nor sent.
func parts(files map[string]*node, file string, n *node) (all map[string]Field, err error) {
	if len(n.Properties) == 0 || n.Control {
		return nil, nil
	}
	all = map[string]Field{}
	for name, part := range n.Properties {
		if all[name], err = field(files, file, part); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return all, nil
}

// load reads each file once.
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
