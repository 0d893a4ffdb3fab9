package conformance

import (
	"fmt"
	"time"

	"atlas-gitops/internal/sandbox"
)

// People and objects of Acme-Production.
const (
	ada        = "5f1b0c0d0e0f0a0b0c0d2001" // a member, also of Acme Billing
	alan       = "5f1b0c0d0e0f0a0b0c0d2004" // id of his invitation
	platform   = "5f1b0c0d0e0f0a0b0c0d0f01"
	checkout   = "5f1b0c0d0e0f0a0b0c0d1001"
	graceID    = "5f1b0c0d0e0f0a0b0c0d2002" // owns Acme-Research; not a user of Acme Billing
	federation = "5f1b0c0d0e0f0a0b0c0d0c01" // federation of Acme Billing and Acme-Research
	nothing    = "5f1b0c0d0e0f0a0b0c0dffff" // an id that does not exist
	toKey      = `"apiKey":{"desc":"gitops","roles":["ORG_OWNER"]}`
	toAccount  = `"serviceAccount":{"name":"gitops","description":"for gitops","roles":["ORG_OWNER","ORG_MEMBER"],"secretExpiresAfterHours":8}`
	fullInvite = `{"username":"kay@acme.example","roles":["ORG_MEMBER"],"teamIds":["` + platform + `"],"groupRoleAssignments":[{"groupId":"` + checkout + `","roles":["GROUP_OWNER","GROUP_READ_ONLY"]}]}`
	briefly    = `{"username":"kay@acme.example","roles":["ORG_MEMBER"]}`
)

func organizationCalls() []call {
	key, account := []login{byDigest()}, []login{byToken()}
	return []call{
		{reason: "a credential sees its own organization", method: "GET", path: v2, status: 200},
		{reason: "a page has a size, a number and no count", method: "GET", path: v2 + "?itemsPerPage=1&pageNum=1&includeCount=false&name=acme", status: 200},
		{reason: "a page that is too large", method: "GET", path: v2 + "?itemsPerPage=501", status: 400, code: "INVALID_QUERY_PARAMETER"},
		{reason: "a page with an envelope", method: "GET", path: v2 + "?envelope=true&pretty=true", status: 200},
		{reason: "an empty page", method: "GET", path: v2 + "?name=zebra", status: 200},
		{reason: "a request without a version", method: "GET", path: v2, accept: "application/json", status: 406, code: "INVALID_VERSION_DATE"},

		{reason: "created with an API key", as: "ACME_BILLING", logins: key, method: "POST", path: v2, status: 201,
			body: `{"name":"Acme-Labs","orgOwnerId":"` + ada + `","skipDefaultAlertsSettings":true,` + toKey + `}`},
		{reason: "created with a service account", as: "ACME_BILLING", method: "POST", path: v2, status: 201,
			body: `{"name":"Acme Labs","orgOwnerId":"` + ada + `","federationSettingsId":"` + federation + `",` + toAccount + `}`},
		{reason: "owned by an owner of another connected organization", as: "ACME_BILLING", method: "POST", path: v2, status: 201,
			body: `{"name":"Acme Labs","orgOwnerId":"` + graceID + `","federationSettingsId":"` + federation + `"}`},
		{reason: "owned by that owner without the federation", as: "ACME_BILLING", method: "POST", path: v2, status: 404, code: "USER_NOT_FOUND",
			body: `{"name":"Acme Labs","orgOwnerId":"` + graceID + `"}`},
		{reason: "a federation that does not exist", as: "ACME_BILLING", method: "POST", path: v2, status: 401, code: "USER_UNAUTHORIZED",
			body: `{"name":"Acme Labs","orgOwnerId":"` + ada + `","federationSettingsId":"` + nothing + `"}`},
		{reason: "created by a service account, without an owner", as: "ACME_BILLING", logins: account, method: "POST", path: v2, body: `{"name":"Acme-Labs"}`, status: 201},
		{reason: "created by an API key, without an owner", as: "ACME_BILLING", logins: key, method: "POST", path: v2, body: `{"name":"Acme-Labs"}`, status: 400, code: "MISSING_ATTRIBUTE"},
		{reason: "created with both credentials", as: "ACME_BILLING", method: "POST", path: v2, body: `{"name":"Acme-Labs",` + toKey + `,` + toAccount + `}`, status: 400, code: "VALIDATION_ERROR"},
		{reason: "created with an invalid name", as: "ACME_BILLING", method: "POST", path: v2, body: `{"name":"<Acme>"}`, status: 400, code: "INVALID_ORG_NAME"},
		{reason: "created with an unknown owner", as: "ACME_BILLING", method: "POST", path: v2, body: `{"name":"Acme-Labs","orgOwnerId":"` + nothing + `"}`, status: 404, code: "USER_NOT_FOUND"},
		{reason: "created by an organization that does not pay", method: "POST", path: v2, body: `{"name":"Acme-Labs","orgOwnerId":"` + ada + `"}`, status: 403, code: "API_KEY_MUST_BE_ASSOCIATED_WITH_PAYING_ORG"},

		{reason: "one organization", method: "GET", path: acme, status: 200},
		{reason: "with an envelope", method: "GET", path: acme + "?envelope=true", status: 200},
		{reason: "another organization", method: "GET", path: v2 + "/" + billingID, status: 401, code: "USER_CANNOT_ACCESS_ORG"},
		{reason: "an invalid id", method: "GET", path: v2 + "/acme", status: 404, code: "INVALID_ORG_ID"},
		{reason: "from an address that is not on the access list", method: "GET", path: acme, status: 403, code: "ORG_REQUIRES_ACCESS_LIST", before: func(f *sandbox.Fleet) {
			change(productionID, func(o *sandbox.Org) { o.Settings["apiAccessListRequired"] = true })(f)
			for _, c := range f.Credentials {
				c.AccessList = nil
			}
		}},
		{reason: "renamed", method: "PATCH", path: acme, body: `{"name":"Acme Production"}`, status: 200},
		{reason: "alerts changed", method: "PATCH", path: acme, body: `{"name":"Acme-Production","skipDefaultAlertsSettings":true}`, status: 200},
		{reason: "changed without the name", method: "PATCH", path: acme, body: `{"skipDefaultAlertsSettings":true}`, status: 400, code: "MISSING_ATTRIBUTE"},
		{reason: "changed with another id", method: "PATCH", path: acme, body: `{"name":"Acme","id":"` + nothing + `"}`, status: 400, code: "ATTRIBUTE_READ_ONLY"},
		{reason: "changed with an unknown field", method: "PATCH", path: acme, body: `{"name":"Acme","nmae":"Acme"}`, status: 400, code: "INVALID_ATTRIBUTE"},
		{reason: "invalid JSON", method: "PATCH", path: acme, body: `{"name":`, status: 400, code: "MALFORMED_JSON"},
		{reason: "renamed by a reader", method: "PATCH", path: acme, body: `{"name":"Acme"}`, status: 401, code: "NOT_ORG_OWNER", before: demote("ORG_READ_ONLY")},
		{reason: "read without a role", method: "GET", path: acme, status: 401, code: "USER_UNAUTHORIZED", before: demote()},
		{reason: "deleted", as: "ACME_RESEARCH", method: "DELETE", path: v2 + "/" + researchID, status: 204},
		{reason: "deleted with projects", method: "DELETE", path: acme, status: 409, code: "ORG_NOT_EMPTY"},
	}
}

