package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Organizations: their names, creation and deletion. The contents of an organization are other kinds.

func orgOperations() []operation {
	const public = "/api/public/v1.0/orgs/{orgId}"
	keyLimit := limitSet{name: "Programmatic API Keys", perOrg: true, capacity: 500, refill: 250}
	return []operation{
		{"GET", v2, versions{date2023}, "", anyone, perCaller, 200, paging(parameter{name: "name"}), listOrgs},
		{"POST", v2, versions{date2023}, "", owner, perCaller, 201, nil, createOrg},
		{"GET", org2, versions{date2023}, "", reader, organizations, 200, nil, getOrg},
		{"PATCH", org2, versions{date2023}, "", owner, organizations, 200, nil, updateOrg},
		{"GET", org2 + "/apiKeys/{apiUserId}", versions{date2023}, "", reader, keyLimit, 200, nil, getKey},
		{"DELETE", org2, versions{date2023}, "", owner, organizations, 204, nil, deleteOrg},

		// The legacy APIs: [doc create-one-organization], [doc update-one-organization].
		{"POST", "/api/atlas/v1.0/orgs", nil, "", owner, perCaller, 201, nil, createOrg},
		{"PATCH", public, nil, "", owner, organizations, 200, nil, renameOrg},
		// The links of its answer. Assumed: they have the shapes of the oldest version.
		{"GET", public, nil, "", reader, organizations, 200, nil, getOrg},
		{"GET", public + "/groups", nil, "", reader, organizations, 200, paging(), listProjects},
		{"GET", public + "/teams", nil, "", reader, organizations, 200, paging(), listTeams},
		{"GET", public + "/users", nil, "", reader, organizations, 200, paging(), listUsers},
	}
}

// Org is one organization and its contents.
type Org struct {
	ID                        string         `json:"id"` // 24 hex digits
	Name                      string         `json:"name"`
	IsDeleted                 bool           `json:"isDeleted"`
	Paying                    bool           `json:"paying"` // may create organizations
	SkipDefaultAlertsSettings bool           `json:"skipDefaultAlertsSettings"`
	Settings                  map[string]any `json:"settings"` // by Atlas's names; a missing setting is unset or has its default
	Users                     []*User        `json:"users"`
	Teams                     []*Team        `json:"teams"`
	Projects                  []*Project     `json:"projects"`

	// FederatedDomains are the e-mail domains of the organization's identity provider. People with such an address join
	// without an invitation [doc invitations].
	FederatedDomains []string `json:"federatedDomains,omitzero"`
	// FederationID is the federation that the organization is connected to; "" means none. Without it, the API does not
	// show FederatedDomains.
	FederationID string `json:"federationSettingsId,omitzero"`
}

// copy returns a copy that shares nothing with o.
func (o *Org) copy() *Org {
	c := *o
	c.Settings = maps.Clone(o.Settings)
	for name, v := range c.Settings {
		if parts, ok := v.(fields); ok {
			c.Settings[name] = maps.Clone(parts)
		}
	}
	c.Users = copies(o.Users, (*User).copy)
	c.Teams = copies(o.Teams, copyOf[Team])
	c.Projects = copies(o.Projects, copyOf[Project])
	c.FederatedDomains = slices.Clone(o.FederatedDomains)
	return &c
}

// copyOf returns a shallow copy.
func copyOf[T any](one *T) *T {
	other := *one
	return &other
}

func copies[T any](all []*T, copied func(*T) *T) []*T {
	if all == nil {
		return nil
	}
	other := make([]*T, len(all))
	for i, one := range all {
		other[i] = copied(one)
	}
	return other
}

