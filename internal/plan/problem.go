package plan

import (
	"fmt"

	"atlas-gitops/internal/safetext"
)

// Problem is one reason why an organization, or a part of it, is not planned. The JSON form of a plan has it as a line of
// [Org.Error].
type Problem struct {
	At      Source  // the place in the tree; without a file if Message is the whole line
	Column  int     // of the place; 0 for none
	About   string  // the key of the object; "" for the organization
	Message string  // what is wrong, and what to do
	Other   *Source // a second place in the tree; nil for none

	// Common is the message without what differs between organizations: ID replaces the id of the organization, NAME replaces the
	// name of its credential, and the number of tries is left out. Two organizations have the same problem if
	// About and Common are the same and there is no Other.
	Common          string
	NamesCredential bool // Common contains NAME
}

// Line returns the problem of an organization as one line: the place, what is wrong, and what to do.
func (p Problem) Line(org string) string {
	switch {
	case p.At.File == "":
		return safetext.Line(p.Message)
	case p.Column > 0:
		return safetext.Line(fmt.Sprintf("%s:%d:%d: %s", p.At.File, p.At.Line, p.Column, p.Text(org)))
	}
	return safetext.Line(fmt.Sprintf("%s:%d: %s", p.At.File, p.At.Line, p.Text(org)))
}

// Text returns the line without the place.
func (p Problem) Text(org string) string {
	text := org + ": "
	if p.About != "" {
		text += p.About + ": "
	}
	text += p.Message
	if p.Other != nil {
		text += fmt.Sprintf(" (the other is at %s:%d)", p.Other.File, p.Other.Line)
	}
	return text
}