func settingsCalls() []call {
	const path = acme + "/settings"
	return []call{
		{reason: "all settings", method: "GET", path: path, status: 200},
		{reason: "with an envelope", method: "GET", path: path + "?envelope=true", status: 200},
		{reason: "all settings that can be unset are unset", method: "GET", path: path, status: 200,
			before: change(productionID, func(o *sandbox.Org) { o.Settings = map[string]any{} })},
		{reason: "all settings set", method: "PATCH", path: path, status: 200, body: `{"apiAccessListRequired":true,"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":3600,"idleSessionTimeoutInSeconds":300},
			"genAIFeaturesEnabled":false,"maxServiceAccountSecretValidityInHours":8,"multiFactorAuthRequired":true,"operationsContact":"noc@acme.example",
			"restrictEmployeeAccess":true,"securityContact":"soc@acme.example","streamsCrossGroupEnabled":true}`},
		{reason: "all settings cleared that can be cleared", method: "PATCH", path: path, body: `{"customSessionTimeouts":null,"operationsContact":null,"securityContact":""}`, status: 200},
		{reason: "the idle timeout cleared", method: "PATCH", path: path, body: `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":3600,"idleSessionTimeoutInSeconds":null}}`, status: 200},
		{reason: "the absolute timeout cleared", method: "PATCH", path: path, body: `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":null,"idleSessionTimeoutInSeconds":300}}`, status: 200},
		{reason: "an empty operations contact", method: "PATCH", path: path, body: `{"operationsContact":""}`, status: 400, code: "VALIDATION_ERROR"},
		{reason: "a secret validity that is too short", method: "PATCH", path: path, body: `{"maxServiceAccountSecretValidityInHours":7}`, status: 400, code: "VALIDATION_ERROR"},
		{reason: "a number in a string", method: "PATCH", path: path, body: `{"maxServiceAccountSecretValidityInHours":"8"}`, status: 400, code: "INVALID_JSON_ATTRIBUTE"},
		{reason: "an unknown setting", method: "PATCH", path: path, body: `{"mfaRequired":true}`, status: 400, code: "INVALID_ATTRIBUTE"},
		{reason: "changed by a reader", method: "PATCH", path: path, body: `{}`, status: 401, code: "NOT_ORG_OWNER", before: demote("ORG_MEMBER")},
		{reason: "the eleventh request within a minute", method: "GET", path: path, times: 11, status: 429, code: "RATE_LIMITED_TOKEN_BUCKET"},
		{reason: "the eleventh change within a minute", method: "PATCH", path: path, body: `{}`, times: 11, status: 429, code: "RATE_LIMITED_TOKEN_BUCKET"},
	}
}

func invitationCalls() []call {
	const path, one, none = acme + "/invites", acme + "/invites/" + alan, acme + "/invites/" + nothing
	return []call{
		{reason: "all pending invitations", method: "GET", path: path, status: 200},
		{reason: "a bare list with an envelope", method: "GET", path: path + "?envelope=true", status: 200},
		{reason: "the invitation of one person", method: "GET", path: path + "?username=alan@acme.example", status: 200},
		{reason: "no pending invitations", as: "ACME_RESEARCH", method: "GET", path: v2 + "/" + researchID + "/invites", status: 200},
		{reason: "a duplicate parameter", method: "GET", path: path + "?pretty=true&pretty=false", status: 400, code: "INVALID_QUERY_PARAMETER"},
		{reason: "read by a member", method: "GET", path: path, status: 401, code: "NOT_ORG_OWNER", before: demote("ORG_MEMBER")},
		{reason: "sent with a role only", method: "POST", path: path, body: briefly, status: 200},
		{reason: "sent with teams and projects", method: "POST", path: path, body: fullInvite, status: 200},
		{reason: "sent for an organization whose name has a space", as: "ACME_BILLING", method: "POST", path: v2 + "/" + billingID + "/invites", body: briefly, status: 200},
		{reason: "sent to an invalid address", method: "POST", path: path, body: `{"username":"kay","roles":["ORG_MEMBER"]}`, status: 400, code: "INVALID_EMAIL_ADDRESS"},
		{reason: "sent with an unknown role", method: "POST", path: path, body: `{"username":"kay@acme.example","roles":["ORG_KING"]}`, status: 400, code: "INVALID_ENUM_VALUE"},
		{reason: "sent with an unknown team", method: "POST", path: path, body: `{"username":"kay@acme.example","roles":["ORG_MEMBER"],"teamIds":["` + nothing + `"]}`, status: 404, code: "TEAM_NOT_FOUND"},
		{reason: "sent with an unknown project", method: "POST", path: path, body: `{"username":"kay@acme.example","roles":["ORG_MEMBER"],"groupRoleAssignments":[{"groupId":"` + nothing + `","roles":["GROUP_OWNER"]}]}`, status: 404, code: "GROUP_NOT_FOUND"},
		{reason: "sent to a person with a pending invitation", method: "POST", path: path, body: `{"username":"alan@acme.example","roles":["ORG_MEMBER"]}`, status: 409, code: "USER_ALREADY_EXISTS"},
		{reason: "the eleventh invitation within a minute", method: "POST", path: path, body: briefly, times: 11, status: 400, code: "INVITATIONS_RATE_LIMITED_IP"},
		{reason: "sent for a full organization", method: "POST", path: path, body: briefly, status: 400, code: "MAX_USERS_PER_ORG_EXCEEDED", before: change(productionID, crowd(500))},
		{reason: "changed by address", method: "PATCH", path: path, body: `{"username":"alan@acme.example","roles":["ORG_OWNER"]}`, status: 200},
		{reason: "changed by an unknown address", method: "PATCH", path: path, body: briefly, status: 404, code: "USERNAME_NOT_FOUND"},
		{reason: "read by id", method: "GET", path: one, status: 200},
		{reason: "read by an unknown id", method: "GET", path: none, status: 404, code: "RESOURCE_NOT_FOUND"},
		{reason: "all fields changed by id", method: "PATCH", path: one, status: 200,
			body: `{"roles":["ORG_OWNER"],"teamIds":["` + platform + `"],"groupRoleAssignments":[{"groupId":"` + checkout + `","roles":["GROUP_OWNER"]}]}`},
		{reason: "changed with another address", method: "PATCH", path: one, body: briefly, status: 400, code: "INVALID_ATTRIBUTE"},
		{reason: "cancelled", method: "DELETE", path: one, status: 204},
		{reason: "cancelled by an unknown id", method: "DELETE", path: none, status: 400, code: "INVALID_INVITATION_ID"},
	}
}

func listCalls() []call {
	const users = acme + "/users"
	return []call{
		{reason: "members and invited people", method: "GET", path: users, accept: version5, status: 200},
		{reason: "members, in the older version", method: "GET", path: users, status: 200},
		{reason: "a page in the middle", method: "GET", path: users + "?itemsPerPage=2&pageNum=2", accept: version5, status: 200},
		{reason: "one person", method: "GET", path: users + "?username=ada@acme.example", accept: version5, status: 200},
		{reason: "users of one status", method: "GET", path: users + "?orgMembershipStatus=PENDING", accept: version5, status: 200},
		{reason: "users of all statuses", method: "GET", accept: version5, status: 200, before: change(productionID, endings),
			path: users + "?orgMembershipStatuses=ACTIVE&orgMembershipStatuses=PENDING&orgMembershipStatuses=INVITATION_EXPIRED&orgMembershipStatuses=INVITATION_REJECTED"},
		{reason: "users of an unknown status", method: "GET", path: users + "?orgMembershipStatuses=GONE", accept: version5, status: 400, code: "INVALID_QUERY_PARAMETER"},
		{reason: "both parameters for the status", method: "GET", accept: version5, status: 400, code: "MUTUALLY_EXCLUSIVE_QUERY_PARAMETERS",
			path: users + "?orgMembershipStatus=PENDING&orgMembershipStatuses=ACTIVE"},
		{reason: "projects", method: "GET", path: acme + "/groups", status: 200},
		{reason: "projects by name", method: "GET", path: acme + "/groups?name=Search", status: 200},
		{reason: "the first of two pages", method: "GET", path: acme + "/groups?itemsPerPage=1&includeCount=true", status: 200},
		{reason: "a page before the first", method: "GET", path: acme + "/groups?pageNum=0", status: 400, code: "INVALID_QUERY_PARAMETER"},
		{reason: "teams", method: "GET", path: acme + "/teams", status: 200},
		{reason: "the last of two pages", method: "GET", path: acme + "/teams?itemsPerPage=1&pageNum=2", status: 200},
		{reason: "a page after the last", method: "GET", path: acme + "/teams?pageNum=9", status: 200},
		{reason: "one team", method: "GET", path: acme + "/teams/" + platform, status: 200},
		{reason: "a team that does not exist", method: "GET", path: acme + "/teams/" + nothing, status: 404, code: "TEAM_NOT_FOUND"},
		{reason: "one project", method: "GET", path: "/api/atlas/v2/groups/" + checkout, status: 200},
		{reason: "a project that does not exist", method: "GET", path: "/api/atlas/v2/groups/" + nothing, status: 404, code: "GROUP_NOT_FOUND"},
		{reason: "one API key", method: "GET", path: acme + "/apiKeys/" + ada, status: 200, before: withKey},
		{reason: "an API key that does not exist", method: "GET", path: acme + "/apiKeys/" + nothing, status: 400, code: "API_KEY_NOT_FOUND"},
		{reason: "a member by name", method: "GET", path: "/api/atlas/v2/users/byName/ada@acme.example", status: 200},
		{reason: "an unknown name", method: "GET", path: "/api/atlas/v2/users/byName/kay@acme.example", status: 404, code: "USERNAME_NOT_FOUND"},
	}
}

