package conformance

import "atlas-gitops/internal/sandbox"

// Users of Acme-Production.
const (
	grace    = acme + "/users/5f1b0c0d0e0f0a0b0c0d2002" // a member
	alanUser = acme + "/users/5f1b0c0d0e0f0a0b0c0d2005" // pending: alan
	edsger   = acme + "/users/5f1b0c0d0e0f0a0b0c0d2009" // pending: edsger, rejected after endings
	nobody   = acme + "/users/" + nothing
	newcomer = `{"username":"kay@acme.example","roles":{"orgRoles":["ORG_MEMBER"]}}`
	placed   = `"roles":{"orgRoles":["ORG_MEMBER","ORG_READ_ONLY"],"groupRoleAssignments":[{"groupId":"` + checkout + `","groupRoles":["GROUP_OWNER","GROUP_READ_ONLY"]}]},"teamIds":["` + platform + `"]`
)

// federated has everybody at Acme join without an invitation.
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
		{reason: "invited with just a role", method: "POST", path: path, accept: version5, media: version5, body: newcomer, status: 201},
		{reason: "invited to teams and projects", method: "POST", path: path, accept: version5, media: version5, body: `{"username":"kay@acme.example",` + placed + `}`, status: 201},
		{reason: "let in from a federated domain", method: "POST", path: path, accept: version5, media: version5, body: newcomer, status: 201, before: change(productionID, federated)},
		{reason: "let in by the older way to invite", method: "POST", path: acme + "/invites", body: briefly, status: 200, before: change(productionID, federated)},
		{reason: "invited again after the invitation ended", method: "POST", path: path, accept: version5, media: version5, status: 201,
			body: `{"username":"alan@acme.example","roles":{"orgRoles":["ORG_MEMBER"]}}`, before: change(productionID, endings)},
		{reason: "invited while an invitation is pending", method: "POST", path: path, accept: version5, media: version5, status: 409, code: "USER_ALREADY_EXISTS",
			body: `{"username":"alan@acme.example","roles":{"orgRoles":["ORG_MEMBER"]}}`},
		{reason: "invited without a role", method: "POST", path: path, accept: version5, media: version5, body: `{"username":"kay@acme.example","roles":{"orgRoles":[]}}`, status: 400, code: "VALIDATION_ERROR"},
		{reason: "invited to no such team", method: "POST", path: path, accept: version5, media: version5, status: 404, code: "TEAM_NOT_FOUND",
			body: `{"username":"kay@acme.example","roles":{"orgRoles":["ORG_MEMBER"]},"teamIds":["` + nothing + `"]}`},
		{reason: "invited by a reader", method: "POST", path: path, accept: version5, media: version5, body: newcomer, status: 401, code: "NOT_ORG_OWNER", before: demote("ORG_READ_ONLY")},
		{reason: "the eleventh person within a minute is a 400", method: "POST", path: path, accept: version5, media: version5, body: newcomer, times: 11, status: 400, code: "INVITATIONS_RATE_LIMITED_IP"},
		{reason: "invited to an organization that is full", method: "POST", path: path, accept: version5, media: version5, body: newcomer, status: 400, code: "MAX_USERS_PER_ORG_EXCEEDED", before: change(productionID, crowd(500))},

		{reason: "a member", method: "GET", path: owner, accept: version5, status: 200},
		{reason: "a member in an envelope", method: "GET", path: owner + "?envelope=true", accept: version5, status: 200},
		{reason: "somebody invited", method: "GET", path: alanUser, accept: version5, status: 200},
		{reason: "whose invitation expired", method: "GET", path: alanUser + "?orgMembershipStatuses=INVITATION_EXPIRED", accept: version5, status: 200, before: change(productionID, endings)},
		{reason: "who rejected it", method: "GET", path: edsger + "?orgMembershipStatuses=INVITATION_REJECTED&orgMembershipStatuses=PENDING", accept: version5, status: 200, before: change(productionID, endings)},
		{reason: "who is not shown unasked", method: "GET", path: edsger, accept: version5, status: 404, code: "USER_NOT_IN_ORG", before: change(productionID, endings)},
		{reason: "a user of no id", method: "GET", path: acme + "/users/ada", accept: version5, status: 404, code: "INVALID_USER_ID"},

		{reason: "a member's roles, teams and projects", method: "PATCH", path: grace, accept: version5, media: version5, body: `{` + placed + `}`, status: 200},
		{reason: "a member's teams", method: "PATCH", path: grace, accept: version5, media: version5, body: `{"teamIds":[]}`, status: 200},
		{reason: "the roles of somebody invited", method: "PATCH", path: alanUser, accept: version5, media: version5, body: `{"roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[]}}`, status: 200},
		{reason: "the username of somebody invited", method: "PATCH", path: alanUser, accept: version5, media: version5, body: `{"username":"kay@acme.example"}`, status: 400, code: "ATTRIBUTE_READ_ONLY"},
		{reason: "nobody's roles", method: "PATCH", path: nobody, accept: version5, media: version5, body: `{}`, status: 404, code: "USER_NOT_IN_ORG"},
		{reason: "the last owner's roles", method: "PATCH", path: owner, accept: version5, media: version5, status: 403, code: "CANNOT_DEMOTE_LAST_ORG_OWNER",
			body: `{"roles":{"orgRoles":["ORG_MEMBER"]}}`, before: change(productionID, abdicated)},

		{reason: "a member removed", method: "DELETE", path: grace, accept: version5, status: 204},
		{reason: "a member removed the older way", method: "DELETE", path: grace, status: 204},
		{reason: "an invitation cancelled", method: "DELETE", path: alanUser, accept: version5, status: 204},
		{reason: "an invitation cancelled the older way", method: "DELETE", path: alanUser, status: 404, code: "USER_NOT_IN_ORG"},
		{reason: "the last owner removed", method: "DELETE", path: owner, accept: version5, status: 403, code: "CANNOT_DELETE_LAST_ADMIN", before: change(productionID, abdicated)},
	}
}

