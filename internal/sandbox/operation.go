package sandbox

import (
	"net/http"
	"slices"
)

// operation is one method of one path.
type operation struct {
	method   string
	path     string   // may end in a verb, as in {userId}:addRole
	versions []string // ascending dates; none: the legacy API, which negotiates nothing
	sunset   string   // the one of versions that is deprecated
	role     role     // the least that may call it
	limit    limitSet
	status   int
	query    []string // parameters besides envelope and pretty
	handle   func(*call) (any, error)
}

const (
	v2   = "/api/atlas/v2/orgs"
	org2 = v2 + "/{orgId}"
)

// paging are the parameters of every list that comes in pages.
func paging(more ...string) []string {
	return append([]string{"pageNum", "itemsPerPage", "includeCount"}, more...)
}

// operations lists every operation of the sandbox. Versions and roles are those of the
// API description; rate-limit sets are documented, for the legacy paths assumed.
func operations() []operation {
	first := []string{"2023-01-01"}
	newer := []string{"2025-02-19"}
	both := slices.Concat(first, newer)
	const user = org2 + "/users/{userId}"
	return []operation{
		{"GET", v2, first, "", anyone, perCaller, 200, paging("name"), listOrgs},
		{"POST", v2, first, "", owner, perCaller, 201, nil, createOrg},
		{"GET", org2, first, "", reader, organizations, 200, nil, getOrg},
		{"PATCH", org2, first, "", owner, organizations, 200, nil, updateOrg},
		{"DELETE", org2, first, "", owner, organizations, 204, nil, deleteOrg},
		{"GET", org2 + "/settings", first, "", reader, organizationSettings, 200, nil, getSettings},
		{"PATCH", org2 + "/settings", first, "", owner, organizationSettings, 200, nil, updateSettings},
		{"GET", org2 + "/invites", first, first[0], owner, organizations, 200, []string{"username"}, listInvitations},
		{"POST", org2 + "/invites", first, first[0], owner, organizations, 200, nil, createInvitation},
		{"PATCH", org2 + "/invites", first, first[0], owner, organizations, 200, nil, updateInvitationByUsername},
		{"GET", org2 + "/invites/{invitationId}", first, first[0], owner, organizations, 200, nil, getInvitation},
		{"PATCH", org2 + "/invites/{invitationId}", first, first[0], owner, organizations, 200, nil, updateInvitation},
		{"DELETE", org2 + "/invites/{invitationId}", first, first[0], owner, organizations, 204, nil, deleteInvitation},
		{"GET", org2 + "/users", both, both[0], reader, cloudUsers, 200,
			paging("username", "orgMembershipStatus", "orgMembershipStatuses"), listUsers},
		{"POST", org2 + "/users", newer, "", owner, cloudUsers, 201, nil, createUser},
		{"GET", user, newer, "", reader, cloudUsers, 200, []string{"orgMembershipStatuses"}, getUser},
		{"PATCH", user, newer, "", owner, cloudUsers, 200, nil, updateUser},
		{"DELETE", user, both, both[0], owner, cloudUsers, 204, nil, deleteUser},
		{"PUT", user + "/roles", first, first[0], owner, cloudUsers, 200, nil, putUserRoles},
		{"POST", user + ":addRole", newer, "", owner, cloudUsers, 200, nil, addUserRole},
		{"POST", user + ":removeRole", newer, "", owner, cloudUsers, 200, nil, removeUserRole},
		{"GET", org2 + "/groups", first, "", reader, organizations, 200, paging("name"), listProjects},
		{"GET", org2 + "/teams", first, "", reader, teams, 200, paging(), listTeams},
		{"GET", org2 + "/federationSettings", first, "", owner, federatedOrgs, 200, nil, getFederationSettings},
		{"GET", federation2 + "/connectedOrgConfigs", first, "", owner, federatedCaller, 200, []string{"pageNum", "itemsPerPage"}, listConnectedOrgs},
		{"GET", federation2 + "/connectedOrgConfigs/{orgId}", first, "", owner, federatedOrgs, 200, nil, getConnectedOrg},

		{"POST", "/api/atlas/v1.0/orgs", nil, "", owner, perCaller, 201, nil, createOrg},
		{"PATCH", "/api/public/v1.0/orgs/{orgId}", nil, "", owner, organizations, 200, nil, renameOrg},
	}
}

// methods are those that the operation answers: whatever can be read has a header, too.
func (op *operation) methods() []string {
	if op.method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{op.method}
}

// invites reports whether the operation sends an invitation, which is throttled by address.
func (op *operation) invites() bool {
	return op.method == http.MethodPost && (op.path == org2+"/invites" || op.path == org2+"/users")
}