func federationCalls() []call {
	const settings, connected = v2 + "/" + billingID + "/federationSettings", "/api/atlas/v2/federationSettings/" + federation + "/connectedOrgConfigs"
	trusting := change(billingID, federated)
	return []call{
		{reason: "a federation without an identity provider", as: "ACME_BILLING", method: "GET", path: settings, status: 200},
		{reason: "a federation with an identity provider", as: "ACME_BILLING", method: "GET", path: settings, status: 200, before: trusting},
		{reason: "an organization without a federation", method: "GET", path: acme + "/federationSettings", status: 404, code: "RESOURCE_NOT_FOUND"},
		{reason: "a federation, read by a reader", method: "GET", path: acme + "/federationSettings", status: 401, code: "NOT_ORG_OWNER", before: demote("ORG_READ_ONLY")},
		{reason: "the connected organizations", as: "ACME_BILLING", method: "GET", path: connected, status: 200, before: trusting},
		{reason: "the first of two pages of connected organizations", as: "ACME_BILLING", method: "GET", path: connected + "?itemsPerPage=1&pageNum=1", status: 200},
		{reason: "the connected organizations of another federation", method: "GET", path: connected, status: 401, code: "USER_UNAUTHORIZED"},
		{reason: "one connected organization, in an envelope", as: "ACME_BILLING", method: "GET", path: connected + "/" + billingID + "?envelope=true", status: 200},
		{reason: "a connected organization of another owner", as: "ACME_BILLING", method: "GET", path: connected + "/" + researchID, status: 401, code: "USER_CANNOT_ACCESS_ORG"},
	}
}

func otherCalls() []call {
	const grant = "grant_type=client_credentials"
	account := []login{bySecret()}
	return []call{
		{reason: "a path that the sandbox does not have", method: "GET", path: acme + "/zebras", status: 501, code: "SANDBOX_NOT_EMULATED"},
		{reason: "a method that the path does not have", method: "PUT", path: acme, status: 405, code: "METHOD_NOT_ALLOWED"},
		{reason: "an unknown key", method: "GET", path: v2, status: 401, code: "UNEXPECTED_ERROR", logins: []login{byNobody()}},
		{reason: "created in the v1.0 API", as: "ACME_BILLING", method: "POST", path: "/api/atlas/v1.0/orgs", media: "application/json", status: 201,
			body: `{"name":"Acme-Labs","orgOwnerId":"` + ada + `",` + toKey + `}`},
		{reason: "renamed in the public API", method: "PATCH", path: "/api/public/v1.0/orgs/" + productionID, media: "application/json", body: `{"name":"Acme"}`, status: 200},
		{reason: "created in the v1.0 API, with an envelope", as: "ACME_BILLING", method: "POST", path: "/api/atlas/v1.0/orgs?envelope=true&pretty=true", media: "application/json",
			status: 201, body: `{"name":"Acme-Labs","orgOwnerId":"` + ada + `"}`},
		{reason: "renamed in the public API, with an envelope", method: "PATCH", path: "/api/public/v1.0/orgs/" + productionID + "?envelope=true&pretty=true",
			media: "application/json", body: `{"name":"Acme"}`, status: 200},
		{reason: "a token", logins: account, method: "POST", path: "/api/oauth/token", media: form, body: grant, status: 200},
		{reason: "a token for another grant", logins: account, method: "POST", path: "/api/oauth/token", media: form, body: "grant_type=password", status: 400, code: "unsupported_grant_type"},
		{reason: "a token without a grant", logins: account, method: "POST", path: "/api/oauth/token", media: form, body: "grant=x", status: 400, code: "invalid_request"},
		{reason: "a token for an unknown client", logins: []login{byNobody()}, method: "POST", path: "/api/oauth/token", media: form, body: grant, status: 401, code: "invalid_client"},
		{reason: "the 51st token within a minute", logins: account, method: "POST", path: "/api/oauth/token", media: form, body: grant, times: 51, status: 429, code: "RATE_LIMITED"},
		{reason: "a token revoked", logins: account, method: "POST", path: "/api/oauth/revoke", media: form, body: "token=x&token_type_hint=access_token", status: 200},
	}
}

// withKey adds an API key with a known id.
func withKey(f *sandbox.Fleet) {
	f.Credentials = append(f.Credentials, sandbox.NewKey(ada, "a key", productionID, []string{"ORG_READ_ONLY"}))
}

// crowd returns a change that adds n members to an organization.
func crowd(n int) func(*sandbox.Org) {
	return func(o *sandbox.Org) {
		for i := range n {
			u := *o.Users[0]
			u.ID, u.Username = fmt.Sprintf("5f1b0c0d0e0f0a0b0c0e%04x", i), fmt.Sprintf("u%d@acme.example", i)
			o.Users = append(o.Users, &u)
		}
	}
}

// endings makes one invitation expired and one rejected, and makes a member who has never logged in.
func endings(o *sandbox.Org) {
	for _, u := range o.Users {
		switch u.Username {
		case "alan@acme.example":
			u.Invitation.ExpiresAt = u.Invitation.ExpiresAt.AddDate(0, -2, 0)
		case "edsger@acme.example":
			u.Status = "INVITATION_REJECTED"
		case "grace@acme.example":
			u.Country, u.LastAuth = "", time.Time{}
		}
	}
}
