package resource

import (
	"fmt"
	"strings"
)

// IncompleteError means that an answer lacks a field that Atlas always sends. Such an answer is not used: it may lack other fields,
// too, and these would count as unset.
type IncompleteError struct {
	Request string   // GET /orgs/…/settings
	About   string   // the entry of a list; "" for a single object
	Lacks   []string // the fields that are absent or have another type
}

func (e *IncompleteError) Error() string {
	about := ""
	if e.About != "" {
		about = " about " + e.About
	}
	return fmt.Sprintf("%s: the answer%s is incomplete; missing or malformed: %s", e.Request, about, strings.Join(e.Lacks, ", "))
}

// Advice says what to do next.
func (e *IncompleteError) Advice() string {
	return "run it again; if the answer stays the same, check the base URL (--base-url or MONGODB_ATLAS_BASE_URL) and the proxy"
}

// answer reads the fields that Atlas always sends, and records those that are missing.
type answer struct {
	fields Fields
	within string // the path of the fields in the answer
	lacks  *[]string
}

func newAnswer(fields Fields) answer { return answer{fields: fields, lacks: new([]string)} }

// err returns an [IncompleteError] if a field was missing. about names the entry of a list.
func (a answer) err(request, about string) error {
	if len(*a.lacks) == 0 {
		return nil
	}
	return &IncompleteError{request, about, *a.lacks}
}

// always returns a field that must have this type.
func always[T any](a answer, field string) T {
	value, ok := a.fields[field].(T)
	if !ok {
		*a.lacks = append(*a.lacks, a.within+field)
	}
	return value
}

// id returns a field with an id of Atlas. Anything else must not become a part of a path.
func (a answer) id(field string) string {
	id, _ := a.fields[field].(string)
	if !IsID(id) {
		*a.lacks = append(*a.lacks, a.within+field)
	}
	return id
}

// text returns a field with a text that is not empty.
func (a answer) text(field string) string {
	s, _ := a.fields[field].(string)
	if s == "" {
		*a.lacks = append(*a.lacks, a.within+field)
	}
	return s
}

func (a answer) flag(field string) bool  { return always[bool](a, field) }
func (a answer) list(field string) []any { return always[[]any](a, field) }

// object returns a field with an object.
func (a answer) object(field string) answer {
	return answer{always[Fields](a, field), a.within + field + ".", a.lacks}
}

// each returns the objects in a field with a list.
func (a answer) each(field string) (all []answer) {
	for i, item := range a.list(field) {
		within := fmt.Sprintf("%s%s[%d]", a.within, field, i)
		fields, ok := item.(Fields)
		if !ok {
			*a.lacks = append(*a.lacks, within)
		}
		all = append(all, answer{fields, within + ".", a.lacks})
	}
	return all
}
