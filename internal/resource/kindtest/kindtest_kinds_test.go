package kindtest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"atlas-gitops/internal/resource"
)

// TestMain adds the two kinds to the real ones.
func TestMain(m *testing.M) {
	resource.Kinds = slices.Concat(resource.Kinds, []*resource.Kind{squads, tokens})
	os.Exit(m.Run())
}

// squads need one request for each operation. Tokens refer to them.
var squads = &resource.Kind{
	Name: "squads",
	Key:  "name",

	Read: func(ctx context.Context, s *resource.Session, org string, _ []resource.Object) ([]resource.Object, error) {
		return readSquads(ctx, s, org)
	},
	Look: func(ctx context.Context, s *resource.Session, org string, of resource.Object) (*resource.Object, error) {
		all, err := readSquads(ctx, s, org)
		return resource.State{"squads": all}.Find("squads", of.Key), err
	},
	Create: func(ctx context.Context, s *resource.Session, org string, want resource.Object) (resource.Created, error) {
		body := resource.Fields{"name": want.Key, "purpose": want.Fields["purpose"]}
		return resource.Created{}, s.Do(ctx, "POST", pathOf(org, "squads"), body, nil)
	},
	Update: func(ctx context.Context, s *resource.Session, org string, have, want resource.Object) (*resource.Object, error) {
		return nil, s.Do(ctx, "PATCH", pathOf(org, "squads", have.ID), want.Fields, nil)
	},
	Delete: func(ctx context.Context, s *resource.Session, org string, have resource.Object) error {
		return s.Do(ctx, "DELETE", pathOf(org, "squads", have.ID), nil, nil)
	},
}

func readSquads(ctx context.Context, s *resource.Session, org string) (all []resource.Object, err error) {
	for got, err := range s.All(ctx, pathOf(org, "squads")) {
		if err != nil {
			return nil, err
		}
		o, err := objectOf(got, "purpose")
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// tokens need a second request for their access list. The answer to the first request has a secret.
var tokens = &resource.Kind{
	Name: "tokens",
	Key:  "name",
	Refs: tokenRefs,

	HandsOut: func(resource.Object) bool { return true },

	Read: func(ctx context.Context, s *resource.Session, org string, want []resource.Object) ([]resource.Object, error) {
		all, err := listTokens(ctx, s, org)
		for i, o := range all {
			isWanted := resource.State{"tokens": want}.Find("tokens", o.Key) != nil
			if err == nil && isWanted {
				all[i].Fields["accessList"], err = readAccessList(ctx, s, org, o.ID)
			}
		}
		if err != nil {
			return nil, err
		}
		return resource.WithNames(ctx, s, org, "tokens", tokenRefs, all)
	},
	Look: func(ctx context.Context, s *resource.Session, org string, of resource.Object) (*resource.Object, error) {
		all, err := listTokens(ctx, s, org)
		o := resource.State{"tokens": all}.Find("tokens", of.Key)
		if o == nil || err != nil {
			return nil, err
		}
		if o.Fields["accessList"], err = readAccessList(ctx, s, org, o.ID); err != nil {
			return nil, err
		}
		named, err := resource.WithNames(ctx, s, org, "tokens", tokenRefs, []resource.Object{*o})
		if err != nil {
			return nil, err
		}
		return &named[0], nil
	},
	Create: func(ctx context.Context, s *resource.Session, org string, want resource.Object) (resource.Created, error) {
		body, err := tokenBody(ctx, s, org, want)
		if err != nil {
			return resource.Created{}, err
		}
		body["name"] = want.Key
		if body["squads"] == nil {
			body["squads"] = []any{}
		}
		var got resource.Fields
		if err := s.Do(ctx, "POST", pathOf(org, "tokens"), body, &got); err != nil {
			return resource.Created{}, err
		}
		made := resource.Created{}
		if secret, _ := got["secret"].(string); secret != "" {
			made.Credential = &resource.Credential{ID: fmt.Sprint(got["id"]), Secret: resource.Secret(secret)}
		}
		o, err := objectOf(got, "roles")
		if err == nil {
			o.Fields["squads"] = want.Fields["squads"]
			made.Object = &o
		}
		return made, err
	},
	Update: func(ctx context.Context, s *resource.Session, org string, have, want resource.Object) (*resource.Object, error) {
		body, err := tokenBody(ctx, s, org, want)
		if err == nil && len(body) > 0 {
			err = s.Do(ctx, "PATCH", pathOf(org, "tokens", have.ID), body, nil)
		}
		if entries, isWanted := want.Fields["accessList"]; err == nil && isWanted {
			have.Fields = maps.Clone(have.Fields)
			have.Fields["accessList"], err = writeAccessList(ctx, s, org, have.ID, entries)
		}
		if err != nil || len(body) > 0 {
			return nil, err
		}
		return &have, nil
	},
	Delete: func(ctx context.Context, s *resource.Session, org string, have resource.Object) error {
		return s.Do(ctx, "DELETE", pathOf(org, "tokens", have.ID), nil, nil)
	},
}

var tokenRefs = []resource.Ref{{Field: "squads", Noun: "squad", Path: "squads", Kind: "squads"}}

func listTokens(ctx context.Context, s *resource.Session, org string) (all []resource.Object, err error) {
	for got, err := range s.All(ctx, pathOf(org, "tokens")) {
		if err != nil {
			return nil, err
		}
		o, err := objectOf(got, "roles", "squads")
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

func readAccessList(ctx context.Context, s *resource.Session, org, token string) (any, error) {
	var got resource.Fields
	err := s.Do(ctx, "GET", pathOf(org, "tokens", token, "accessList"), nil, &got)
	return got["entries"], err
}

func writeAccessList(ctx context.Context, s *resource.Session, org, token string, entries any) (any, error) {
	var got resource.Fields
	err := s.Do(ctx, "PUT", pathOf(org, "tokens", token, "accessList"), resource.Fields{"entries": entries}, &got)
	return got["entries"], err
}

// tokenBody returns the fields of a token for requests to the token itself.
func tokenBody(ctx context.Context, s *resource.Session, org string, want resource.Object) (resource.Fields, error) {
	want, err := resource.WithIDs(ctx, s, org, "tokens", tokenRefs, want)
	body := resource.Fields{}
	for _, field := range []string{"roles", "squads"} {
		if value, isWanted := want.Fields[field]; isWanted {
			body[field] = value
		}
	}
	return body, err
}

// objectOf reads an object that must have these fields.
func objectOf(got resource.Fields, fields ...string) (o resource.Object, err error) {
	o = resource.Object{Fields: resource.Fields{}}
	o.ID, _ = got["id"].(string)
	o.Key, _ = got["name"].(string)
	if !resource.IsID(o.ID) || o.Key == "" {
		return o, errors.New("the answer does not say what it is about")
	}
	for _, field := range fields {
		value, ok := got[field]
		if !ok {
			return o, errors.New("the answer has no " + field)
		}
		o.Fields[field] = value
	}
	return o, nil
}

func pathOf(org string, elems ...string) string {
	path := "/orgs/" + org
	for _, elem := range elems {
		path += "/" + elem
	}
	return path
}
