// Package paths says what differs between the resources of Atlas: the version of the API, and the limits of requests. A resource is a
// path after the version prefix, such as /orgs/….
package paths

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

// MediaType returns the media type with the exact version of the resource at a path, for Accept and Content-Type.
func MediaType(resource string) string {
	resource, _, _ = strings.Cut(resource, "?")
	date := firstVersion
	for _, v := range versions {
		if startsWith(resource, v.path) {
			date = v.date
		}
	}
	return "application/vnd.atlas." + date + "+json"
}

// startsWith reports whether a resource is at the pattern, or below it. A * stands for any part of a name.
func startsWith(resource, pattern string) bool {
	for {
		want, restOfPattern, goesOn := strings.Cut(pattern, "/")
		have, restOfResource, hasMore := strings.Cut(resource, "/")
		switch {
		case !fits(have, want):
			return false
		case !goesOn || !hasMore:
			return !goesOn
		}
		pattern, resource = restOfPattern, restOfResource
	}
}

// fits reports whether a part of a path matches a part of a pattern. Most need no [path.Match], which would be slow for each request.
func fits(have, want string) bool {
	if want == "*" || !strings.Contains(want, "*") {
		return want == "*" || have == want
	}
	ok, err := path.Match(want, have)
	return ok && err == nil
}
