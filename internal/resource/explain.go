package resource

import (
	"errors"
	"fmt"
)

// Explain returns what went wrong and what to do next. The advice comes from a method Advice of the error, or of an error that it
// wraps. The outermost advice that is not empty is used.
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

// Location is the part of the tree that an error is about: an object, and a path in it. Errors return it from a method Location.
type Location struct {
	Kind string   // of the object; organization for the keys of the document itself
	Key  string   // of an object of a list; "" for the whole section
	Path []string // to a property, an item or a key in it
}

// maxWrong is the number of wrong entries in a section that get an error of their own.
const maxWrong = 20

// joinSome joins the first errors about a section, at most maxWrong. A [MoreError] counts the others with this format.
func joinSome(wrong []error, kind, format string) error {
	if more := len(wrong) - maxWrong; more > 0 {
		wrong = append(wrong[:maxWrong:maxWrong], &MoreError{kind, fmt.Sprintf(format, more, kind)})
	}
	return errors.Join(wrong...)
}

// MoreError counts the wrong entries of a section that have no error of their own.
type MoreError struct {
	Kind string
	Text string
}

func (e *MoreError) Error() string { return e.Text }

// Advice says what to do next.
func (e *MoreError) Advice() string { return "correct the errors above first" }

// Location is the place of the section in the tree.
func (e *MoreError) Location() Location { return Location{Kind: e.Kind} }
