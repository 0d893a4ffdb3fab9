package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

const federation2 = "/api/atlas/v2/federationSettings/{federationSettingsId}"

// Federations have limits of their own: one for the paths that name an organization, one for the others (observed).
var (
	federatedOrgs   = limitSet{name: "Federated Authentication", perOrg: true, capacity: 500, refill: 250}
	federatedCaller = limitSet{name: "Federated Authentication", capacity: 300, refill: 100}
)

// connected are the organizations of a federation, which is nothing but these.
func (f *Fleet) connected(federation string) []*Org {
	var all []*Org
	for _, o := range f.Orgs {
		if o.FederationID == federation && !o.IsDeleted {
			all = append(all, o)
		}
	}
	return all
}

// getFederationSettings shows the federation of an organization (observed). That one without a federation has no such
// resource is assumed.
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

// listConnectedOrgs is for the owner of any of them (API description, listFederationSettingConnectedOrgConfigs).
func listConnectedOrgs(c *call) (any, error) {
	federation, err := c.federation()
	if err != nil {
		return nil, err
	}
	all := page{}
	for _, o := range c.fleet.connected(federation) {
		all = append(all, o.connection())
	}
	return all, nil
}

// getConnectedOrg is for the owner of that one (API description, getFederationSettingConnectedOrgConfig).
func getConnectedOrg(c *call) (any, error) {
	if _, err := c.federation(); err != nil {
		return nil, err
	}
	return c.org.connection(), nil
}

// federation is the one in the path, which has to be the caller's.
func (c *call) federation() (string, error) {
	const name = "federationSettingsId"
	id := c.r.PathValue(name)
	if !hexID.MatchString(id) {
		return "", bad("INVALID_PATH_PARAMETER", "Invalid path parameter "+name+" specified.", name)
	}
	return id, c.mayUse(id)
}

// mayUse refuses a federation that the caller's organization is not connected to. One that does not exist gives the same
// 401 as one of others (assumed, as for organizations).
func (c *call) mayUse(federation string) error {
	if c.org == nil || c.org.FederationID != federation {
		return refuse(http.StatusUnauthorized, "USER_UNAUTHORIZED", "Current user is not authorized to perform this action.")
	}
	return nil
}

// connection is how the organization is connected to its federation (observed). Atlas shows no user conflicts as null,
// and no identity provider, too.
func (o *Org) connection() fields {
	provider, _ := o.identityProvider()
	return fields{
		"dataAccessIdentityProviderIds": []string{}, "domainAllowList": []string{}, "domainRestrictionEnabled": false,
		"identityProviderId": provider, "instantUserProvisioningDisabled": false, "orgId": o.ID,
		"postAuthRoleGrants": []string{}, "roleMappings": []fields{}, "userConflicts": nil,
	}
}

// identityProvider is what vouches for the organization's domains: its id or nil, and whether it is active. The id is made
// up of the federation's, in the length that the API description gives it.
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
