package client

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Advice says what to do next, or "" if nothing is known to help. The code of a refusal says more than its status: Atlas
// answers 401 for a wrong key, for the key of another organization, and for a role that is too low [doc error-codes].
func (e *Error) Advice() string {
	switch {
	case e.Hint != "":
		return e.Hint
	case e.RetryAfter > 0 && isThrottling(e.Code):
		return "run it again after that time; it continues where it stopped"
	}
	if advice, known := e.adviceOnCode(); known {
		return advice
	}
	if e.Err != nil || e.Temporary() || e.Status >= 500 || e.Status == http.StatusNotFound && !e.FromAtlas {
		return e.adviceOnStatus()
	}
	return ""
}

// adviceOnCode returns the advice for the error code. known is false if this function does not handle the code. An empty advice
// with known set means that no advice would help.
func (e *Error) adviceOnCode() (advice string, known bool) {
	switch e.Code {
	case "UNEXPECTED_ERROR", "":
		return e.adviceOnStatus(), true
	case "RESOURCE_NOT_FOUND":
		return adviceOnPath(e.Path), true
	case "SANDBOX_NOT_EMULATED":
		return cmp.Or(adviceOnPath(e.Path), "this is a limit of the sandbox, not a mistake in the tree; run this against Atlas"), true
	case "NO_CURRENT_USER":
		return "check " + e.credential(), true
	case "invalid_client":
		return "check " + e.credential() + "; the secret of a service account expires", true
	case "USER_CANNOT_ACCESS_ORG", "NOT_IN_GROUP":
		return "the credential belongs to another organization, or the id is wrong; correct id or credentials in the tree, or " + e.credential(), true
	case "GONE", "VERSION_GONE":
		return adviceOnEndOfLife(e.Path), true
	case "ORG_REQUIRES_ACCESS_LIST", "IP_ADDRESS_NOT_ON_ACCESS_LIST", "ORG_REQUIRES_WHITELIST", "IP_ADDRESS_NOT_ON_WHITELIST", "RESOURCE_REQUIRES_WHITELIST":
		return addressAdvice(e.Parameters), true
	}
	for _, a := range advices {
		if slices.Contains(strings.Fields(a.codes), e.Code) {
			return a.advice, true
		}
	}
	return "", false
}

// roleCodes are the codes that Atlas sends when the role of the credential is too low [doc error-codes].
const roleCodes = "NOT_ORG_OWNER USER_UNAUTHORIZED ORG_REQUIRES_ROLE NOT_ORG_USER_ADMIN NOT_USER_ADMIN NOT_ORG_GROUP_CREATOR NOT_API_KEY_ADMIN API_KEY_WHITELIST_ACCESS_DENIED ACCESS_FORBIDDEN"

