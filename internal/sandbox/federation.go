package sandbox

import (
	"slices"
	"strings"
)

// Federations: which organizations share an identity provider, to be read only.

func federationOperations() []operation {
	const connected = "/api/atlas/v2/federationSettings/{federationSettingsId}/connectedOrgConfigs"
	// One set of limits is for paths with an organization, one for the others (observed).
	org := limitSet{name: "Federated Authentication", perOrg: true, capacity: 500, refill: 250}
	caller := limitSet{name: "Federated Authentication", capacity: 300, refill: 100}
	pages := []parameter{{name: "pageNum"}, {name: "itemsPerPage"}}
	return []operation{
		{"GET", org2 + "/federationSettings", versions{date2023}, "", owner, org, 200, nil, getFederationSettings},
		{"GET", connected, versions{date2023}, "", owner, caller, 200, pages, listConnectedOrgs},
		{"GET", connected + "/{orgId}", versions{date2023}, "", owner, org, 200, nil, getConnectedOrg},
	}
}

// connected returns the organizations that are connected to a federation. A federation is nothing else here.
func (f *Fleet) connected(federation string) []*Org {
	var all []*Org
	for _, o := range f.Orgs {
		if o.FederationID == federation && !o.IsDeleted {
			all = append(all, o)
		}
	}
	return all
}

// getFederationSettings has the observed shape. The 404 for an organization without a federation is assumed.
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

// listConnectedOrgs is for an owner of any connected organization (API description,
// listFederationSettingConnectedOrgConfigs).
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

// getConnectedOrg is for an owner of that organization (API description, getFederationSettingConnectedOrgConfig).
func getConnectedOrg(c *call) (any, error) {
	if _, err := federationInPath(c); err != nil {
		return nil, err
	}
	return c.org.connection(), nil
}

// federationInPath returns the id in the path. The code for an id that is not 24 hex digits is assumed.
func federationInPath(c *call) (string, error) {
	const name = "federationSettingsId"
	id := c.r.PathValue(name)
	if !hexID.MatchString(id) {
		return "", bad("INVALID_PATH_PARAMETER", "Invalid path parameter "+name+" specified.", name)
	}
	return id, mayUse(c.org, id)
}

// mayUse refuses a federation that an organization, the caller's, is not connected to (API description: the caller must be an
// owner in the federation). The code is assumed. A federation that does not exist gives the same 401, as with organizations.
func mayUse(o *Org, federation string) error {
	if o == nil || o.FederationID != federation {
		return notAuthorized()
	}
	return nil
}

// connection has the observed shape. Atlas shows null where there is no identity provider and no user conflict.
func (o *Org) connection() fields {
	provider, _ := o.identityProvider()
	return fields{
		"dataAccessIdentityProviderIds": []string{}, "domainAllowList": []string{}, "domainRestrictionEnabled": false,
		"identityProviderId": provider, "instantUserProvisioningDisabled": false, "orgId": o.ID,
		"postAuthRoleGrants": []string{}, "roleMappings": []fields{}, "userConflicts": nil,
	}
}

// identityProvider returns the id and the status of the provider that vouches for the organization's domains; nil is none.
// The id is a part of the federation's: the API description gives it 20 hex digits.
func (o *Org) identityProvider() (id any, status string) {
	if len(o.FederatedDomains) == 0 {
		return nil, "INACTIVE"
	}
	return o.FederationID[4:], "ACTIVE"
}

// federates reports whether somebody of that address joins without an invitation. Domains
// have no case.
func (o *Org) federates(username string) bool {
	domain := username[strings.LastIndex(username, "@")+1:]
	return slices.ContainsFunc(o.FederatedDomains, func(d string) bool { return strings.EqualFold(d, domain) })
}
