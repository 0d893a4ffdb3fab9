package client

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// refusal returns the error that the client makes from an answer of a server.
func refusal(method, path string, status int, body string) *Error {
	e := readError(&http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))})
	e.Method, e.Path = method, prefix+path
	return e
}

func TestAdvice(t *testing.T) {
	const org, atlas = "/orgs/5f1b0c0d0e0f0a0b0c0d0e01", `{"error":404,"errorCode":null,"detail":"no","parameters":null,"reason":"Not Found"}`
	const foreign, members = "the answer does not come from Atlas; check the base URL (--base-url or MONGODB_ATLAS_BASE_URL) and the proxy", "Atlas no longer has this interface for invitations; rename invitations to members in the tree"
	const account = "MONGODB_ATLAS_CLIENT_ID_ACME and MONGODB_ATLAS_CLIENT_SECRET_ACME"
	for _, row := range []struct {
		reason string
		err    *Error
		want   string // the beginning; "" for none
	}{
		{"the access list names the caller's address", &Error{Status: 403, Code: "ORG_REQUIRES_ACCESS_LIST", Parameters: []any{"192.0.2.1"}}, "add the IP address 192.0.2.1 to the access list of the credential"},
		{"Atlas may leave the caller's address out", &Error{Status: 403, Code: "IP_ADDRESS_NOT_ON_ACCESS_LIST"}, "add the IP address of this machine to the access list of the credential"},
		{"a wrong key", &Error{Status: 401, Code: "UNEXPECTED_ERROR"}, "check the credential, and that the credential belongs to this organization"},
		{"a wrong key from known variables", &Error{Status: 401, Code: "UNEXPECTED_ERROR", Variables: account}, "check MONGODB_ATLAS_CLIENT_ID_ACME and MONGODB_ATLAS_CLIENT_SECRET_ACME, and that the credential belongs to this organization"},
		{"a wrong secret of a service account", &Error{Status: 401, Code: "invalid_client", Variables: account}, "check MONGODB_ATLAS_CLIENT_ID_ACME and MONGODB_ATLAS_CLIENT_SECRET_ACME; the secret of a service account expires"},
		{"a credential that belongs to no user", &Error{Status: 401, Code: "NO_CURRENT_USER", Variables: account}, "check MONGODB_ATLAS_CLIENT_ID_ACME and MONGODB_ATLAS_CLIENT_SECRET_ACME"},
		{"the key of another organization", &Error{Status: 401, Code: "USER_CANNOT_ACCESS_ORG", Variables: account}, "the credential belongs to another organization, or the id is wrong; correct id or credentials in the tree, or MONGODB_ATLAS_CLIENT_ID_ACME and MONGODB_ATLAS_CLIENT_SECRET_ACME"},
		{"the same code from a server that fails", &Error{Status: 500, Code: "UNEXPECTED_ERROR"}, "run it again later"},
		{"a role that is too low", &Error{Status: 401, Code: "ORG_REQUIRES_ROLE"}, "the credential needs the role ORG_OWNER"},
		{"a role that is too low, with another status", &Error{Status: 403, Code: "ORG_REQUIRES_ROLE"}, "the credential needs the role ORG_OWNER"},
		{"an unknown code of a 401 says nothing about the key", &Error{Status: 401, Code: "NEW_CODE"}, ""},
		{"a bug of this program", &Error{Err: &WriteRefusedError{Method: "PATCH", Path: "/x"}}, "report this as a bug of atlas-gitops"},
		{"an interrupt has nothing to do with the network", &Error{Err: ErrInterrupted}, "run it again"},
		{"no server at this address", &Error{Err: errors.New("refused")}, "check the base URL (--base-url or MONGODB_ATLAS_BASE_URL), the network and the proxy"},
		{"a page of another server: the error says already that it is not JSON", &Error{Path: prefix + "/orgs", Err: errNotJSON}, "check the base URL (--base-url or MONGODB_ATLAS_BASE_URL) and the proxy"},
		{"a page of a proxy: the server has answered before", &Error{Path: prefix + org + "/users", Err: errNotJSON}, "check the proxy"},
		{"a redirect", &Error{Status: 301}, foreign},
		{"another server", refusal("GET", "/orgs", 404, "<html>"), foreign},
		{"another server that answers with JSON", refusal("GET", "/orgs", 404, `{"error":"not found"}`), foreign},
		{"a proxy: the server has answered before", refusal("GET", org+"/users", 404, "<html>"), "the answer does not come from Atlas; check the proxy"},
		{"an answer of Atlas without a code", refusal("GET", org+"/settings", 404, atlas), ""},
		{"a path that Atlas does not have", refusal("GET", "/orgs", 404, `{"error":404,"errorCode":"RESOURCE_NOT_FOUND"}`), "check the base URL"},
		{"an organization, from a server that does not know organizations", refusal("GET", org, 404, `{"error":404,"errorCode":"RESOURCE_NOT_FOUND"}`), "check the base URL"},
		{"a section that the organization does not have: the server is the right one", refusal("GET", org+"/users", 404, `{"error":404,"errorCode":"RESOURCE_NOT_FOUND"}`), ""},
		{"an operation that the sandbox does not have", refusal("GET", org+"/zebras", 501, `{"error":501,"errorCode":"SANDBOX_NOT_EMULATED"}`), "this is a limit of the sandbox, not a mistake in the tree; run this against Atlas"},
		{"a wrong path before that of the API, in the address of a sandbox", refusal("GET", "/orgs", 501, `{"error":501,"errorCode":"SANDBOX_NOT_EMULATED"}`), "check the base URL"},
		{"the list of invitations, from 2027-07-01 on", refusal("GET", org+"/invites", 410, `{"error":410,"errorCode":"GONE"}`), members},
		{"one invitation, from 2027-07-01 on", refusal("PATCH", org+"/invites/1", 410, `{"error":410,"errorCode":"VERSION_GONE"}`), members},
		{"another version that Atlas has ended", refusal("GET", org+"/users", 410, `{"error":410,"errorCode":"VERSION_GONE"}`), "update atlas-gitops; Atlas no longer has this version of its API"},
		{"a gateway that timed out", &Error{Status: 408, Retry: Retryable}, "run it again later"},
		{"a failing server", &Error{Status: 502}, "run it again later"},
		{"a failing server with a code", &Error{Status: 503, Code: "SERVICE_UNAVAILABLE"}, "run it again later"},
		{"an upgrade of Atlas, which ends by itself", &Error{Status: 405, Code: "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES", Retry: Retryable}, "run it again later"},
		{"a limit", &Error{Status: 429, Code: "RATE_LIMITED", Retry: Retryable}, "run it again later"},
		{"a limit that ends so late that no run waits for it", &Error{Status: 400, Code: "INVITATIONS_RATE_LIMITED_IP", RetryAfter: 24 * time.Hour}, "run it again after that time; it continues where it stopped"},
		{"an error that has its own hint", &Error{Status: 200, Err: errors.New("the list moves"), Hint: "run it again"}, "run it again"},
		{"too many invitations from one IP address", &Error{Status: 400, Code: "RATE_LIMITED_IP", Retry: Retryable}, "other runs send invitations from the same IP address"},
	} {
		if got := row.err.Advice(); (got == "") != (row.want == "") || !strings.HasPrefix(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestAdviceOnCodes checks the advice for every code that Atlas is known to send to this program. Some codes have no advice.
func TestAdviceOnCodes(t *testing.T) {
	const role, org, id, last = "the credential needs the role ORG_OWNER", "the credential belongs to another organization", "correct the id in the tree", "an organization needs one active ORG_OWNER"
	const access, value, ours, bills, again = "add the IP address of this machine", "correct the value in the tree", "update atlas-gitops; if that does not help", "pay the organization's bills", "somebody changed this object in Atlas during the run"
	const roles, full, address, gone, payer, later = "correct the roles in the tree", "a limit of Atlas is reached", "correct the address in the tree", "a project or team of this person no longer exists", "name the credential of a paying organization", "run it again later"
	for want, codes := range map[string]string{
		value: "INVALID_ATTRIBUTE MISSING_ATTRIBUTE MISSING_ATTRIBUTES VALIDATION_ERROR INVALID_ENUM_VALUE",
		ours:  "INVALID_JSON MALFORMED_JSON INVALID_JSON_ATTRIBUTE ATTRIBUTE_READ_ONLY INVALID_PATH_PARAMETER INVALID_QUERY_PARAMETER INVALID_VERSION_DATE",
		roles: "INVALID_ROLE_FOR_ORG INVALID_ROLE_FOR_GROUP UNSUPPORTED_ROLE MISSING_API_KEY_ROLES CANNOT_ADD_GROUP_ROLE CANNOT_ADD_GLOBAL_ROLE CANNOT_REMOVE_ALL_USER_ROLES NO_ROLES_IN_ASSIGNMENT",
		full: "MAX_TEAMS_PER_ORG_EXCEEDED MAX_GROUPS_PER_ORG_EXCEEDED MAX_API_KEYS_PER_ORG_EXCEEDED MAX_USERS_PER_TEAM_EXCEEDED MAX_TEAMS_PER_USER_EXCEEDED " +
			"MAX_TEAMS_PER_GROUP_EXCEEDED MAX_ORGS_PER_USER_EXCEEDED",
		role:    "USER_UNAUTHORIZED NOT_ORG_OWNER NOT_ORG_USER_ADMIN NOT_USER_ADMIN NOT_ORG_GROUP_CREATOR NOT_API_KEY_ADMIN ORG_REQUIRES_ROLE API_KEY_WHITELIST_ACCESS_DENIED ACCESS_FORBIDDEN",
		org:     "USER_CANNOT_ACCESS_ORG NOT_IN_GROUP",
		id:      "ORG_NOT_FOUND INVALID_ORG_ID NOT_ATLAS_ORG ATLAS_GROUP",
		gone:    "GROUP_NOT_FOUND TEAM_NOT_FOUND TEAM_NOT_IN_ORG INVALID_TEAM_ID",
		address: "INVALID_USERNAME INVALID_EMAIL_ADDRESS BLOCKED_USERNAME INVALID_DOMAIN_IN_USERNAME",
		again:   "INVALID_INVITATION_ID USER_NOT_IN_ORG USERNAME_NOT_FOUND INVALID_USER_ID USER_ALREADY_EXISTS DATA_CONCURRENCY_ERROR",
		bills:   "ACCOUNT_SUSPENDED CANNOT_DELETE_ORG_FAILED_PAYMENTS FAILED_TO_DELETE_ORG_CHARGE_FAILED INACTIVE_ORG",
		payer:   "NO_PAYMENT_INFORMATION_FOUND API_KEY_CANNOT_CREATE_ORG API_KEY_MUST_BE_ASSOCIATED_WITH_PAYING_ORG",
		access:  "ORG_REQUIRES_ACCESS_LIST IP_ADDRESS_NOT_ON_ACCESS_LIST ORG_REQUIRES_WHITELIST IP_ADDRESS_NOT_ON_WHITELIST RESOURCE_REQUIRES_WHITELIST",
		last:    "CANNOT_DEMOTE_LAST_ORG_OWNER CANNOT_DELETE_LAST_ADMIN CANNOT_DELETE_LAST_OWNER",

		"correct the name; Atlas takes":                                 "INVALID_ORG_NAME",
		"remove this invitation in its project":                         "CANNOT_DELETE_GROUP_INVITATION",
		"Atlas could not send the invitation":                           "DEFAULT_INVITATION_EXCEPTION",
		"allow the domain in the federation":                            "DOMAIN_NOT_IN_ALLOW_LIST",
		"the organization has no free seat":                             "MAX_USERS_PER_ORG_EXCEEDED",
		"other runs send invitations from the same IP":                  "RATE_LIMITED_IP INVITATIONS_RATE_LIMITED_IP",
		"check the credential":                                          "NO_CURRENT_USER",
		"remove the setting from the tree":                              "FEATURE_UNSUPPORTED",
		"another organization forbids this person":                      "USER_ORGS_RESTRICTED",
		"change this person in the identity provider":                   "FEDERATED_USER_ATTRIBUTES_CANNOT_BE_UPDATED",
		"if this is a creation, correct create.ownerId":                 "USER_NOT_FOUND",
		"correct create.federationSettingsId":                           "ORG_ALREADY_ASSOCIATED_WITH_FEDERATION",
		"remove the team from its projects first":                       "CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT",
		"keep at least one person in the team":                          "CANNOT_CREATE_EMPTY_TEAM CANNOT_REMOVE_LAST_USER_FROM_TEAM",
		"write another name for the team":                               "TEAM_NAME_NOT_AVAILABLE",
		"correct the name of the team":                                  "TEAM_NAME_NOT_FOUND",
		"delete the projects of the organization first":                 "ORG_NOT_EMPTY",
		"end the live migration":                                        "CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK",
		"check the credential; the secret of a service account expires": "invalid_client",
		"the service account has too many valid tokens":                 "access_denied",
		"": "USER_ALREADY_IN_TEAM ADDRESS_ALREADY_IN_WHITELIST CANNOT_REMOVE_CALLER_FROM_WHITELIST INVALID_TEAM_NAME CANNOT_ADD_PENDING_USER",
	} {
		for code := range strings.FieldsSeq(codes) {
			e := &Error{Method: "PATCH", Path: prefix + "/orgs/5f1b0c0d0e0f0a0b0c0d0e01/x", Status: 400, Code: code}
			if got := e.Advice(); (got == "") != (want == "") || !strings.HasPrefix(got, want) {
				t.Errorf("%s: got %q, want %q", code, got, want)
			}
		}
	}
}

// TestOrgMayBeGone: after the deletion of an organization Atlas refuses its id, or its credential, which is deleted with it.
func TestOrgMayBeGone(t *testing.T) {
	for _, row := range []struct {
		reason string
		status int
		code   string
		want   bool
	}{
		{"the id of a deleted organization", 404, "ORG_NOT_FOUND", true},
		{"an id that no organization has", 400, "INVALID_ORG_ID", true},
		{"a deleted credential", 401, "UNEXPECTED_ERROR", true},
		{"a 401 without a code", 401, "", true},
		{"a valid credential of another organization", 401, "USER_CANNOT_ACCESS_ORG", false},
		{"a valid credential of another project", 401, "NOT_IN_GROUP", false},
		{"a valid credential with a role that is too low", 401, "NOT_ORG_OWNER", false},
		{"a team that does not exist", 404, "TEAM_NOT_FOUND", false},
		{"a server that fails", 503, "", false},
	} {
		if got := (&Error{Status: row.status, Code: row.code}).OrgMayBeGone(); got != row.want {
			t.Errorf("%s: got %t", row.reason, got)
		}
	}
}
