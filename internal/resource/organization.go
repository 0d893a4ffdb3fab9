package resource

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"atlas-gitops/schema"
)

// Organization is the organization itself: its name, and whether Atlas makes default alerts for it. A creation also has the fields
// of create in the tree.
var Organization = &Kind{
	Name: schema.Organization,

	HandsOut: func(want Object) bool { return RequestedCredential(want.Fields) != nil },

	Read: func(ctx context.Context, s *Session, org string, _ []Object) ([]Object, error) {
		return onlyOne(readOrganization(ctx, s, org))
	},

	Look: func(ctx context.Context, s *Session, org string, _ Object) (*Object, error) {
		return readOrganization(ctx, s, org)
	},

	// Create uses the credential of the organization that pays. The answer has a credential for the new organization.
	Create: func(ctx context.Context, s *Session, _ string, want Object) (Created, error) {
		var got Fields
		if err := s.Do(ctx, post, "/orgs", creationBody(want.Fields), &got); err != nil {
			return Created{}, err
		}
		return created(got)
	},

	// Atlas rejects the deletion of an organization with projects [api deleteOrg]. Its credential belongs only to this organization
	// [doc api-authentication], so afterwards it probably cannot read anything.
	Delete: func(ctx context.Context, s *Session, org string, _ Object) error {
		return s.Do(ctx, remove, orgPath(org), nil, nil)
	},

	// Atlas requires the name even if it does not change [api updateOrg].
	Update: func(ctx context.Context, s *Session, org string, have, want Object) (*Object, error) {
		body := Fields{"name": cmp.Or(have.Spelling, text(have.Fields["name"]))}
		for field, value := range want.Fields {
			body[field] = value
		}
		return nil, s.Do(ctx, patch, orgPath(org), body, nil)
	},
}

// readOrganization reads an organization. Atlas may still show a deleted one, with isDeleted [api getOrg].
func readOrganization(ctx context.Context, s *Session, org string) (*Object, error) {
	var got Fields
	if err := s.Do(ctx, get, orgPath(org), nil, &got); err != nil {
		return nil, &SectionError{schema.Organization, err}
	}
	o, err := parseOrganization("GET "+orgPath(org), got)
	switch {
	case err != nil:
		return nil, err
	case o.ID != org:
		return nil, fmt.Errorf("GET %s: the answer is about another organization, %q", orgPath(org), o.ID)
	case got["isDeleted"] == true:
		return nil, fmt.Errorf("GET %s: the organization was deleted; remove it from the tree", orgPath(org))
	}
	return &o, nil
}

// Payer is the field of a creation that names the credential of the organization that pays. It is not sent to Atlas.
const Payer = "from"

// RequestedCredential returns the fields of a creation that request a new credential; nil if it requests none.
func RequestedCredential(creation Fields) Fields {
	for _, name := range []string{serviceAccount, apiKey} {
		if requested, ok := creation[name].(Fields); ok {
			return requested
		}
	}
	return nil
}

// WaysIn returns the fields of a creation that give the role ORG_OWNER in the new organization: to an owner, or to a credential.
func WaysIn(creation Fields) (fields []string) {
	if creation["ownerId"] != nil {
		fields = append(fields, "ownerId")
	}
	for _, name := range []string{serviceAccount, apiKey} {
		if requested, _ := creation[name].(Fields); IsOwner(requested) {
			fields = append(fields, name)
		}
	}
	return fields
}

// A creation may request one of these two credentials [api createOrg].
const serviceAccount, apiKey = "serviceAccount", "apiKey"

// creationBody returns the body of POST /orgs.
func creationBody(want Fields) Fields {
	body := maps.Clone(want)
	delete(body, Payer)
	if id, given := body["ownerId"]; given {
		delete(body, "ownerId")
		body["orgOwnerId"] = id
	}
	return body
}

// UnreadableError means that Atlas accepted a creation, but its answer has no valid id of the new organization. It is a [Failure].
type UnreadableError struct{ Err error }

func (e *UnreadableError) Error() string {
	return "POST /orgs: Atlas accepted the creation, but its answer does not say which organization it created: " + e.Err.Error()
}
func (e *UnreadableError) Unwrap() error { return e.Err }

// Ambiguous is true: the organization may exist.
func (e *UnreadableError) Ambiguous() bool { return true }

// Temporary is false: another request could create a second organization.
func (e *UnreadableError) Temporary() bool { return false }

// Waited is false: the creation was sent.
func (e *UnreadableError) Waited() bool { return false }

// Outage is false: Atlas answered.
func (e *UnreadableError) Outage() bool { return false }

// created reads the answer to a creation.
func created(got Fields) (Created, error) {
	org, _ := got["organization"].(Fields)
	o := Object{ID: text(org["id"])} // check only the id: the credential in the answer is shown only this once
	if !IsID(o.ID) {
		return Created{}, &UnreadableError{errors.New("the id of the organization is not 24 hexadecimal digits")}
	}
	return Created{Object: &o, Credential: handedOut(got)}, nil
}

// handedOut returns the credential in the answer to a creation; nil if it is missing or incomplete.
func handedOut(got Fields) *Credential {
	var c Credential
	if key, ok := got[apiKey].(Fields); ok {
		c = Credential{text(key["publicKey"]), Secret(text(key["privateKey"]))}
	}
	if account, ok := got[serviceAccount].(Fields); ok {
		c = Credential{ID: text(account["clientId"])}
		for _, s := range list(account["secrets"]) {
			secret, _ := s.(Fields)
			c.Secret = Secret(text(secret["secret"]))
		}
	}
	if c.ID == "" || c.Secret == "" {
		return nil
	}
	return &c
}

// Projects returns the names of the organization's projects, sorted.
func Projects(ctx context.Context, api API, org string) (names []string, err error) {
	for project, err := range api.All(ctx, orgPath(org, "groups")) {
		if err != nil {
			return nil, &SectionError{schema.Organization, err}
		}
		a := newAnswer(project)
		if names = append(names, a.text("name")); a.err("", "") != nil {
			return nil, a.err("GET "+orgPath(org, "groups"), text(project["id"]))
		}
	}
	slices.Sort(names)
	return names, nil
}

// UserByID returns the active member of an organization with this id, or nil.
func UserByID(ctx context.Context, api API, org, id string) (*Object, error) {
	users, err := readUsers(ctx, api, org, "")
	if err != nil {
		return nil, &SectionError{schema.Organization, err}
	}
	i := slices.IndexFunc(users, func(u Object) bool { return u.ID == id && memberPresence(u) == Active })
	if i < 0 {
		return nil, nil
	}
	return &users[i], nil
}

// Organizations returns all organizations that the credential can see, without deleted ones.
func Organizations(ctx context.Context, api API) ([]Object, error) {
	var orgs []Object
	for got, err := range api.All(ctx, "/orgs") {
		if err != nil {
			return nil, &SectionError{schema.Organization, err}
		}
		o, err := parseOrganization("GET /orgs", got)
		if err != nil {
			return nil, err
		}
		if got["isDeleted"] != true {
			orgs = append(orgs, o)
		}
	}
	return orgs, nil
}

// parseOrganization reads an organization from the answer to a request.
func parseOrganization(request string, got Fields) (Object, error) {
	a := newAnswer(got)
	o := Object{ID: a.id("id"), Spelling: a.text("name"), Fields: Fields{"skipDefaultAlertsSettings": a.flag("skipDefaultAlertsSettings")}}
	o.Fields["name"] = NormalizeName(o.Spelling)
	a.flag("isDeleted")
	return o, a.err(request, text(got["name"]))
}