// advices lists the codes that share an advice. Most codes come from [doc error-codes], the codes of OAuth from RFC 6749.
var advices = [...]struct{ codes, advice string }{
	{roleCodes, "the credential needs the role ORG_OWNER"},
	{"ORG_NOT_FOUND INVALID_ORG_ID NOT_ATLAS_ORG ATLAS_GROUP", "correct the id in the tree"},
	{"GROUP_NOT_FOUND TEAM_NOT_FOUND TEAM_NOT_IN_ORG INVALID_TEAM_ID",
		"a project or team of this person no longer exists; in the tree, list only the projects and teams that this person should keep"},
	{"INVALID_ORG_NAME", "correct the name; Atlas takes at most 64 letters, digits, spaces and -_.(),:&@+'"},
	{"INVALID_USERNAME INVALID_EMAIL_ADDRESS BLOCKED_USERNAME INVALID_DOMAIN_IN_USERNAME", "correct the address in the tree"},
	{"DOMAIN_NOT_IN_ALLOW_LIST", "allow the domain in the federation, or remove the address from the tree"},
	{"INVALID_ROLE_FOR_ORG INVALID_ROLE_FOR_GROUP UNSUPPORTED_ROLE MISSING_API_KEY_ROLES CANNOT_ADD_GROUP_ROLE CANNOT_ADD_GLOBAL_ROLE CANNOT_REMOVE_ALL_USER_ROLES NO_ROLES_IN_ASSIGNMENT",
		"correct the roles in the tree"},
	{"INVALID_ENUM_VALUE VALIDATION_ERROR INVALID_ATTRIBUTE MISSING_ATTRIBUTE MISSING_ATTRIBUTES", "correct the value in the tree; if it is right, update atlas-gitops"},
	{"INVALID_JSON MALFORMED_JSON INVALID_JSON_ATTRIBUTE ATTRIBUTE_READ_ONLY INVALID_PATH_PARAMETER INVALID_QUERY_PARAMETER MUTUALLY_EXCLUSIVE_QUERY_PARAMETERS INVALID_VERSION_DATE",
		"update atlas-gitops; if that does not help, check the proxy"},
	{"FEATURE_UNSUPPORTED", "remove the setting from the tree; this organization does not have it"},
	{"FEDERATED_USER_ATTRIBUTES_CANNOT_BE_UPDATED", "change this person in the identity provider"},
	{"MAX_USERS_PER_ORG_EXCEEDED", "the organization has no free seat, and pending invitations count; remove people or invitations first, or ask MongoDB for more seats"},
	{"MAX_TEAMS_PER_ORG_EXCEEDED MAX_GROUPS_PER_ORG_EXCEEDED MAX_API_KEYS_PER_ORG_EXCEEDED MAX_USERS_PER_TEAM_EXCEEDED MAX_TEAMS_PER_USER_EXCEEDED MAX_TEAMS_PER_GROUP_EXCEEDED MAX_ORGS_PER_USER_EXCEEDED",
		"a limit of Atlas is reached; remove objects that are not needed, or ask MongoDB for a higher limit"},
	{"CANNOT_DEMOTE_LAST_ORG_OWNER CANNOT_DELETE_LAST_ADMIN CANNOT_DELETE_LAST_OWNER",
		"an organization needs one active ORG_OWNER; give ORG_OWNER to another person first, and wait until that person is active"},
	{"USER_ORGS_RESTRICTED", "another organization forbids this person to join others; ask an owner of that organization to allow it"},
	{"INVALID_INVITATION_ID USER_NOT_IN_ORG USERNAME_NOT_FOUND INVALID_USER_ID USER_ALREADY_EXISTS DATA_CONCURRENCY_ERROR", "somebody changed this object in Atlas during the run; run it again"},
	{"USER_NOT_FOUND", "if this is a creation, correct create.ownerId in the tree; otherwise run it again"},
	{"CANNOT_DELETE_GROUP_INVITATION", "remove this invitation in its project in Atlas"},
	{"DEFAULT_INVITATION_EXCEPTION", "Atlas could not send the invitation; try again later"},
	{"TEAM_NAME_NOT_AVAILABLE", "write another name for the team in the tree"},
	{"TEAM_NAME_NOT_FOUND", "correct the name of the team in the tree"},
	{"CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT", "remove the team from its projects first"},
	{"CANNOT_CREATE_EMPTY_TEAM CANNOT_REMOVE_LAST_USER_FROM_TEAM", "keep at least one person in the team"},
	{"ORG_NOT_EMPTY", "delete the projects of the organization first"},
	{"CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK", "end the live migration of the organization first"},
	{"API_KEY_MUST_BE_ASSOCIATED_WITH_PAYING_ORG API_KEY_CANNOT_CREATE_ORG NO_PAYMENT_INFORMATION_FOUND",
		"name the credential of a paying organization in create.from"},
	{"ORG_ALREADY_ASSOCIATED_WITH_FEDERATION", "correct create.federationSettingsId in the tree"},
	{"ACCOUNT_SUSPENDED INACTIVE_ORG CANNOT_DELETE_ORG_FAILED_PAYMENTS FAILED_TO_DELETE_ORG_CHARGE_FAILED", "pay the organization's bills in Atlas first"},
	{"RATE_LIMITED_IP INVITATIONS_RATE_LIMITED_IP", "other runs send invitations from the same IP address; run it again in a few minutes; it continues where it stopped"},
	{"access_denied", "the service account has too many valid tokens; run it again in an hour, when they have expired"},
}

