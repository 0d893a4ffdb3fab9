package conformance

import "atlas-gitops/internal/sandbox"

// Users of Acme-Production.
const (
	grace    = acme + "/users/5f1b0c0d0e0f0a0b0c0d2002" // a member
	alanUser = acme + "/users/5f1b0c0d0e0f0a0b0c0d2005" // alan, pending
	edsger   = acme + "/users/5f1b0c0d0e0f0a0b0c0d2009" // edsger, pending; rejected after endings
	nobody   = acme + "/users/" + nothing
	newcomer = `{"username":"kay@acme.example","roles":{"orgRoles":["ORG_MEMBER"]}}`
	placed   = `"roles":{"orgRoles":["ORG_MEMBER","ORG_READ_ONLY"],"groupRoleAssignments":[{"groupId":"` + checkout + `","groupRoles":["GROUP_OWNER","GROUP_READ_ONLY"]}]},"teamIds":["` + platform + `"]`
)

// federated lets everybody at Acme join without an invitation.
func federated(o *sandbox.Org) { o.FederatedDomains = []string{"acme.example"} }

// abdicated leaves one owner, ada.
func abdicated(o *sandbox.Org) {
	for _, u := range o.Users {
		if u.ID != ada {
			u.OrgRoles = []string{"ORG_MEMBER"}
		}
	}
}

func userCalls() []call {
	const path, owner = acme + "/users", acme + "/users/" + ada
	return []call{
		{reason: "invited with a role only", method: "POST", path: path, accept: version5, media: version5, body: newcomer, status: 201},
		{reason: "invited to teams and projects", method: "POST", path: path, accept: version5, media: version5, body: `{"username":"kay@acme.example",` + placed + `}`, status: 201},
		{reason: "invited from a federated domain", method: "POST", path: path, accept: version5, media: version5, body: newcomer, status: 201, before: change(productionID, federated)},
		{reason: "invited from a federated domain, in the older API", method: "POST", path: acme + "/invites", body: briefly, status: 200, before: change(productionID, federated)},
		{reason: "invited again after the invitation ended", method: "POST", path: path, accept: version5, media: version5, status: 201,
			body: `{"username":"alan@acme.example","roles":{"orgRoles":["ORG_MEMBER"]}}`, before: change(productionID, endings)},
		{reason: "invited while an invitation is pending", method: "POST", path: path, accept: version5, media: version5, status: 409, code: "USER_ALREADY_EXISTS",
			body: `{"username":"alan@acme.example","roles":{"orgRoles":["ORG_MEMBER"]}}`},
		{reason: "invited without a role", method: "POST", path: path, accept: version5, media: version5, body: `{"username":"kay@acme.example","roles":{"orgRoles":[]}}`, status: 400, code: "VALIDATION_ERROR"},
		{reason: "invited with an unknown team", method: "POST", path: path, accept: version5, media: version5, status: 404, code: "TEAM_NOT_FOUND",
			body: `{"username":"kay@acme.example","roles":{"orgRoles":["ORG_MEMBER"]},"teamIds":["` + nothing + `"]}`},
		{reason: "invited by a reader", method: "POST", path: path, accept: version5, media: version5, body: newcomer, status: 401, code: "NOT_ORG_OWNER", before: demote("ORG_READ_ONLY")},
		{reason: "the eleventh invitation within a minute", method: "POST", path: path, accept: version5, media: version5, body: newcomer, times: 11, status: 400, code: "INVITATIONS_RATE_LIMITED_IP"},
		{reason: "invited to a full organization", method: "POST", path: path, accept: version5, media: version5, body: newcomer, status: 400, code: "MAX_USERS_PER_ORG_EXCEEDED", before: change(productionID, crowd(500))},

		{reason: "a member", method: "GET", path: owner, accept: version5, status: 200},
		{reason: "a member with an envelope", method: "GET", path: owner + "?envelope=true", accept: version5, status: 200},
		{reason: "a pending user", method: "GET", path: alanUser, accept: version5, status: 200},
		{reason: "a user whose invitation expired", method: "GET", path: alanUser + "?orgMembershipStatuses=INVITATION_EXPIRED", accept: version5, status: 200, before: change(productionID, endings)},
		{reason: "a user who rejected the invitation", method: "GET", path: edsger + "?orgMembershipStatuses=INVITATION_REJECTED&orgMembershipStatuses=PENDING", accept: version5, status: 200, before: change(productionID, endings)},
		{reason: "a user who rejected the invitation, not asked for", method: "GET", path: edsger, accept: version5, status: 404, code: "USER_NOT_IN_ORG", before: change(productionID, endings)},
		{reason: "an invalid id", method: "GET", path: acme + "/users/ada", accept: version5, status: 404, code: "INVALID_USER_ID"},

		{reason: "a member's roles, teams and projects", method: "PATCH", path: grace, accept: version5, media: version5, body: `{` + placed + `}`, status: 200},
		{reason: "a member's teams", method: "PATCH", path: grace, accept: version5, media: version5, body: `{"teamIds":[]}`, status: 200},
		{reason: "the roles of a pending user", method: "PATCH", path: alanUser, accept: version5, media: version5, body: `{"roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[]}}`, status: 200},
		{reason: "the username of a pending user", method: "PATCH", path: alanUser, accept: version5, media: version5, body: `{"username":"kay@acme.example"}`, status: 400, code: "ATTRIBUTE_READ_ONLY"},
		{reason: "the roles of an unknown user", method: "PATCH", path: nobody, accept: version5, media: version5, body: `{}`, status: 404, code: "USER_NOT_IN_ORG"},
		{reason: "the last owner's roles", method: "PATCH", path: owner, accept: version5, media: version5, status: 403, code: "CANNOT_DEMOTE_LAST_ORG_OWNER",
			body: `{"roles":{"orgRoles":["ORG_MEMBER"]}}`, before: change(productionID, abdicated)},

		{reason: "a member removed", method: "DELETE", path: grace, accept: version5, status: 204},
		{reason: "a member removed in the older version", method: "DELETE", path: grace, status: 204},
		{reason: "an invitation cancelled", method: "DELETE", path: alanUser, accept: version5, status: 204},
		{reason: "an invitation cancelled in the older version", method: "DELETE", path: alanUser, status: 404, code: "USER_NOT_IN_ORG"},
		{reason: "the last owner removed", method: "DELETE", path: owner, accept: version5, status: 403, code: "CANNOT_DELETE_LAST_ADMIN", before: change(productionID, abdicated)},
	}
}

