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

// Organization is the organization itself: its name, and whether Atlas makes alerts for it by default. What a creation
// holds beside them is what the tree says below create.
var Organization = &Kind{
	Name: schema.Organization,

	HandsOut: func(want Object) bool { return RequestedCredential(want.Fields) != nil },

	Read: func(ctx context.Context, s *Session, org string, _ []Object) ([]Object, error) {
		return onlyOne(readOrganization(ctx, s, org))
	},

	Look: func(ctx context.Context, s *Session, org string, _ Object) (*Object, error) {
		return readOrganization(ctx, s, org)
	},

	// It takes the credential of the organization that pays, and hands out one for the new organization.
	Create: func(ctx context.Context, s *Session, _ string, want Object) (Created, error) {
		var got Fields
		if err := s.Do(ctx, post, "/orgs", creationBody(want.Fields), &got); err != nil {
			return Created{}, err
		}
		return created(got)
	},

	// Atlas refuses while there are projects [api deleteOrg]. A credential belongs to one organization [doc api-authentication],
	// so it must be expected that nothing can be read afterwards.
	Delete: func(ctx context.Context, s *Session, org string, _ Object) error {
		return s.Do(ctx, remove, orgPath(org), nil, nil)
	},

	// Atlas requires the name even when only something else changes (API description, updateOrg).
	Update: func(ctx context.Context, s *Session, org string, have, want Object) (*Object, error) {
		body := Fields{"name": cmp.Or(have.Spelling, text(have.Fields["name"]))}
		for field, value := range want.Fields {
			body[field] = value
		}
		return nil, s.Do(ctx, patch, orgPath(org), body, nil)
	},
}

// readOrganization reads one. Atlas may still show one that was deleted, with isDeleted (API description, getOrg).
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

// Payer is the field of a creation that names the credential of the organization that pays. Atlas does not get it.
const Payer = "from"

// RequestedCredential returns what a creation says of the credential that Atlas is to hand out; nil if it is to hand out none.
func RequestedCredential(creation Fields) Fields {
	for _, name := range []string{serviceAccount, apiKey} {
		if asked, ok := creation[name].(Fields); ok {
			return asked
		}
	}
	return nil
}

// HasWayIn tells whether somebody can get into an organization that is created so: an owner, or a credential that is one.
func HasWayIn(creation Fields) bool {
	return creation["ownerId"] != nil || IsOwner(RequestedCredential(creation))
}

// The two kinds of credential, one of which a creation may ask for (API description).
const serviceAccount, apiKey = "serviceAccount", "apiKey"

// creationBody puts a creation into the words of POST /orgs.
func creationBody(want Fields) Fields {
	body := maps.Clone(want)
	delete(body, Payer)
	if id, given := body["ownerId"]; given {
		delete(body, "ownerId")
		body["orgOwnerId"] = id
	}
	return body
}

// UnreadableError says that Atlas accepted a creation, and that its answer does not say what it created. It is a [Failure].
type UnreadableError struct{ Err error }

func (e *UnreadableError) Error() string {
	return "POST /orgs: Atlas accepted the creation, but its answer does not say which organization it created: " + e.Err.Error()
}
func (e *UnreadableError) Unwrap() error { return e.Err }

// Ambiguous is true: the organization may exist.
func (e *UnreadableError) Ambiguous() bool { return true }

// Temporary is false: the next creation would make a second organization.
func (e *UnreadableError) Temporary() bool { return false }

// Waited is false: the creation was sent.
func (e *UnreadableError) Waited() bool { return false }

// Outage is false: Atlas answered.
func (e *UnreadableError) Outage() bool { return false }

// created reads the answer to a creation.
func created(got Fields) (Created, error) {
	org, _ := got["organization"].(Fields)
	o := Object{ID: text(org["id"])} // whatever else it lacks, the credential in it is shown only now
	if !IsID(o.ID) {
		return Created{}, &UnreadableError{errors.New("the id of the organization is not 24 hexadecimal digits")}
	}
	return Created{Object: &o, Credential: handedOut(got)}, nil
}

// handedOut returns the credential in the answer to a creation; nil if there is none, or none that works.
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
		if names = append(names, NormalizeName(a.text("name"))); a.err("", "") != nil {
			return nil, a.err("GET "+orgPath(org, "groups"), text(project["id"]))
		}
	}
	slices.Sort(names)
	return names, nil
}

// UserByID returns the active member of an organization with that id, or nil.
func UserByID(ctx context.Context, api API, org, id string) (*Object, error) {
	users, err := readUsers(ctx, api, org)
	if err != nil {
		return nil, &SectionError{schema.Organization, err}
	}
	i := slices.IndexFunc(users, func(u Object) bool { return u.ID == id && memberPresence(u) == Active })
	if i < 0 {
		return nil, nil
	}
	return &users[i], nil
}

// Organizations returns every organization that the credential can see, without the deleted ones.
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

// parseOrganization reads one from the answer to a request. All else builds on the id and the name.
func parseOrganization(request string, got Fields) (Object, error) {
	a := newAnswer(got)
	o := Object{ID: a.id("id"), Spelling: a.text("name"), Fields: Fields{"skipDefaultAlertsSettings": a.flag("skipDefaultAlertsSettings")}}
	o.Fields["name"] = NormalizeName(o.Spelling)
	a.flag("isDeleted")
	return o, a.err(request, text(got["name"]))
}