// check refuses an organization that has null instead of an object, a pending user without an invitation, or an invalid
// federation id.
func (o *Org) check() error {
	if slices.Contains(o.Users, nil) || slices.Contains(o.Teams, nil) || slices.Contains(o.Projects, nil) {
		return errNull
	}
	if u := find(o.Users, func(u *User) bool { return u.Status == pending && u.Invitation == nil }); u != nil {
		return errors.New("pending user " + u.Username + " has no invitation")
	}
	if o.FederationID != "" && !hexID.MatchString(o.FederationID) {
		return fmt.Errorf("organization %s: federationSettingsId %q is not an id of 24 hexadecimal digits", o.Name, o.FederationID)
	}
	return nil
}

// orgNameText is the pattern of [api createOrg], and the space, which real names have [seen org-names]. The pattern's
// {1,64} is checked elsewhere: in a regular expression, it takes milliseconds at every start of the program.
var orgNameText = regexp.MustCompile(`^[\p{L}\p{N}\-_.(),:&@+' ]+$`)

func orgName() form {
	return stringThat(func(_, s string) error {
		if utf8.RuneCountInString(s) > 64 || !orgNameText.MatchString(s) {
			return bad("INVALID_ORG_NAME", `An invalid org name "`+s+`" was specified.`, s)
		}
		return nil
	})
}

// listOrgs lists the organization of the credential, and no other [seen list-orgs]. The name filter is a
// case-insensitive prefix [api listOrgs].
func listOrgs(c *call) (any, error) {
	if c.org == nil || !hasPrefixFold(c.org.Name, c.query.values.Get("name")) {
		return page{}, nil
	}
	item := c.org.view(c)
	item["links"] = []fields{c.link("self", v2+"/"+c.org.ID)}
	return page{item}, nil
}

func hasPrefixFold(s, prefix string) bool {
	return strings.HasPrefix(strings.ToLower(s), strings.ToLower(prefix))
}

func getOrg(c *call) (any, error) { return c.org.view(c), nil }

// updateOrg requires the name, even if only skipDefaultAlertsSettings changes [api updateOrg].
func updateOrg(c *call) (any, error) {
	attributes := append([]attribute{
		{"name", required, orgName()},
		{"skipDefaultAlertsSettings", optional, boolean()},
	}, readOnlyAttributes("id", "isDeleted", "links")...)
	if err := conform(c.body, attributes); err != nil {
		return nil, err
	}
	c.org.Name = str(c.body["name"])
	if skip, given := c.body["skipDefaultAlertsSettings"].(bool); given {
		c.org.SkipDefaultAlertsSettings = skip
	}
	return c.org.view(c), nil
}

// renameOrg is the legacy rename, which accepts the name only [doc update-one-organization].
func renameOrg(c *call) (any, error) {
	if err := conform(c.body, []attribute{{"name", required, orgName()}}); err != nil {
		return nil, err
	}
	c.org.Name = str(c.body["name"])
	return fields{
		"id":        c.org.ID,
		"isDeleted": c.org.IsDeleted,
		"links":     orgLinks(c, "/api/public/v1.0/orgs/"+c.org.ID, "http://mms.mongodb.com/"),
		"name":      c.org.Name,
	}, nil
}

// deleteOrg marks the organization as deleted. Its credentials stop working.
func deleteOrg(c *call) (any, error) {
	if len(c.org.Projects) > 0 {
		return nil, refuse(http.StatusConflict, "ORG_NOT_EMPTY", "Organization cannot be deleted because it still contains active groups.")
	}
	c.org.IsDeleted = true
	return nil, nil
}

func (o *Org) view(c *call) fields {
	return fields{
		"id":                        o.ID,
		"isDeleted":                 o.IsDeleted,
		"links":                     orgLinks(c, v2+"/"+o.ID, "https://cloud.mongodb.com/"),
		"name":                      o.Name,
		"skipDefaultAlertsSettings": o.SkipDefaultAlertsSettings,
	}
}

// orgLinks returns the links of an organization at path. Their relations are below rel [seen org-links].
func orgLinks(c *call, path, rel string) []fields {
	return []fields{
		c.link("self", path),
		c.link(rel+"groups", path+"/groups"),
		c.link(rel+"teams", path+"/teams"),
		c.link(rel+"users", path+"/users"),
	}
}