// IsAboutRoles reports whether Atlas refused because the role of the credential is too low.
func (e *Error) IsAboutRoles() bool { return slices.Contains(strings.Fields(roleCodes), e.Code) }

// OrgMayBeGone reports whether the refusal may mean that the organization was deleted. Atlas then refuses its credential, too.
func (e *Error) OrgMayBeGone() bool {
	switch e.Code {
	case "USER_CANNOT_ACCESS_ORG", "NOT_IN_GROUP":
		return false // the credential is valid, and belongs to another organization
	case "ORG_NOT_FOUND", "INVALID_ORG_ID":
		return true
	}
	return e.Status == http.StatusUnauthorized && !e.IsAboutRoles()
}

// addressAdvice names the IP address that Atlas saw. It is the first parameter of the error [seen reports].
func addressAdvice(parameters []any) string {
	if len(parameters) == 0 {
		return "add the IP address of this machine to the access list of the credential"
	}
	return fmt.Sprintf("add the IP address %v to the access list of the credential", parameters[0])
}

// adviceOnPath advises to check the base URL, unless the path is a part of an organization. A server that knows the organization
// is the right one.
func adviceOnPath(path string) string {
	if knowsOrg(path) {
		return ""
	}
	return "check " + baseURL
}

// knowsOrg reports whether the path is a part of an organization. The program sends such a request only after the server has
// answered a request for the organization itself.
func knowsOrg(path string) bool { return strings.Count(strings.TrimPrefix(path, prefix), "/") > 2 }

// adviceOnEndOfLife says what replaces a version of the API that Atlas has ended. Atlas ends /invites on 2027-07-01
// [api listOrgInvites].
func adviceOnEndOfLife(path string) string {
	if strings.HasSuffix(path, "/invites") || strings.Contains(path, "/invites/") {
		return "Atlas no longer has this interface for invitations; rename invitations to members in the tree, and add manage: { members: additive } to leave all other people alone"
	}
	return "update atlas-gitops; Atlas no longer has this version of its API"
}

// baseURL names the flag and the variable that set the base URL.
const baseURL = "the base URL (--base-url or MONGODB_ATLAS_BASE_URL)"

// credential names the variables that hold the credential of the request, if they are known.
func (e *Error) credential() string {
	return cmp.Or(e.Variables, "the credential")
}

// adviceOnStatus returns the advice for the status, when no code says more. Atlas may leave the code out [seen null-error-code].
func (e *Error) adviceOnStatus() string {
	var refused *WriteRefusedError
	switch {
	case errors.As(e, &refused):
		return "report this as a bug of atlas-gitops"
	case errors.Is(e, ErrInterrupted):
		return "run it again"
	case errors.Is(e, errNotJSON):
		return checkRoute(e.Path)
	case e.Status == 0:
		return "check " + baseURL + ", the network and the proxy"
	case e.Status == http.StatusUnauthorized:
		return "check " + e.credential() + ", and that the credential belongs to this organization"
	case e.Status >= 500, e.Status == http.StatusTooManyRequests, e.Temporary():
		return "run it again later; it continues where it stopped"
	case e.Status < 400, !e.FromAtlas:
		return foreign(e.Path)
	}
	return ""
}

// foreign returns the advice for an answer that does not come from Atlas.
func foreign(path string) string { return "the answer does not come from Atlas; " + checkRoute(path) }

// checkRoute advises to check what may send a request to another server than Atlas.
func checkRoute(path string) string {
	if knowsOrg(path) {
		return "check the proxy"
	}
	return "check " + baseURL + " and the proxy"
}
