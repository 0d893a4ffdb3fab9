package resource

import (
	"fmt"
	"slices"
	"strings"
)

// Explain says in a sentence what went wrong and what to do next. An error knows its own advice by a method Advice, and so may
// one that it wraps; the outermost that has some counts.
func Explain(err error) string {
	if advice := adviceOf(err); advice != "" {
		return fmt.Sprintf("%s; %s", err, advice)
	}
	return err.Error()
}

func adviceOf(err error) string {
	if own, ok := err.(interface{ Advice() string }); ok {
		if advice := own.Advice(); advice != "" {
			return advice
		}
	}
	switch wrapper := err.(type) {
	case interface{ Unwrap() error }:
		if inner := wrapper.Unwrap(); inner != nil {
			return adviceOf(inner)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range wrapper.Unwrap() {
			if advice := adviceOf(inner); advice != "" {
				return advice
			}
		}
	}
	return ""
}

// Location is what in a tree an error is about: an object, and a path to something in it. An error tells it by a method
// Location.
type Location struct {
	Kind string   // of the object; that of the organization itself for keys of the document
	Key  string   // of an object of a list; "" for the section as a whole
	Path []string // to a property, an item or a key in it
}

// maxListed is how many names a message lists.
const maxListed = 20

// Some returns at most maxListed of the names, and then how many more there are.
func Some(names []string) []string {
	if len(names) <= maxListed {
		return names
	}
	return append(slices.Clone(names[:maxListed]), fmt.Sprintf("and %d more", len(names)-maxListed))
}

// JoinSome returns those names in one text.
func JoinSome(names []string) string { return strings.Join(Some(names), ", ") }
