package resource

import (
	"context"
	"fmt"
)

// Organization is the organization itself: its name, and whether Atlas makes alerts for it by default.
var Organization = &Kind{
	Name:   "organization",
	Reader: anyMember,

	// Atlas remembers one that was deleted for a while.
	Read: func(ctx context.Context, api API, org string) ([]Object, error) {
		var got Fields
		if err := api.Do(ctx, get, orgPath(org), nil, &got); err != nil {
			return nil, err
		}
		o, err := organization(orgPath(org), got)
		switch {
		case err != nil:
			return nil, err
		case o.ID != org:
			return nil, fmt.Errorf("GET %s: the answer is about another organization, %q", orgPath(org), o.ID)
		case got["isDeleted"] == true:
			return nil, fmt.Errorf("GET %s: the organization was deleted; remove it from the tree", orgPath(org))
		}
		return []Object{o}, nil
	},

	// Atlas requires the name even when only something else changes.
	Update: func(ctx context.Context, api API, org string, have, want Object) (*Object, error) {
		body := Fields{"name": have.Fields["name"]}
		for field, value := range want.Fields {
			body[field] = value
		}
		return nil, api.Do(ctx, patch, orgPath(org), body, nil)
	},
}

// Organizations returns every organization that the credential can see, without the deleted ones.
func Organizations(ctx context.Context, api API) ([]Object, error) {
	var orgs []Object
	for got, err := range api.All(ctx, "/orgs") {
		if err != nil {
			return nil, err
		}
		o, err := organization("/orgs", got)
		if err != nil {
			return nil, err
		}
		if got["isDeleted"] != true {
			orgs = append(orgs, o)
		}
	}
	return orgs, nil
}

// organization refuses an answer that cannot be Atlas's: all else builds on the id and the name.
func organization(path string, got Fields) (Object, error) {
	id, name := text(got["id"]), text(got["name"])
	if id == "" || name == "" {
		return Object{}, fmt.Errorf("GET %s: the answer has an organization without id or name; check the base URL", path)
	}
	fields := Fields{"name": name, "skipDefaultAlertsSettings": got["skipDefaultAlertsSettings"]}
	return Object{ID: id, Fields: fields}, nil
}
