package sandbox

import (
	"slices"
	"strings"
)

// Federations: the organizations that share an identity provider. Read-only.

func federationOperations() []operation {
	// Paths with an organization have one set of limits, the other paths have another one [seen rate-limit-sets].
	org := limitSet{name: "Federated Authentication", perOrg: true, capacity: 500, refill: 250}
	caller := limitSet{name: "Federated Authentication", capacity: 300, refill: 100}
	pages := []parameter{{name: "pageNum"}, {name: "itemsPerPage"}}
	return []operation{
		{"GET", org2 + "/federationSettings", versions{date2023}, "", owner, org, 200, nil, getFederationSettings},
		{"GET", connected, versions{date2023}, "", owner, caller, 200, pages, listConnectedOrgs},
		{"GET", connected + "/{orgId}", versions{date2023}, "", owner, org, 200, nil, getConnectedOrg},
	}
}

// connected returns the organizations that are connected to a federation. The sandbox knows nothing else of a
// federation.
func (f *Fleet) connected(federation string) []*Org {
	var all []*Org
	for _, o := range f.Orgs {
		if o.FederationID == federation && !o.IsDeleted {
			all = append(all, o)
		}
	}
	return all
}

// getFederationSettings has the shape [seen federation-shape]. Assumed: an organization without a federation is a 404.
func getFederationSettings(c *call) (any, error) {
	if c.org.FederationID == "" {
		return nil, noResource(c.r)
	}
	provider, status := c.org.identityProvider()
	return fields{
		"federatedDomains": present(c.org.FederatedDomains), "hasRoleMappings": false, "id": c.org.FederationID,
		"identityProviderId": provider, "identityProviderStatus": status,
	}, nil
}

// listConnectedOrgs needs an owner of any connected organization [api listFederationSettingConnectedOrgConfigs].
func listConnectedOrgs(c *call) (any, error) {
	federation, err := federationInPath(c)
	if err != nil {
		return nil, err
	}
	all := page{}
	for _, o := range c.fleet.connected(federation) {
		all = append(all, o.connection())
	}
	return all, nil
}

// getConnectedOrg needs an owner of that organization [api getFederationSettingConnectedOrgConfig].
func getConnectedOrg(c *call) (any, error) {
	if _, err := federationInPath(c); err != nil {
		return nil, err
	}
	return c.org.connection(), nil
}

// federationInPath returns the id in the path. The error code for an id that is not 24 hex digits is assumed.
func federationInPath(c *call) (string, error) {
	const name = "federationSettingsId"
	id := c.r.PathValue(name)
	if !hexID.MatchString(id) {
		return "", bad("INVALID_PATH_PARAMETER", "Invalid path parameter "+name+" specified.", name)
	}
	return id, mayUse(c.org, id)
}

// mayUse refuses a federation that the caller's organization is not connected to: the caller must be an owner in the
// federation [api createOrg]. The error code is assumed. A federation that does not exist gets the same 401.
func mayUse(o *Org, federation string) error {
	if o == nil || o.FederationID != federation {
		return notAuthorized()
	}
	return nil
}

// connection has the shape [seen federation-shape]. Atlas shows null if there is no identity provider, and if there are
// no user conflicts.
func (o *Org) connection() fields {
	provider, _ := o.identityProvider()
	return fields{
		"dataAccessIdentityProviderIds": []string{}, "domainAllowList": []string{}, "domainRestrictionEnabled": false,
		"identityProviderId": provider, "instantUserProvisioningDisabled": false, "orgId": o.ID,
		"postAuthRoleGrants": []string{}, "roleMappings": []fields{}, "userConflicts": nil,
	}
}

// identityProvider returns the id and the status of the organization's identity provider, or nil. The id is a part of
// the federation's id, because it has 20 hex digits [api getFederationSettingConnectedOrgConfig].
func (o *Org) identityProvider() (id any, status string) {
	if len(o.FederatedDomains) == 0 {
		return nil, "INACTIVE"
	}
	return o.FederationID[4:], "ACTIVE"
}

// federates reports whether a person with that address joins without an invitation. Domains are compared
// case-insensitively.
func (o *Org) federates(username string) bool {
	domain := username[strings.LastIndex(username, "@")+1:]
	return slices.ContainsFunc(o.FederatedDomains, func(d string) bool { return strings.EqualFold(d, domain) })
}
