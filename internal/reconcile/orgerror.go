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

// Lines returns a line for each error: where, what, and what to do. fileName names the files; nil keeps the names of the tree.
func (e *OrgError) Lines(fileName func(file string) string) (lines []string) {
	if fileName == nil {
		fileName = sameName
	}
	for _, one := range Split(e.Err) {
		at, message := e.explain(one, fileName)
		at.File = fileName(at.File)
		lines = append(lines, safetext.Line(position(at)+": "+message)) // a line break would make one error look like two
	}
	return lines
}

func sameName(file string) string { return file }

// explain returns the place of an error in the tree and its message: what it is about, what is wrong, and what to do.
func (e *OrgError) explain(err error, fileName func(file string) string) (at spec.Place, message string) {
	at, what := e.at(err)
	message = what + ": " + resource.Explain(err)
	var duplicate *planner.DuplicateOrgError
	if errors.As(err, &duplicate) {
		other, _ := e.all[duplicate.Other].Place(resource.Organization.Name, "")
		other.File, other.Column = fileName(other.File), 0
		cure := "remove one of the two"
		if duplicate.Maybe {
			cure = "write the id of the other one to tell them apart"
		}
		message += fmt.Sprintf(" (also at %s); %s", position(other), cure)
	}
	return at, message
}

// Located is one error of an organization, and where in the tree it is.
type Located struct {
	At      plan.Source
	Message string
}

// Located returns the errors one by one.
func (e *OrgError) Located() (all []Located) {
	for _, one := range Split(e.Err) {
		at, message := e.explain(one, sameName)
		all = append(all, Located{sourceOf(at), message})
	}
	return all
}

// Lines returns a line for each of the errors that err joins.
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

// Split returns the errors that err joins, or err itself, or none.
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

// position returns a place as FILE:LINE:COLUMN, or FILE:LINE if the column is 0.
func position(p spec.Place) string {
	if p.Column > 0 {
		return p.String()
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// at returns the place in the tree that an error is about, and the name of the organization or of the object in it.
func (e *OrgError) at(err error) (at spec.Place, what string) {
	l := resource.Location{Kind: resource.Organization.Name}
	var located interface{ Location() resource.Location }
	if errors.As(err, &located) {
		l = located.Location()
	}
	at, isWritten := nearest(e.Org, l.Kind, l.Key, l.Path...)
	if isWritten && l.Key != "" {
		return at, e.Org.Name + ": " + l.Key
	}
	at.Column = 0
	return at, e.Org.Name
}