func roleCalls() []call {
	return []call{
		{reason: "one more role", method: "POST", path: grace + ":addRole", accept: version5, media: version5, body: `{"orgRole":"ORG_OWNER"}`, status: 200},
		{reason: "one more for somebody invited", method: "POST", path: alanUser + ":addRole", accept: version5, media: version5, body: `{"orgRole":"ORG_OWNER"}`, status: 200},
		{reason: "one that she has", method: "POST", path: grace + ":addRole", accept: version5, media: version5, body: `{"orgRole":"ORG_MEMBER"}`, status: 409, code: "USER_ALREADY_HAS_ROLE"},
		{reason: "one that nobody has", method: "POST", path: grace + ":addRole", accept: version5, media: version5, body: `{"orgRole":"ORG_KING"}`, status: 400, code: "INVALID_ENUM_VALUE"},
		{reason: "one for nobody", method: "POST", path: nobody + ":addRole", accept: version5, media: version5, body: `{"orgRole":"ORG_OWNER"}`, status: 404, code: "USER_NOT_IN_ORG"},
		{reason: "a verb that there is not", method: "POST", path: grace + ":promote", accept: version5, media: version5, body: `{"orgRole":"ORG_OWNER"}`, status: 404, code: "RESOURCE_NOT_FOUND"},
		{reason: "one role less", method: "POST", path: grace + ":removeRole", accept: version5, media: version5, body: `{"orgRole":"ORG_MEMBER"}`, status: 200, before: change(productionID, busy)},
		{reason: "the only one", method: "POST", path: grace + ":removeRole", accept: version5, media: version5, body: `{"orgRole":"ORG_MEMBER"}`, status: 403, code: "CANNOT_REMOVE_ALL_USER_ROLES"},
		{reason: "the last owner's", method: "POST", path: acme + "/users/" + ada + ":removeRole", accept: version5, media: version5, body: `{"orgRole":"ORG_OWNER"}`,
			status: 403, code: "CANNOT_DEMOTE_LAST_ORG_OWNER", before: change(productionID, abdicated)},
		{reason: "all roles, the older way", method: "PUT", path: grace + "/roles", body: `{"orgRoles":["ORG_OWNER","ORG_MEMBER"]}`, status: 200},
		{reason: "no role at all, the older way", method: "PUT", path: grace + "/roles", body: `{"orgRoles":[]}`, status: 403, code: "CANNOT_REMOVE_ALL_USER_ROLES"},
		{reason: "an unknown role, the older way", method: "PUT", path: grace + "/roles", body: `{"orgRoles":["ORG_KING"]}`, status: 400, code: "INVALID_ENUM_VALUE"},
		{reason: "which knows nobody who is invited", method: "PUT", path: alanUser + "/roles", body: `{"orgRoles":["ORG_OWNER"]}`, status: 404, code: "USER_NOT_IN_ORG"},
	}
}

// busy has everybody hold one role more.
func busy(o *sandbox.Org) {
	for _, u := range o.Users {
		u.OrgRoles = append(u.OrgRoles, "ORG_BILLING_READ_ONLY")
	}
}
