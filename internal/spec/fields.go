package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/yamldata"
)

// Fields returns the fields that a document may have, sorted: sections and their parts. For a list of objects, it returns only the
// name of the list.
func Fields() ([]string, error) {
	root, err := documentShape()
	if err != nil {
		return nil, err
	}
	var fields []string
	for s := range root.all() {
		if s.path != "" && !strings.Contains(s.path, "[]") {
			fields = append(fields, s.path)
		}
	}
	slices.Sort(fields)
	return fields, nil
}

// FieldsOf returns the fields that an object of a list may have, sorted: the part after invitations/KEY/. It returns nil if there is
// no such list.
func FieldsOf(k *resource.Kind) ([]string, error) {
	root, err := documentShape()
	if err != nil {
		return nil, err
	}
	item := root.entry(k.Name).item()
	if item == nil {
		return nil, nil
	}
	return slices.DeleteFunc(slices.Clone(item.names), func(name string) bool { return name == k.Key }), nil
}

// CheckFields checks the fields of an object of a saved plan as if they were written in a tree. If the object exists, the fields that
// a new one requires may be missing. The error names the object and the field.
func CheckFields(k *resource.Kind, key string, fields resource.Fields, exists bool) error {
	v, err := compiled()
	if err != nil {
		return err
	}
	c := &checker{validator: v}
	f := v.part
	if k == resource.Organization {
		f = v.organization
	}
	c.check(v.fragment(k, key, fields), f)
	var problems []string
	for _, d := range c.found {
		isWrong := d.Severity == Error || d.Rule == notAnAddress.ID // Atlas does not invite that name [api createOrgUser]
		if isWrong && !(exists && slices.Contains([]string{missingKey.ID, notAnAddress.ID}, d.Rule)) {
			problems = append(problems, d.Message)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %s", strings.TrimSuffix(k.Name+"/"+key, "/"), slices.Min(problems))
}

// fragment returns the part of a document that corresponds to the fields of an object.
func (v *validator) fragment(k *resource.Kind, key string, fields resource.Fields) *yamldata.Node {
	switch {
	case k == resource.Organization:
		return v.organizationFragment(fields)
	case k.Key == "":
		return nodeOf(resource.Fields{k.Name: fields})
	}
	item := maps.Clone(fields)
	if item == nil {
		item = resource.Fields{}
	}
	item[k.Key] = key
	return nodeOf(resource.Fields{k.Name: []any{item}})
}

// organizationFragment moves the fields of create below that key, as in a document. In a step that creates an organization, they are
// next to the name.
func (v *validator) organizationFragment(fields resource.Fields) *yamldata.Node {
	document, create := resource.Fields{}, resource.Fields{}
	for field, value := range fields {
		if v.organization.shape.properties[field] != nil {
			document[field] = value
		} else {
			create[field] = value
		}
	}
	if len(create) > 0 {
		document["create"] = create
	}
	return nodeOf(document)
}

// nodeOf returns a plain value as a node without places.
func nodeOf(value any) *yamldata.Node {
	switch value := value.(type) {
	case resource.Fields:
		entries := make([]*yamldata.Entry, 0, len(value))
		for _, key := range slices.Sorted(maps.Keys(value)) {
			entries = append(entries, &yamldata.Entry{Key: key, Value: nodeOf(value[key])})
		}
		return &yamldata.Node{Value: entries}
	case []any:
		items := make([]*yamldata.Node, len(value))
		for i, item := range value {
			items[i] = nodeOf(item)
		}
		return &yamldata.Node{Value: items}
	}
	return &yamldata.Node{Value: value}
}
