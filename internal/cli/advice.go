package cli

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/suggest"
)

// orgError is the trouble of one organization of the tree.
type orgError struct {
	org *spec.Org
	err error
	all []*spec.Org // the tree
}

func (e orgError) Error() string { return e.org.Name + ": " + e.err.Error() }
func (e orgError) Unwrap() error { return e.err }

// isAbout tells whether it is the trouble of an organization of the plan. No two have name, credential and id in common.
func (e orgError) isAbout(o plan.Org) bool {
	return e.org.Name == o.Name && e.org.Credentials == o.Credentials && (e.org.ID == "" || e.org.ID == o.ID)
}

// explainAll puts an error, or each of several that were joined, into one line that says where, what, and what to do.
func explainAll(err error) (lines []string) {
	for _, one := range split(err) {
		if trouble, ok := one.(orgError); ok {
			lines = append(lines, trouble.lines(asItIs)...)
		} else {
			lines = append(lines, explain(one))
		}
	}
	return lines
}

// lines says it, a line for each trouble, with the files of the tree by the names that rename gives them.
func (e orgError) lines(rename func(file string) string) (lines []string) {
	for _, one := range split(e.err) {
		at, what := e.at(one)
		at.File = rename(at.File)
		line := place(at) + ": " + what + ": " + explain(one)
		var twin *apply.TwinError
		if errors.As(one, &twin) {
			cure := "remove one of the two"
			if twin.Maybe {
				cure = "write the id of that one, so that it can be told apart"
			}
			line += fmt.Sprintf(" (also at %s); %s", placeOf(e.all[twin.Other], rename), cure)
		}
		lines = append(lines, plan.OneLine(line)) // a line break in it would make one error look like two
	}
	return lines
}

// split returns the errors that were joined, or the one, or none.
func split(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, one := range joined.Unwrap() {
		all = append(all, split(one)...)
	}
	return all
}

// placeOf is where the organization is named.
func placeOf(o *spec.Org, rename func(string) string) string {
	place, _ := o.Place(resource.Organization.Name, "")
	return fmt.Sprintf("%s:%d", rename(place.File), place.Line)
}

func asItIs(file string) string { return file }

// place is a place in one word.
func place(p spec.Place) string {
	if p.Column > 0 {
		return p.String()
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// at returns the place in the tree that an error is about, and names the organization, and what in it. The column is 0
// where the line says enough.
func (e orgError) at(err error) (at spec.Place, what string) {
	var reference *resource.ReferenceError
	if errors.As(err, &reference) {
		if p, ok := e.org.Place(reference.Kind, reference.Key, reference.Field, reference.Name); ok {
			return p, e.org.Name + ": " + reference.Key
		}
	}
	at, ok := placeInOrganization(e.org, err)
	if kind := sectionOf(err); !ok && kind != "" {
		at, ok = e.org.Written(kind)
	}
	if !ok {
		at, _ = e.org.Place(resource.Organization.Name, "")
	}
	return spec.Place{File: at.File, Line: at.Line}, e.org.Name
}

// sectionOf returns the section that an error is about as a whole, or "".
func sectionOf(err error) string {
	var section *resource.SectionError
	var more *resource.MoreReferencesError
	switch {
	case errors.As(err, &section):
		return section.Kind
	case errors.As(err, &more):
		return more.Kind
	}
	return ""
}

// placeInOrganization returns where in an organization stands what an error is about, if that is a key of its own.
func placeInOrganization(o *spec.Org, err error) (spec.Place, bool) {
	var (
		creation *apply.CreationError
		payer    *apply.PayerError
		taken    *apply.TakenError
		deletion *apply.DeletionError
		gone     *apply.GoneError
	)
	self := resource.Organization.Name
	switch {
	case errors.As(err, &creation):
		return o.Place(self, "", "create", creation.Field)
	case errors.As(err, &payer):
		return o.Place(self, "", "create", resource.Payer)
	case errors.As(err, &taken):
		return o.Place(self, "", "create")
	case errors.As(err, &deletion), errors.As(err, &gone):
		return o.Written("state")
	}
	return spec.Place{}, false
}

// explain says what went wrong and what to do about it.
func explain(err error) string {
	if advice := advise(err); advice != "" {
		return err.Error() + "; " + advice
	}
	return err.Error()
}

func advise(err error) string {
	var (
		request   *client.Error
		notFound  *apply.NotFoundError
		reference *resource.ReferenceError
		creation  *apply.CreationError
		taken     *apply.TakenError
		deletion  *apply.DeletionError
		gone      *apply.GoneError
		lost      *apply.LostError
		section   *resource.SectionError
		foreign   *apply.ForeignError
		own       interface{ Advice() string }
	)
	switch {
	case errors.As(err, &lost):
		return adviseOnLost(lost)
	case errors.As(err, &gone) && errors.As(err, &request) && isDead(request):
		return "if the organization is deleted by now, its credential is too: then remove it from the tree"
	case errors.As(err, &taken):
		return "give the new organization a name of its own in credentials"
	case errors.As(err, &deletion) && deletion.Live != "":
		return "write the name that it has if it is meant, or correct the id"
	case errors.As(err, &deletion):
		return "delete them first"
	case errors.As(err, &creation) && creation.Field == resource.Payer:
		return "check create"
	case errors.As(err, &section) && errors.As(err, &request) && request.IsAboutRoles():
		return fmt.Sprintf("to read %s the credential needs the role %s", section.Kind, resource.ByName(section.Kind).Reader)
	case errors.As(err, &foreign):
		return "it belongs to: " + strings.Join(resource.Some(foreign.Visible), ", ") + "; check id and credentials"
	case errors.As(err, &notFound) && len(notFound.IDs) == 0:
		return adviseOnNotFound(notFound)
	case errors.As(err, &reference) && len(reference.IDs) == 0:
		return suggest.OrList(reference.Name, reference.Known)
	case errors.As(err, &request) && request.IsAboutRoles() && request.Method == http.MethodGet:
		return "to read an organization the credential needs the role " + resource.Organization.Reader
	case errors.As(err, &own):
		return own.Advice()
	}
	return ""
}

func adviseOnLost(e *apply.LostError) string {
	credential := ""
	if e.HandsOut {
		credential = ", and make a credential for it"
	}
	return "look for it in Atlas: if it is there, write its id below its name" + credential + ". Then, or if it is not there, remove the file ….creating " +
		"beside that of the tree, which keeps runs from creating it a second time. It cannot do so elsewhere"
}

func adviseOnNotFound(e *apply.NotFoundError) string {
	if len(e.Visible) == 0 {
		return "its credential sees none; check name, id and credentials, or say with create how to create it"
	}
	return "its credential sees: " + strings.Join(resource.Some(e.Visible), ", ") + "; check name and credentials"
}

// isDead tells whether a refusal may mean that the organization is gone, and the credential with it.
func isDead(e *client.Error) bool {
	switch e.Code {
	case "USER_CANNOT_ACCESS_ORG", "NOT_IN_GROUP":
		return false // the credential lives, and belongs to another one
	case "ORG_NOT_FOUND", "INVALID_ORG_ID":
		return true
	}
	return e.Status == http.StatusUnauthorized && !e.IsAboutRoles()
}
