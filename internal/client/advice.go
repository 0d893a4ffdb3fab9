package client

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Advice says what to do next, or "" if nothing is known to help. The code of a refusal says more than its status: Atlas
// answers 401 for a wrong key, for the key of another organization, and for a role that is too low (error codes page).
func (e *Error) Advice() string {
	switch {
	case e.Hint != "":
		return e.Hint
	case e.RetryAfter > 0 && isThrottling(e.Code):
		return "run it again then, it goes on where it stopped"
	}
	if advice, known := e.adviceOnCode(); known {
		return advice
	}
	if e.Err != nil || e.Temporary() || e.Status >= 500 {
		return e.adviceOnStatus()
	}
	return ""
}

// adviceOnCode goes by the code. It is not known if nothing is said about the code here.
func (e *Error) adviceOnCode() (advice string, known bool) {
	switch e.Code {
	case "UNEXPECTED_ERROR", "":
		return e.adviceOnStatus(), true
	case "RESOURCE_NOT_FOUND":
		return adviceOnPath(e.Path), true
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

// roleCodes are the codes of refusals because the role of the credential is too low (error codes page).
const roleCodes = "NOT_ORG_OWNER USER_UNAUTHORIZED ORG_REQUIRES_ROLE NOT_ORG_USER_ADMIN NOT_USER_ADMIN NOT_ORG_GROUP_CREATOR NOT_API_KEY_ADMIN API_KEY_WHITELIST_ACCESS_DENIED ACCESS_FORBIDDEN"

// The codes that have the same advice. Most are of the error codes page; those of OAuth are of RFC 6749.
var advices = [...]struct{ codes, advice string }{
	{roleCodes, "the credential needs the role ORG_OWNER"},
	{"NO_CURRENT_USER", "check both variables of its credential"},
	{"USER_CANNOT_ACCESS_ORG NOT_IN_GROUP", "the credential belongs to another organization, or the id is wrong; check id and credentials"},
	{"ORG_NOT_FOUND INVALID_ORG_ID NOT_ATLAS_ORG ATLAS_GROUP", "check the id"},
	{"GROUP_NOT_FOUND TEAM_NOT_FOUND TEAM_NOT_IN_ORG INVALID_TEAM_ID",
		"it is gone, but somebody still has a role in it; write projects and teams of that person, with those that stay"},
	{"INVALID_ORG_NAME", "correct the name; Atlas takes at most 64 letters, digits, spaces and -_.(),:&@+'"},
	{"INVALID_USERNAME INVALID_EMAIL_ADDRESS BLOCKED_USERNAME INVALID_DOMAIN_IN_USERNAME", "correct the address in the tree"},
	{"DOMAIN_NOT_IN_ALLOW_LIST", "allow the domain in the federation, or take the address out of the tree"},
	{"INVALID_ROLE_FOR_ORG INVALID_ROLE_FOR_GROUP UNSUPPORTED_ROLE MISSING_API_KEY_ROLES CANNOT_ADD_GROUP_ROLE CANNOT_ADD_GLOBAL_ROLE CANNOT_REMOVE_ALL_USER_ROLES NO_ROLES_IN_ASSIGNMENT",
		"correct the roles in the tree"},
	{"INVALID_ENUM_VALUE VALIDATION_ERROR INVALID_ATTRIBUTE MISSING_ATTRIBUTE MISSING_ATTRIBUTES", "correct the value in the tree; if it is right, a newer version of atlas-gitops may know how Atlas wants it"},
	{"INVALID_JSON MALFORMED_JSON INVALID_JSON_ATTRIBUTE ATTRIBUTE_READ_ONLY INVALID_PATH_PARAMETER INVALID_QUERY_PARAMETER MUTUALLY_EXCLUSIVE_QUERY_PARAMETERS INVALID_VERSION_DATE",
		"update atlas-gitops, and check the proxy"},
	{"FEATURE_UNSUPPORTED", "take the setting out of the tree; this organization does not have it"},
	{"FEDERATED_USER_ATTRIBUTES_CANNOT_BE_UPDATED", "change it in the identity provider"},
	{"MAX_USERS_PER_ORG_EXCEEDED", "the seats of the organization are taken, and pending invitations count; remove some first, or ask MongoDB for more"},
	{"MAX_TEAMS_PER_ORG_EXCEEDED MAX_GROUPS_PER_ORG_EXCEEDED MAX_API_KEYS_PER_ORG_EXCEEDED MAX_USERS_PER_TEAM_EXCEEDED MAX_TEAMS_PER_USER_EXCEEDED MAX_TEAMS_PER_GROUP_EXCEEDED MAX_ORGS_PER_USER_EXCEEDED",
		"remove some first, or ask MongoDB for more"},
	{"CANNOT_DEMOTE_LAST_ORG_OWNER CANNOT_DELETE_LAST_ADMIN CANNOT_DELETE_LAST_OWNER",
		"an organization keeps one active ORG_OWNER; make somebody else one first, and wait until that person is active"},
	{"USER_ORGS_RESTRICTED", "another organization keeps this person out of all others; its owner has to lift that"},
	{"INVALID_INVITATION_ID USER_NOT_IN_ORG USERNAME_NOT_FOUND INVALID_USER_ID USER_ALREADY_EXISTS DATA_CONCURRENCY_ERROR", "somebody else changed it meanwhile; run it again"},
	{"USER_NOT_FOUND", "check create.ownerId; if it is not about a creation, run it again"},
	{"CANNOT_DELETE_GROUP_INVITATION", "remove this invitation in its project"},
	{"DEFAULT_INVITATION_EXCEPTION", "Atlas could not send the invitation; try again later"},
	{"TEAM_NAME_NOT_AVAILABLE", "choose another name for the team"},
	{"TEAM_NAME_NOT_FOUND", "check the name of the team"},
	{"CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT", "take the team out of its projects first"},
	{"CANNOT_CREATE_EMPTY_TEAM CANNOT_REMOVE_LAST_USER_FROM_TEAM", "leave somebody in the team"},
	{"ORG_NOT_EMPTY", "delete its projects first"},
	{"CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK", "end its live migration first"},
	{"API_KEY_MUST_BE_ASSOCIATED_WITH_PAYING_ORG API_KEY_CANNOT_CREATE_ORG NO_PAYMENT_INFORMATION_FOUND",
		"organizations are created with the credential of a paying organization; check create.from"},
	{"ORG_ALREADY_ASSOCIATED_WITH_FEDERATION", "check create.federationSettingsId"},
	{"ACCOUNT_SUSPENDED INACTIVE_ORG CANNOT_DELETE_ORG_FAILED_PAYMENTS FAILED_TO_DELETE_ORG_CHARGE_FAILED", "settle the organization's bills in Atlas first"},
	{"RATE_LIMITED_IP INVITATIONS_RATE_LIMITED_IP", "others send invitations from this address, too; run it again in some minutes, it goes on where it stopped"},
	{"invalid_client", "check the id and the secret of the service account; secrets expire"},
	{"access_denied", "the service account has too many tokens at once; they expire within the hour"},
}

// IsAboutRoles tells whether a refusal means that the role of the credential is too low.
func (e *Error) IsAboutRoles() bool { return slices.Contains(strings.Fields(roleCodes), e.Code) }

// OrgMayBeGone tells whether a refusal may mean that the organization was deleted. Its credential is then refused, too.
func (e *Error) OrgMayBeGone() bool {
	switch e.Code {
	case "USER_CANNOT_ACCESS_ORG", "NOT_IN_GROUP":
		return false // the credential is valid, and belongs to another organization
	case "ORG_NOT_FOUND", "INVALID_ORG_ID":
		return true
	}
	return e.Status == http.StatusUnauthorized && !e.IsAboutRoles()
}

// addressAdvice names the address that Atlas saw, which is the first parameter (observed).
func addressAdvice(parameters []any) string {
	if len(parameters) == 0 {
		return "add this machine's address to the access list of the credential"
	}
	return fmt.Sprintf("add the address %v to the access list of the credential", parameters[0])
}

// adviceOnPath suspects another server only if that does not even know the organization.
func adviceOnPath(path string) string {
	if resource := strings.TrimPrefix(path, prefix); strings.Count(resource, "/") <= 2 {
		return "check the base URL"
	}
	return ""
}

// adviceOnEndOfLife says what replaces a version of the API that Atlas has ended. It ends /invites on 2027-07-01 (API
// description).
func adviceOnEndOfLife(path string) string {
	if strings.HasSuffix(path, "/invites") || strings.Contains(path, "/invites/") {
		return "Atlas has ended what invitations are made of; move these people to members, with manage: { members: additive } to leave everybody else alone"
	}
	return "update atlas-gitops; Atlas has ended this version of its API"
}

// adviceOnStatus goes by the status, because no code says more. Atlas may leave the code out (observed).
func (e *Error) adviceOnStatus() string {
	var refused *WriteRefusedError
	switch {
	case errors.As(e, &refused):
		return "this is a mistake of atlas-gitops; nothing was sent"
	case errors.Is(e, ErrInterrupted):
		return "run it again"
	case e.Status == 0:
		return "check the base URL, the network and the proxy"
	case e.Status == http.StatusUnauthorized:
		return "check both variables of its credential, and that it belongs to this organization"
	case e.Status >= 500, e.Status == http.StatusTooManyRequests, e.Temporary():
		return "try again later; a run goes on where the last one stopped"
	case e.Status < 400, !e.FromAtlas:
		return "that is not how Atlas answers; check the base URL and the proxy"
	}
	return ""
}
