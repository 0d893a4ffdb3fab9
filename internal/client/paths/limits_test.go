package paths

import "testing"

// TestSets: the most exact set of a resource counts.
func TestSets(t *testing.T) {
	for resource, want := range map[string]string{
		"":                                  "Root",
		"/rateLimits":                       "Root",
		"/orgs":                             "Organizations",
		"/orgs/1":                           "Organizations",
		"/orgs/1/invites/2":                 "Organizations",
		"/orgs/1/groups":                    "Organizations",
		"/orgs/1/settings":                  "Organization Settings",
		"/orgs/1/settingsOfOthers":          "Organizations",
		"/orgs/1/users/2":                   "MongoDB Cloud Users",
		"/orgs/1/users/2:addRole":           "MongoDB Cloud Users",
		"/orgs/1/teams/2/users":             "Teams",
		"/orgs/1/apiKeys/2/accessList":      "Programmatic API Keys",
		"/orgs/1/serviceAccounts":           "Service Accounts",
		"/orgs/1/resourcePolicies:validate": "Resource Policies",
		"/orgs/1/federationSettings":        "Federated Authentication",
	} {
		if got := SetOf(resource); got.Name != want || got.PerOrg != (len(resource) > len("/orgs") && resource != "/rateLimits") {
			t.Errorf("%s: got %+v, want %s", resource, got, want)
		}
	}
}

// TestInvites: only a request that sends an invitation counts as one.
func TestInvites(t *testing.T) {
	for request, want := range map[[2]string]bool{
		{"POST", "/orgs/1/users"}:         true,
		{"POST", "/orgs/1/invites"}:       true,
		{"GET", "/orgs/1/users"}:          false,
		{"PATCH", "/orgs/1/invites/2"}:    false,
		{"POST", "/orgs/1/teams/2/users"}: false,
	} {
		if got := Invites(request[0], request[1]); got != want {
			t.Errorf("%s: got %v", request, got)
		}
	}
}
