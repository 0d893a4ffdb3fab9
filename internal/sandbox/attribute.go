package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// attribute is one field that a request body may have.
type attribute struct {
	name string
	use  use
	form form
}

type use int

const (
	optional use = iota
	required
	nullable // optional, null is allowed
	readOnly // known, but requests must not contain it
)

// readOnlyAttributes are fields of an answer that a request must not contain.
func readOnlyAttributes(names ...string) []attribute {
	all := make([]attribute, 0, len(names))
	for _, name := range names {
		all = append(all, attribute{name, readOnly, form{}})
	}
	return all
}

// conform refuses a body with unknown, read-only or wrong fields, or without required ones. Atlas rejects unknown
// fields, it does not ignore them [doc admin-api].
func conform(body fields, attributes []attribute) error { return object(attributes).refuse("", body) }

// refuseFields checks every field of an object in the order of names, then looks for missing fields.
func refuseFields(attributes []attribute, path string, body fields) error {
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if err := refuseField(attributes, path, name, body[name]); err != nil {
			return err
		}
	}
	for _, a := range attributes {
		if _, given := body[a.name]; a.use == required && !given {
			return missing(join(path, a.name))
		}
	}
	return nil
}

func refuseField(attributes []attribute, path, name string, v any) error {
	full := join(path, name)
	i := slices.IndexFunc(attributes, func(a attribute) bool { return a.name == name })
	if i < 0 {
		return bad("INVALID_ATTRIBUTE", "Invalid attribute "+full+" specified.", full)
	}
	a := attributes[i]
	switch {
	case a.use == readOnly:
		return bad("ATTRIBUTE_READ_ONLY", "The attribute "+full+" is read-only and cannot be changed by the user.", full)
	case v == nil && a.use == nullable:
		return nil
	case v == nil:
		return violation(full, "must not be null")
	}
	return a.form.refuse(full, v)
}

func missing(path string) *failure {
	return bad("MISSING_ATTRIBUTE", "The required attribute "+path+" was not specified.", path)
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }
