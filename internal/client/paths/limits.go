package paths

// Set is a set of operations that share a token bucket of Atlas.
type Set struct {
	Name     string
	path     string // what the paths of its operations start with
	PerOrg   bool   // a bucket for each organization; otherwise for each credential
	Capacity int
	Refill   int // tokens a minute
}

// sets lists the sets for organizations, as documented in April 2026 [doc rate-limits]. Atlas may change them at any time,
// so its answers count more than this table. If several sets match a path, the last one counts.
var sets = [...]Set{
	{"Root", "", false, 300, 100},
	{"Organizations", "/orgs", false, 300, 100},
	{"Organizations", "/orgs/*", true, 500, 250},
	{"Organization Settings", "/orgs/*/settings", true, 10, 5},
	{"MongoDB Cloud Users", "/orgs/*/users", true, 500, 250},
	{"Teams", "/orgs/*/teams", true, 1200, 500},
	{"Programmatic API Keys", "/orgs/*/apiKeys", true, 500, 250},
	{"Service Accounts", "/orgs/*/serviceAccounts", true, 500, 250},
	{"Resource Policies", "/orgs/*/resourcePolicies*", true, 500, 250},
	{"Federated Authentication", "/orgs/*/federationSettings", true, 500, 250},
}

// SetOf returns the set of a resource.
func SetOf(resource string) (found Set) {
	for _, set := range sets {
		if startsWith(resource, set.path) {
			found = set
		}
	}
	return found
}

// Invites reports whether a request sends an invitation, by the older path or the newer one. Besides the token bucket, Atlas limits
// how many invitations one IP address sends [seen reports].
func Invites(method, resource string) bool {
	return method == "POST" && (startsWith(resource, "/orgs/*/invites") || startsWith(resource, "/orgs/*/users"))
}
