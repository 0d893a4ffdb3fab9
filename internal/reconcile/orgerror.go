package reconcile

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"atlas-gitops/internal/client/variables"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// OrgError is the error of one organization of a tree. It may wrap several joined errors.
type OrgError struct {
	Org *spec.Org
	Err error
}

func (e *OrgError) Error() string { return e.Org.Name + ": " + e.Err.Error() }
func (e *OrgError) Unwrap() error { return e.Err }

// problems returns the errors one by one, with their places in the tree. A [planner.DuplicateOrgError] numbers the organizations of
// the tree. id is the one of the live organization, which the tree may lack; "" if it was not found.
func (e *OrgError) problems(tree []*spec.Org, id string) (all []plan.Problem) {
	for _, one := range Split(e.Err) {
		at, about := e.at(one)
		p := plan.Problem{At: SourceOf(at), Column: at.Column, About: about, Message: resource.Explain(one)}
		if duplicate := new(planner.DuplicateOrgError); errors.As(one, &duplicate) {
			other, _ := tree[duplicate.Other].Place(resource.Organization.Name, "")
			source := SourceOf(other)
			p.Other = &source
		}
		p.Common, p.NamesCredential = common(p.Message, resource.OrgRef{ID: id, Credentials: e.Org.Credentials})
		all = append(all, p)
	}
	return all
}

// ownWord matches words that may belong to one organization: an id, or the name of a variable or of a credential.
var ownWord = regexp.MustCompile(`(credentials: )?\w+`)

// tries matches the number of tries in an error of the client.
var tries = regexp.MustCompile(` \(tried \d+ times\)`)

// common returns a message without the words of one organization, so that equal errors of several organizations are equal texts. It
// removes the number of tries. It writes ID for the id of the organization, and NAME for the name of its credential: at the end of
// variables and after "credentials: ". It replaces only whole words.
func common(message string, r resource.OrgRef) (text string, namesCredential bool) {
	own := map[string]string{}
	if r.Credentials != "" {
		own["credentials: "+r.Credentials] = "credentials: NAME"
		for _, variable := range variables.All(r.Credentials) {
			own[variable] = strings.TrimSuffix(variable, r.Credentials) + "NAME"
		}
	}
	text = ownWord.ReplaceAllStringFunc(tries.ReplaceAllString(message, ""), func(word string) string {
		general, ok := own[word]
		namesCredential = namesCredential || ok
		switch {
		case ok:
			return general
		case word == r.ID:
			return "ID"
		}
		return word
	})
	return text, namesCredential
}

// Lines returns a line for each of the errors that err joins.
func Lines(err error) (lines []string) {
	for _, one := range Split(err) {
		lines = append(lines, safetext.Line(resource.Explain(one))) // a line break would make one error look like two
	}
	return lines
}

// WrapEach puts a name in front of each of the errors that err joins.
func WrapEach(name string, err error) error {
	var all []error
	for _, one := range Split(err) {
		all = append(all, fmt.Errorf("%s: %w", name, one))
	}
	return errors.Join(all...)
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

// at returns the place in the tree of an error, and the key of its object. For an error about the organization or a section, the key
// is "" and the place has no column.
func (e *OrgError) at(err error) (at spec.Place, about string) {
	l := resource.Location{Kind: resource.Organization.Name}
	var located interface{ Location() resource.Location }
	if errors.As(err, &located) {
		l = located.Location()
	}
	at, isWritten := nearest(e.Org, l.Kind, l.Key, l.Path...)
	if isWritten && l.Key != "" {
		return at, l.Key
	}
	at.Column = 0
	return at, ""
}