func roleCalls() []call {
	return []call{
		{reason: "addRole", method: "POST", path: grace + ":addRole", accept: version5, media: version5, body: `{"orgRole":"ORG_OWNER"}`, status: 200},
		{reason: "addRole for a pending user", method: "POST", path: alanUser + ":addRole", accept: version5, media: version5, body: `{"orgRole":"ORG_OWNER"}`, status: 200},
		{reason: "addRole with a role that the user has", method: "POST", path: grace + ":addRole", accept: version5, media: version5, body: `{"orgRole":"ORG_MEMBER"}`, status: 409, code: "USER_ALREADY_HAS_ROLE"},
		{reason: "addRole with an unknown role", method: "POST", path: grace + ":addRole", accept: version5, media: version5, body: `{"orgRole":"ORG_KING"}`, status: 400, code: "INVALID_ENUM_VALUE"},
		{reason: "addRole for an unknown user", method: "POST", path: nobody + ":addRole", accept: version5, media: version5, body: `{"orgRole":"ORG_OWNER"}`, status: 404, code: "USER_NOT_IN_ORG"},
		{reason: "an unknown verb", method: "POST", path: grace + ":promote", accept: version5, media: version5, body: `{"orgRole":"ORG_OWNER"}`, status: 501, code: "SANDBOX_NOT_EMULATED"},
		{reason: "removeRole", method: "POST", path: grace + ":removeRole", accept: version5, media: version5, body: `{"orgRole":"ORG_MEMBER"}`, status: 200, before: change(productionID, busy)},
		{reason: "removeRole of the only role", method: "POST", path: grace + ":removeRole", accept: version5, media: version5, body: `{"orgRole":"ORG_MEMBER"}`, status: 403, code: "CANNOT_REMOVE_ALL_USER_ROLES"},
		{reason: "removeRole for the last owner", method: "POST", path: acme + "/users/" + ada + ":removeRole", accept: version5, media: version5, body: `{"orgRole":"ORG_OWNER"}`,
			status: 403, code: "CANNOT_DEMOTE_LAST_ORG_OWNER", before: change(productionID, abdicated)},
		{reason: "older PUT with all roles", method: "PUT", path: grace + "/roles", body: `{"orgRoles":["ORG_OWNER","ORG_MEMBER"]}`, status: 200},
		{reason: "older PUT without roles", method: "PUT", path: grace + "/roles", body: `{"orgRoles":[]}`, status: 403, code: "CANNOT_REMOVE_ALL_USER_ROLES"},
		{reason: "older PUT with an unknown role", method: "PUT", path: grace + "/roles", body: `{"orgRoles":["ORG_KING"]}`, status: 400, code: "INVALID_ENUM_VALUE"},
		{reason: "older PUT for a pending user", method: "PUT", path: alanUser + "/roles", body: `{"orgRoles":["ORG_OWNER"]}`, status: 404, code: "USER_NOT_IN_ORG"},
	}
}

// busy gives everybody one more role.
func busy(o *sandbox.Org) {
	for _, u := range o.Users {
		u.OrgRoles = append(u.OrgRoles, "ORG_BILLING_READ_ONLY")
	}
}
