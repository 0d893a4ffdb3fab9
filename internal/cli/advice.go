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
	var section *resource.SectionError
	if !ok && errors.As(err, &section) {
		at, ok = e.org.Written(section.Kind)
	}
	if !ok {
		at, _ = e.org.Place(resource.Organization.Name, "")
	}
	return spec.Place{File: at.File, Line: at.Line}, e.org.Name
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
	case errors.As(err, &own):
		return own.Advice()
	case errors.As(err, &lost):
		return "look for it in Atlas: if it is there, write its id below its name, and make a credential for it. Then, or if it is not there, remove the file ….creating " +
			"beside that of the tree, which keeps runs from creating it a second time. It cannot do so elsewhere"
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
	case errors.As(err, &section) && errors.As(err, &request) && isAboutRoles(request.Code):
		return fmt.Sprintf("to read %s the credential needs the role %s", section.Kind, resource.ByName(section.Kind).Reader)
	case errors.As(err, &foreign):
		return "it belongs to: " + strings.Join(foreign.Visible, ", ") + "; check id and credentials"
	case errors.As(err, &request):
		return adviseOnRequest(request)
	case errors.As(err, &notFound) && len(notFound.IDs) == 0:
		return adviseOnNotFound(notFound)
	case errors.As(err, &reference) && len(reference.IDs) == 0:
		return suggest(reference.Name, reference.Known)
	}
	return ""
}

func adviseOnNotFound(e *apply.NotFoundError) string {
	if len(e.Visible) == 0 {
		return "its credential sees none; check name, id and credentials, or say with create how to create it"
	}
	return "its credential sees: " + strings.Join(e.Visible, ", ") + "; check name and credentials"
}

// isDead tells whether a refusal may mean that the organization is gone, and the credential with it.
func isDead(e *client.Error) bool {
	switch e.Code {
	case "USER_CANNOT_ACCESS_ORG", "NOT_IN_GROUP":
		return false // the credential lives, and belongs to another one
	}
	return (e.Status == http.StatusUnauthorized || e.Status == http.StatusNotFound) && !isAboutRoles(e.Code)
}

// isAboutRoles tells whether a refusal means that the credential's role is too low. In Atlas that is a 401.
func isAboutRoles(code string) bool {
	switch code {
	case "NOT_ORG_OWNER", "USER_UNAUTHORIZED", "NOT_ORG_USER_ADMIN", "NOT_USER_ADMIN", "NOT_ORG_GROUP_CREATOR", "NOT_API_KEY_ADMIN":
		return true
	}
	return false
}

// adviseOnRequest knows the cures of the refusals that people meet. Atlas answers 401 for a wrong key, for the key
// of another organization, and for a role that is too low.
func adviseOnRequest(e *client.Error) string {
	switch e.Code {
	case "USER_CANNOT_ACCESS_ORG", "NOT_IN_GROUP":
		return "the credential belongs to another organization, or the id is wrong; check id and credentials"
	case "ORG_REQUIRES_ACCESS_LIST", "IP_ADDRESS_NOT_ON_ACCESS_LIST", "ORG_REQUIRES_WHITELIST", "IP_ADDRESS_NOT_ON_WHITELIST":
		return addressAdvice(e.Parameters)
	case "ORG_NOT_FOUND", "INVALID_ORG_ID", "NOT_ATLAS_ORG":
		return "check the id"
	case "RESOURCE_NOT_FOUND":
		return "check the base URL"
	case "GROUP_NOT_FOUND", "TEAM_NOT_FOUND":
		return "it is gone, but somebody still has a role in it; write projects and teams of that person, with those that stay"
	case "ORG_NOT_EMPTY":
		return "delete its projects first"
	case "MAX_USERS_PER_ORG_EXCEEDED":
		return "the seats of the organization are taken, and pending invitations count; remove some first, or ask MongoDB for more"
	case "CANNOT_DEMOTE_LAST_ORG_OWNER", "CANNOT_DELETE_LAST_ADMIN", "CANNOT_DELETE_LAST_OWNER":
		return "an organization keeps one active ORG_OWNER; make somebody else one first, and wait until that person is active"
	case "API_KEY_MUST_BE_ASSOCIATED_WITH_PAYING_ORG", "API_KEY_CANNOT_CREATE_ORG", "NO_PAYMENT_INFORMATION_FOUND":
		return "organizations are created with the credential of a paying organization; check create.from"
	case "ACCOUNT_SUSPENDED", "INACTIVE_ORG":
		return "settle the organization's bills in Atlas first"
	case "invalid_client":
		return "check the id and the secret of the service account; secrets expire"
	case "RATE_LIMITED_IP", "INVITATIONS_RATE_LIMITED_IP":
		return "others send invitations from this address, too; run it again in some minutes, it goes on where it stopped"
	case "access_denied":
		return "the service account has too many tokens at once; they expire within the hour"
	}
	switch {
	case isAboutRoles(e.Code) && e.Method == http.MethodGet:
		return "to read an organization the credential needs the role " + resource.Organization.Reader
	case isAboutRoles(e.Code):
		return "the credential needs the role ORG_OWNER"
	}
	return adviseOnStatus(e)
}

// addressAdvice names the address that Atlas saw, which it tells as the first parameter.
func addressAdvice(parameters []any) string {
	if len(parameters) == 0 {
		return "add this machine's address to the access list of the credential"
	}
	return fmt.Sprintf("add the address %v to the access list of the credential", parameters[0])
}

func adviseOnStatus(e *client.Error) string {
	var refused *client.WriteRefusedError
	switch {
	case errors.As(e, &refused):
		return "this is a mistake of atlas-gitops; nothing was sent"
	case e.Status == http.StatusUnauthorized:
		return "check both variables of its credential, and that it belongs to this organization"
	case errors.Is(e, client.ErrInterrupted):
		return "run it again"
	case e.Status == 0:
		return "check the base URL, the network and the proxy"
	case e.Status < 400, e.Status < 500 && e.Code == "" && !e.Passing:
		return "that is not how Atlas answers; check the base URL and the proxy"
	case e.Status >= 500, e.Status == http.StatusTooManyRequests, e.Passing:
		return "try again later; a run goes on where the last one stopped"
	}
	return ""
}
