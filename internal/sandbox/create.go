package sandbox

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"
)

const maxOrgs = 250 // organizations of one user [doc limits]

// accountText is the pattern of a service account's name and description [api createOrg].
var accountText = regexp.MustCompile(`^[\p{L}\p{N}\-_.,' ]*$`)

func createAttributes() []attribute {
	return []attribute{
		{"name", required, orgName()},
		{"orgOwnerId", optional, anyString()},
		{"apiKey", optional, object([]attribute{
			{"desc", required, text(1, 250, nil)},
			{"roles", required, list(1, orgRole())},
		})},
		{"serviceAccount", nullable, object([]attribute{
			{"name", required, text(1, 64, accountText)},
			{"description", required, text(1, 250, accountText)},
			{"roles", required, list(1, orgRole())},
			{"secretExpiresAfterHours", required, integer(8, 8760)},
		})},
		{"federationSettingsId", optional, text(24, 24, hexID)},
		{"skipDefaultAlertsSettings", optional, boolean()},
	}
}

// createOrg creates an organization that the caller's organization pays for. The caller cannot manage the new
// organization. That needs the credential in the answer, and its secret is only in this answer [seen create-org]. The
// credential is optional; so is the owner if the caller is a service account [api createOrg]. So Atlas can create an
// organization that no one can access.
func createOrg(c *call) (any, error) {
	if err := checkCreation(c); err != nil {
		return nil, err
	}
	owner, err := newOwner(c)
	if err != nil {
		return nil, err
	}
	org := c.draft.addOrg(c.body, owner)
	answer := fields{"organization": org.view(c), "skipDefaultAlertsSettings": org.SkipDefaultAlertsSettings}
	for _, echoed := range []string{"orgOwnerId", "federationSettingsId"} {
		if v, given := c.body[echoed]; given {
			answer[echoed] = v
		}
	}
	if asked, ok := c.body["apiKey"].(fields); ok {
		answer["apiKey"] = issueKey(c, org, asked)
	}
	if asked, ok := c.body["serviceAccount"].(fields); ok {
		answer["serviceAccount"] = issueAccount(c, org, asked)
	}
	return answer, nil
}

// checkCreation checks everything in a creation except the owner.
func checkCreation(c *call) error {
	if err := conform(c.body, createAttributes()); err != nil {
		return err
	}
	if c.body["apiKey"] != nil && c.body["serviceAccount"] != nil {
		return violation("serviceAccount", "cannot be specified together with apiKey")
	}
	if c.body["orgOwnerId"] == nil && c.byKey {
		return missing("orgOwnerId")
	}
	if c.org == nil || !c.org.Paying {
		return refuse(http.StatusForbidden, "API_KEY_MUST_BE_ASSOCIATED_WITH_PAYING_ORG", "The API key must belong to a paying organization.")
	}
	if federation, given := c.body["federationSettingsId"].(string); given {
		return mayUse(c.org, federation)
	}
	return nil
}

// newOwner returns the user who will own the new organization, or nil if the request names none. An unknown user is
// USER_NOT_FOUND without a federation [seen terraform]. Assumed: the error is the same with a federation.
func newOwner(c *call) (*User, error) {
	id, given := c.body["orgOwnerId"].(string)
	if !given {
		return nil, nil
	}
	u := candidate(c, id)
	if u == nil {
		return nil, refuse(http.StatusNotFound, "USER_NOT_FOUND", "No user with ID "+id+" exists.", id)
	}
	if c.fleet.memberships(id) >= maxOrgs {
		return nil, bad("MAX_ORGS_PER_USER_EXCEEDED", "Maximum number of organizations per user ("+strconv.Itoa(maxOrgs)+") for "+u.Username+
			" exceeded while trying to add user to organization.", maxOrgs, u.Username)
	}
	return u, nil
}

// candidate returns the user with that id if the user may own a new organization, or nil. Without a federation, the
// owner is an active user of the caller's organization. With a federation, the owner is an owner of any connected
// organization [api createOrg].
func candidate(c *call, id string) *User {
	from, fits := []*Org{c.org}, (*User).IsActive
	if federation, given := c.body["federationSettingsId"].(string); given {
		from, fits = c.fleet.connected(federation), (*User).Owns
	}
	for _, o := range from {
		if u := find(o.Users, func(u *User) bool { return u.ID == id && fits(u) }); u != nil {
			return u
		}
	}
	return nil
}

func (d *draft) addOrg(body fields, owner *User) *Org {
	skip, _ := body["skipDefaultAlertsSettings"].(bool)
	org := &Org{
		ID: d.newID(), Name: str(body["name"]), SkipDefaultAlertsSettings: skip,
		Settings: fields{}, Users: []*User{}, Teams: []*Team{}, Projects: []*Project{},
		FederationID: str(body["federationSettingsId"]),
	}
	if owner != nil {
		u := *owner
		u.OrgRoles, u.GroupRoles, u.TeamIDs, u.Invitation = []string{orgOwner}, nil, nil, nil
		org.Users = append(org.Users, &u)
	}
	d.added = append(d.added, org)
	return org
}

// issued returns a credential without a key, as POST /orgs creates it.
func issued(label, orgID string, roles []string) *Credential {
	return &Credential{Name: label, OrgID: orgID, Roles: unique(roles), AccessList: []string{}, Issued: true}
}

// unique removes duplicate roles. A request may name a role twice, but an answer has each role once [api createOrg].
func unique(roles []string) []string {
	var kept []string
	for _, r := range roles {
		if !slices.Contains(kept, r) {
			kept = append(kept, r)
		}
	}
	return kept
}

func issueKey(c *call, org *Org, asked fields) fields {
	id := c.draft.newID()
	cred := NewKey(id, str(asked["desc"]), org.ID, strs(asked["roles"]))
	c.draft.credentials = append(c.draft.credentials, cred)
	return cred.key(c, id)
}

func issueAccount(c *call, org *Org, asked fields) fields {
	id, now := c.draft.newID(), second(c.now)
	cred := issued(str(asked["name"]), org.ID, strs(asked["roles"]))
	cred.setClient("issued " + id)
	c.draft.credentials = append(c.draft.credentials, cred)
	cred.SecretExpiresAt = now.Add(hours(asked["secretExpiresAfterHours"]))
	return fields{
		"clientId": cred.ClientID, "name": cred.Name, "description": asked["description"],
		"createdAt": now, "roles": cred.Roles,
		"secrets": []fields{{
			"id": id, "createdAt": now, "expiresAt": cred.SecretExpiresAt,
			"lastUsedAt": nil, "secret": cred.ClientSecret,
		}},
	}
}

// hours converts a checked integer to a duration.
func hours(v any) time.Duration {
	number, _ := v.(json.Number)
	n, _ := number.Int64()
	return time.Duration(n) * time.Hour
}
