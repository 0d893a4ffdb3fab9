package reconcile

import (
	"errors"
	"fmt"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// OrgError is what went wrong with one organization of a tree. It may wrap several errors that were joined.
type OrgError struct {
	Org *spec.Org
	Err error
	all []*spec.Org // the tree, which a [planner.DuplicateOrgError] numbers
}

func (e *OrgError) Error() string { return e.Org.Name + ": " + e.Err.Error() }
func (e *OrgError) Unwrap() error { return e.Err }

// Lines says what went wrong, a line for each error: where, what, and what to do. Files are named by fileName, or with nil as
// the tree names them.
func (e *OrgError) Lines(fileName func(file string) string) (lines []string) {
	if fileName == nil {
		fileName = func(file string) string { return file }
	}
	for _, one := range Split(e.Err) {
		at, what := e.at(one)
		at.File = fileName(at.File)
		line := position(at) + ": " + what + ": " + resource.Explain(one)
		var duplicate *planner.DuplicateOrgError
		if errors.As(one, &duplicate) {
			other, _ := e.all[duplicate.Other].Place(resource.Organization.Name, "")
			other.File, other.Column = fileName(other.File), 0
			cure := "remove one of the two"
			if duplicate.Maybe {
				cure = "write the id of that one, so that it can be told apart"
			}
			line += fmt.Sprintf(" (also at %s); %s", position(other), cure)
		}
		lines = append(lines, safetext.Line(line)) // a line break in it would make one error look like two
	}
	return lines
}

// Located is one error of an organization, and where in the tree it is.
type Located struct {
	At      plan.Source
	Message string
}

// Located returns the errors one by one.
func (e *OrgError) Located() (all []Located) {
	for _, one := range Split(e.Err) {
		at, what := e.at(one)
		all = append(all, Located{sourceOf(at), what + ": " + resource.Explain(one)})
	}
	return all
}

// Lines says what went wrong, a line for each of several errors that were joined.
func Lines(err error, fileName func(file string) string) (lines []string) {
	for _, one := range Split(err) {
		if org, ok := one.(*OrgError); ok {
			lines = append(lines, org.Lines(fileName)...)
		} else {
			lines = append(lines, safetext.Line(resource.Explain(one)))
		}
	}
	return lines
}

// Split returns the errors that were joined, or the one, or none.
func Split(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, one := range joined.Unwrap() {
		all = append(all, Split(one)...)
	}
	return all
}

// position is a place in one word. The column is 0 where the line says enough.
func position(p spec.Place) string {
	if p.Column > 0 {
		return p.String()
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// at returns the place in the tree that an error is about, and names the organization, and what in it.
func (e *OrgError) at(err error) (at spec.Place, what string) {
	self, _ := e.Org.Place(resource.Organization.Name, "")
	self.Column = 0
	var located interface{ Location() resource.Location }
	if !errors.As(err, &located) {
		return self, e.Org.Name
	}
	l := located.Location()
	if at, ok := e.Org.Place(l.Kind, l.Key, l.Path...); ok && l.Key != "" {
		return at, e.Org.Name + ": " + l.Key
	} else if ok {
		at.Column = 0
		return at, e.Org.Name
	}
	if at, ok := e.Org.Written(l.Kind); ok {
		at.Column = 0
		return at, e.Org.Name
	}
	return self, e.Org.Name
}
