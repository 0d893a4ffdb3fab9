package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// attribute is one field that a request body may have.
type attribute struct {
	name  string
	use   use
	check check
}

type use int

const (
	optional use = iota
	required
	nullable // optional, and null is a value
	readOnly // known, but not to be written
)

// check refuses a value that the field at path cannot have.
type check func(path string, v any) error

var emailAddress = regexp.MustCompile("^[a-zA-Z0-9.!#$%&'*+/=?^_{|}~`-]+@[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)+$")

// conform refuses a body that has unknown, read-only or wrong fields, or lacks required
// ones. Atlas refuses unknown fields, it does not ignore them (documented).
func conform(body fields, attributes []attribute) error { return object(attributes)("", body) }

// object checks every field of an object, by name, then what is missing.
func object(attributes []attribute) check {
	return func(path string, v any) error {
		body, ok := v.(fields)
		if !ok {
			return wrongType(path)
		}
		for _, name := range slices.Sorted(maps.Keys(body)) {
			if err := checkField(attributes, path, name, body[name]); err != nil {
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
}

func checkField(attributes []attribute, path, name string, v any) error {
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
	return a.check(full, v)
}

func missing(path string) *failure {
	return bad("MISSING_ATTRIBUTE", "The required attribute "+path+" was not specified.", path)
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

func boolean(path string, v any) error {
	if _, ok := v.(bool); !ok {
		return wrongType(path)
	}
	return nil
}

// integer checks for a whole number from least to most, written without fraction or exponent.
func integer(least, most int64) check {
	return func(path string, v any) error {
		number, _ := v.(json.Number)
		n, err := strconv.ParseInt(number.String(), 10, 64)
		switch {
		case errors.Is(err, strconv.ErrSyntax):
			return wrongType(path)
		case err != nil || n < least || n > most:
			return violation(path, fmt.Sprintf("must be an integer from %d to %d", least, most))
		}
		return nil
	}
}

// text checks for a string of least to most characters that matches pattern, when there is one.
func text(least, most int, pattern *regexp.Regexp) check {
	return func(path string, v any) error {
		s, ok := v.(string)
		if !ok {
			return wrongType(path)
		}
		if n := utf8.RuneCountInString(s); n < least || n > most {
			return violation(path, fmt.Sprintf("must be a string of %d to %d characters", least, most))
		}
		if pattern != nil && !pattern.MatchString(s) {
			return violation(path, "must match "+pattern.String())
		}
		return nil
	}
}

func anyString(path string, v any) error {
	if _, ok := v.(string); !ok {
		return wrongType(path)
	}
	return nil
}

func email(path string, v any) error {
	if err := anyString(path, v); err != nil {
		return err
	}
	if !emailAddress.MatchString(str(v)) {
		return violation(path, "must be an email address")
	}
	return nil
}

// oneOf checks for one of the strings allowed.
func oneOf(allowed ...string) check {
	return func(path string, v any) error {
		if s, ok := v.(string); !ok || !slices.Contains(allowed, s) {
			return violation(path, fmt.Sprintf("must be one of %q", allowed))
		}
		return nil
	}
}

func orgRole(path string, v any) error {
	if err := anyString(path, v); err != nil {
		return err
	}
	if s := str(v); !isOrgRole(s) {
		return bad("INVALID_ENUM_VALUE", "An invalid enumeration value "+s+" was specified.", s)
	}
	return nil
}

// list checks for an array of at least that many elements, each of which satisfies element.
func list(least int, element check) check {
	return func(path string, v any) error {
		elements, ok := v.([]any)
		if !ok {
			return wrongType(path)
		}
		if len(elements) < least {
			return violation(path, fmt.Sprintf("must be a list of at least %d", least))
		}
		for i, e := range elements {
			if err := element(join(path, strconv.Itoa(i)), e); err != nil {
				return err
			}
		}
		return nil
	}
}

// set checks for a list of different strings.
func set(least int, element check) check {
	all := list(least, element)
	return func(path string, v any) error {
		if err := all(path, v); err != nil {
			return err
		}
		names := slices.Sorted(slices.Values(strs(v)))
		if len(slices.Compact(slices.Clone(names))) < len(names) {
			return violation(path, "must not hold a value twice")
		}
		return nil
	}
}

// strs are the strings of a checked list; a field that was left out has none.
func strs(v any) []string {
	elements, _ := v.([]any)
	all := make([]string, 0, len(elements))
	for _, e := range elements {
		s, _ := e.(string)
		all = append(all, s)
	}
	return all
}

// str is a checked string; a field that was left out is "".
func str(v any) string {
	s, _ := v.(string)
	return s
}
