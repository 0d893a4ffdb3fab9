package sandbox

import (
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// role is the role that an operation requires of the caller's credential.
type role int

const (
	anyone role = iota // any caller with valid credentials
	reader             // any role in the organization
	owner              // ORG_OWNER
)

const orgOwner = "ORG_OWNER"

var hexID = regexp.MustCompile(`^[a-f0-9]{24}$`)

// access decides whether a caller may call an operation.
type access struct {
	keys   keys
	tokens tokens
	state  *state
}

func newAccess(s *state, b *Behavior) *access {
	return &access{
		keys:   keys{nonces: nonces{live: map[string]*nonce{}}, state: s, behavior: b},
		tokens: tokens{live: liveTokens{}, requests: windows{}, state: s, behavior: b},
		state:  s,
	}
}

// admit checks the caller's credentials and its IP address.
func (a *access) admit(c *call) error {
	if err := a.authenticate(c); err != nil {
		return err
	}
	return a.onAccessList(c)
}

// authenticate finds the credential of the request. A request without credentials gets the challenge for an API key,
// even if something else is wrong with it [seen digest-challenge].
func (a *access) authenticate(c *call) error {
	switch scheme, shown := authorization(c.r); scheme {
	case digestScheme:
		return a.keys.authenticate(c, shown)
	case bearerScheme:
		return a.tokens.authenticate(c, shown)
	}
	return a.keys.challenge(c.now, false)
}

// The schemes of an Authorization header that the API knows, in lower case.
const (
	digestScheme = "digest"
	bearerScheme = "bearer"
)

// authorization returns the scheme of the Authorization header in lower case, and the text after it.
func authorization(r *http.Request) (scheme, shown string) {
	scheme, shown, _ = strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.ToLower(scheme), strings.TrimSpace(shown)
}

// onAccessList checks the caller's IP address if the organization requires an access list.
func (a *access) onAccessList(c *call) error {
	org := a.state.fleet.org(c.caller.OrgID)
	if org == nil || org.Settings["apiAccessListRequired"] != true {
		return nil
	}
	ip := address(c.r)
	if slices.ContainsFunc(c.caller.AccessList, func(entry string) bool { return covers(entry, ip) }) {
		return nil
	}
	return refuse(http.StatusForbidden, "ORG_REQUIRES_ACCESS_LIST",
		"This organization requires access through an access list of ip ranges.", ip)
}

// covers reports whether an access list entry (an address or a CIDR block) contains ip.
func covers(entry, ip string) bool {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	if block, err := netip.ParsePrefix(entry); err == nil {
		return block.Contains(addr)
	}
	one, err := netip.ParseAddr(entry)
	return err == nil && one == addr
}

// inScope refuses a request for another organization than that of the credential [doc api-authentication]. Assumed:
// Atlas answers the same 401 for another organization and for one that does not exist.
func inScope(c *call) error {
	if !strings.Contains(c.op.path, "{orgId}") {
		return nil
	}
	id := c.r.PathValue("orgId")
	if !hexID.MatchString(id) {
		return refuse(http.StatusNotFound, "INVALID_ORG_ID", "An invalid organization ID "+id+" was specified.", id)
	}
	if id != c.caller.OrgID {
		return refuse(http.StatusUnauthorized, "USER_CANNOT_ACCESS_ORG", "User cannot access this organization.")
	}
	return nil
}

// hasRole checks the caller's role. Atlas answers a missing role with 401, not 403 [doc error-codes].
func hasRole(c *call) error {
	switch {
	case c.op.role == owner && !slices.Contains(c.caller.Roles, orgOwner):
		return refuse(http.StatusUnauthorized, "NOT_ORG_OWNER",
			"The currently logged in user does not have the owner role in organization "+c.caller.OrgID+".", c.caller.OrgID)
	case c.op.role == reader && !slices.ContainsFunc(c.caller.Roles, isOrgRole):
		return notAuthorized()
	}
	return nil
}

// notAuthorized is the error for an operation that needs another role [doc error-codes] [seen error-words].
func notAuthorized() *failure {
	return refuse(http.StatusUnauthorized, "USER_UNAUTHORIZED", "Current user is not authorized to perform this action.")
}

// isOrgRole reports whether name is a role in an organization [api createOrgUser].
func isOrgRole(name string) bool {
	switch name {
	case orgOwner, "ORG_MEMBER", "ORG_GROUP_CREATOR", "ORG_BILLING_ADMIN",
		"ORG_BILLING_READ_ONLY", "ORG_STREAM_PROCESSING_ADMIN", "ORG_READ_ONLY":
		return true
	}
	return false
}
