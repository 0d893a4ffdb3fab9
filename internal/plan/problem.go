package plan

import (
	"fmt"
	"regexp"
	"strconv"

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

// ReadProblem returns the problem of an organization whose line this is. Its Message also has what the line says after the place and the
// name, and Common is not set. If the line has no place, Message is the whole line.
func ReadProblem(line, org string) Problem {
	parts := regexp.MustCompile(`^(.+?):(\d+)(?::(\d+))?: ` + regexp.QuoteMeta(safetext.Line(org)) + `: (.+)$`).FindStringSubmatch(line)
	if parts == nil {
		return Problem{Message: line}
	}
	p := Problem{Message: parts[4], At: Source{File: parts[1]}}
	p.At.Line, _ = strconv.Atoi(parts[2]) // the pattern has digits; 0 for a number that is too large
	p.Column, _ = strconv.Atoi(parts[3])  // 0 for none
	return p
}
