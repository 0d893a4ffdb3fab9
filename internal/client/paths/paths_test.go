package paths

import "testing"

// TestVersions: a version is that of the resource, and not of a longer word.
func TestVersions(t *testing.T) {
	for path, date := range map[string]string{
		"/orgs":                      "2023-01-01",
		"/orgs?name=a":               "2023-01-01",
		"/orgs/1/settings":           "2023-01-01",
		"/orgs/1/invites/2":          "2023-01-01",
		"/orgs/1/users":              "2025-02-19",
		"/orgs/1/users?username=a/b": "2025-02-19",
		"/orgs/1/users/2":            "2025-02-19",
		"/orgs/users":                "2023-01-01",
		"/orgs/1/usersettings":       "2023-01-01",

		"/orgs/1/serviceAccounts/2/accessList/192.0.2.0%2F24": "2024-08-05",
		"/orgs/1/resourcePolicies:validate":                   "2024-08-05",
		"/orgs/1/teams":                                       "2023-01-01",
		"/orgs/1/teams/2":                                     "2023-01-01",
		"/orgs/1/teams/2/users":                               "2025-02-19",
		"/orgs/1/teams/2:addUser":                             "2025-02-19",
	} {
		if got, want := MediaType(path), "application/vnd.atlas."+date+"+json"; got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}
