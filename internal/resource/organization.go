package resource

import "context"

// Organization is the organization itself: its name, and whether Atlas makes alerts for it by default.
var Organization = &Kind{
	Name: "organization",

	// It has none when it was deleted, which Atlas remembers for a while.
	Read: func(ctx context.Context, api API, org string) ([]Object, error) {
		var got Fields
		if err := api.Do(ctx, get, orgPath(org), nil, &got); err != nil {
			return nil, err
		}
		if got["isDeleted"] == true {
			return nil, nil
		}
		return []Object{organization(got)}, nil
	},

	// Atlas requires the name even when only something else changes.
	Update: func(ctx context.Context, api API, org string, have, want Object) error {
		body := Fields{"name": have.Fields["name"]}
		for field, value := range want.Fields {
			body[field] = value
		}
		return api.Do(ctx, patch, orgPath(org), body, nil)
	},
}

// Organizations returns every organization that the credential can see, without the deleted ones.
func Organizations(ctx context.Context, api API) ([]Object, error) {
	var orgs []Object
	for got, err := range api.All(ctx, "/orgs") {
		if err != nil {
			return nil, err
		}
		if got["isDeleted"] != true {
			orgs = append(orgs, organization(got))
		}
	}
	return orgs, nil
}

func organization(got Fields) Object {
	fields := Fields{"name": got["name"], "skipDefaultAlertsSettings": got["skipDefaultAlertsSettings"]}
	return Object{ID: text(got["id"]), Fields: fields}
}
