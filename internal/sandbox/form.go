package sandbox

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// form is what a value must look like: its JSON type, and a further check.
type form struct {
	jsonType string      // as JSON Schema names it; "": check decides
	parts    []attribute // the fields of an object
	check    check       // nil: no further check
}

// check refuses a value that has the right type but a wrong content.
type check func(path string, v any) error

// refuse returns what is wrong with the value of the field at path, or nil.
func (f form) refuse(path string, v any) error {
	if f.jsonType != "" && f.jsonType != jsonType(v) {
		return wrongType(path)
	}
	if body, ok := v.(fields); ok {
		if err := refuseFields(f.parts, path, body); err != nil {
			return err
		}
	}
	if f.check == nil {
		return nil
	}
	return f.check(path, v)
}

// jsonType returns the type of a parsed value, as JSON Schema names it. A number is an integer if it is written without
// fraction and exponent.
func jsonType(v any) string {
	switch v := v.(type) {
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "number"
		}
		return "integer"
	case []any:
		return "array"
	case fields:
		return "object"
	}
	return "null"
}

func boolean() form { return form{jsonType: "boolean"} }

func anyString() form { return form{jsonType: "string"} }

func object(parts []attribute) form { return form{jsonType: "object", parts: parts} }

// stringThat is a string that passes the check.
func stringThat(check func(path, s string) error) form {
	return form{jsonType: "string", check: func(path string, v any) error { return check(path, str(v)) }}
}

// integer is a whole number from least to most.
func integer(least, most int64) form {
	return form{jsonType: "integer", check: func(path string, v any) error {
		number, _ := v.(json.Number)
		if n, err := number.Int64(); err != nil || n < least || n > most {
			return violation(path, fmt.Sprintf("must be an integer from %d to %d", least, most))
		}
		return nil
	}}
}

// text is a string of least to most characters. If pattern is not nil, the string must match it.
func text(least, most int, pattern *regexp.Regexp) form {
	return stringThat(func(path, s string) error {
		if n := utf8.RuneCountInString(s); n < least || n > most {
			return violation(path, fmt.Sprintf("must be a string of %d to %d characters", least, most))
		}
		if pattern != nil && !pattern.MatchString(s) {
			return violation(path, "must match "+pattern.String())
		}
		return nil
	})
}

var emailAddress = regexp.MustCompile("^[a-zA-Z0-9.!#$%&'*+/=?^_{|}~`-]+@[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)+$")

func email() form {
	return stringThat(func(path, s string) error {
		if !emailAddress.MatchString(s) {
			return violation(path, "must be an email address")
		}
		return nil
	})
}

// oneOf is one of the allowed strings. Any other value gets the same refusal, even if it is not a string.
func oneOf(allowed ...string) form {
	return form{check: func(path string, v any) error {
		if s, ok := v.(string); !ok || !slices.Contains(allowed, s) {
			return violation(path, fmt.Sprintf("must be one of %q", allowed))
		}
		return nil
	}}
}

func orgRole() form {
	return stringThat(func(_, s string) error {
		if !isOrgRole(s) {
			return bad("INVALID_ENUM_VALUE", "An invalid enumeration value "+s+" was specified.", s)
		}
		return nil
	})
}

// list is an array of at least that many elements of one form.
func list(least int, element form) form {
	return form{jsonType: "array", check: func(path string, v any) error {
		elements, _ := v.([]any)
		if len(elements) < least {
			return violation(path, fmt.Sprintf("must be a list of at least %d items", least))
		}
		for i, e := range elements {
			if err := element.refuse(join(path, strconv.Itoa(i)), e); err != nil {
				return err
			}
		}
		return nil
	}}
}

// set is a list of different strings.
func set(least int, element form) form {
	all := list(least, element)
	return form{jsonType: "array", check: func(path string, v any) error {
		if err := all.refuse(path, v); err != nil {
			return err
		}
		names := slices.Sorted(slices.Values(strs(v)))
		if len(slices.Compact(slices.Clone(names))) < len(names) {
			return violation(path, "must not contain a value twice")
		}
		return nil
	}}
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
