package client

import (
	"path"
	"strings"
)

// firstVersion is the date of the newest API version of most resources [api getOrg].
const firstVersion = "2023-01-01"

// versions lists the resources of an organization that have another newest version, by the start of their path. It lists no
// previews, because they change without notice.
var versions = [...]struct{ path, date string }{
	{"/orgs/*/delegationSettings", "2025-03-12"},    // [api getOrgDelegationSettings]
	{"/orgs/*/mcpConfigs", "2025-03-12"},            // [api listOrgMcpConfigs]
	{"/orgs/*/nonCompliantResources", "2024-08-05"}, // [api getOrgNonCompliantResources]
	{"/orgs/*/resourcePolicies*", "2024-08-05"},     // [api listOrgResourcePolicies] and [api validateOrgResourcePolicies]
	{"/orgs/*/serviceAccounts", "2024-08-05"},       // [api listOrgServiceAccounts]
	{"/orgs/*/teams/*:*User", "2025-02-19"},         // [api addOrgTeamUser] and [api removeOrgTeamUser]
	{"/orgs/*/teams/*/users", "2025-02-19"},         // [api listOrgTeamUsers]
	{"/orgs/*/users", "2025-02-19"},                 // [api listOrgUsers]
	{"/rateLimits", "2025-03-12"},                   // [api listRateLimits]
}

// mediaType returns the media type with the exact version of the resource at a path, for Accept and Content-Type.
func mediaType(resource string) string {
	resource, _, _ = strings.Cut(resource, "?")
	date := firstVersion
	for _, v := range versions {
		if startsWith(resource, v.path) {
			date = v.date
		}
	}
	return "application/vnd.atlas." + date + "+json"
}

func startsWith(resource, pattern string) bool {
	have, want := strings.Split(resource, "/"), strings.Split(pattern, "/")
	if len(have) < len(want) {
		return false
	}
	ok, err := path.Match(pattern, strings.Join(have[:len(want)], "/"))
	return ok && err == nil
}
