package importer

import (
	"maps"
	"slices"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/yamldoc"
)

// defaultsHead is the comment above new defaults.
const defaultsHead = "# All organizations in this directory and below share these values. An organization's own file wins."

// leastShared is how many organizations must have a value before it counts as shared.
const leastShared = 2

// share moves what all organizations of the directory have in common from the new documents to the defaults of the directory: values of
// sections that are no lists. Organizations that the tree has already must have the same values, but their files stay as they are.
func (i *newImport) share() {
	i.report.Defaults = i.tree.Name(i.defaultsPath())
	if i.report.HadDefaults = i.Exists(i.defaultsPath()); i.report.HadDefaults {
		return
	}
	documents := i.documents()
	all := slices.Concat(documents, i.neighbors())
	if len(documents) == 0 || len(all) < leastShared {
		return
	}
	shared := resource.Fields{}
	for _, k := range resource.Kinds {
		if section, isObject := documents[0][k.Name].(resource.Fields); isObject && k.Key == "" {
			shared[k.Name] = commonOf(section, part(all, k.Name))
		}
	}
	if maps.DeleteFunc(shared, func(_ string, section any) bool { return plain.Equal(section, nil) }); len(shared) == 0 {
		return
	}
	for _, document := range documents {
		take(document, shared)
	}
	i.defaults, i.report.Shared = shared, adopt.PartsOf(shared)
}

// documents returns the documents of the new organizations that did not fail.
func (i *newImport) documents() (all []resource.Fields) {
	for _, o := range i.newOrgs {
		if o.document != nil {
			all = append(all, o.document)
		}
	}
	return all
}

// neighbors returns the organizations that the tree has below the directory.
func (s *site) neighbors() (all []resource.Fields) {
	for _, o := range s.existing {
		if isBelow(s.dir, o.Start().File) {
			all = append(all, effective(o))
		}
	}
	return all
}

// effective returns the sections of an organization of the tree that are no lists, with what they inherit.
func effective(o *spec.Org) resource.Fields {
	sections := resource.Fields{}
	for kind, objects := range o.Want {
		if k := resource.ByName(kind); k.Key == "" && k != resource.Organization {
			sections[kind] = objects[0].Fields
		}
	}
	return sections
}

// part returns the values of a key in several objects; nil for an object without it.
func part(all []resource.Fields, key string) []resource.Fields {
	parts := make([]resource.Fields, len(all))
	for n, fields := range all {
		parts[n], _ = fields[key].(resource.Fields)
	}
	return parts
}

// commonOf returns the values of the first object that all have, and of objects in it the parts that all have.
func commonOf(first resource.Fields, all []resource.Fields) resource.Fields {
	common := resource.Fields{}
	for key, value := range first {
		if inner, isObject := value.(resource.Fields); isObject {
			if parts := commonOf(inner, part(all, key)); len(parts) > 0 {
				common[key] = parts
			}
			continue
		}
		has := func(fields resource.Fields) bool {
			other, isThere := fields[key]
			return isThere && plain.Equal(other, value)
		}
		if !slices.ContainsFunc(all, func(fields resource.Fields) bool { return !has(fields) }) {
			common[key] = value
		}
	}
	return common
}

// take removes shared values from a document, and objects that become empty.
func take(from, shared resource.Fields) {
	for key, value := range shared {
		inner, isObject := value.(resource.Fields)
		if !isObject {
			delete(from, key)
			continue
		}
		own, _ := from[key].(resource.Fields)
		if take(own, inner); len(own) == 0 {
			delete(from, key)
		}
	}
}

func defaultsText(i *newImport) []byte { return yamldoc.Write(defaultsHead, i.defaults, i.order) }
