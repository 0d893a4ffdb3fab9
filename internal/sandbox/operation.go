package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// kind is one part of an organization, such as its users, and the API operations on it.
type kind struct {
	name       string
	operations []operation
}

// kinds lists every kind. A new kind needs a file with its operations, a line here, and a field of Org for its objects.
func kinds() []kind {
	return []kind{
		{"organization", orgOperations()},
		{"settings", settingsOperations()},
		{"invitations", invitationOperations()},
		{"members", memberOperations()},
		{"teams", teamOperations()},
		{"projects", projectOperations()},
		{"federation", federationOperations()},
	}
}

// Kinds returns the names of the kinds that the sandbox has operations for.
func Kinds() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// operation is one method of one path. The tables of the kinds list the fields in this order. Versions and roles are
// from [api], limit sets from [doc rate-limits]. The limit sets of legacy paths are assumed.
type operation struct {
	method   string
	path     string // may end in a verb, such as {userId}:addRole
	versions versions
	sunset   string // the deprecated one of versions
	role     role   // the least role that may call it
	limit    limitSet
	status   int
	query    []parameter // without envelope and pretty
	handle   func(*call) (any, error)
}

const (
	v2         = "/api/atlas/v2/orgs"
	org2       = v2 + "/{orgId}"
	oneProject = "/api/atlas/v2/groups/{groupId}"
	connected  = "/api/atlas/v2/federationSettings/{federationSettingsId}/connectedOrgConfigs"
)

// notEmulatedMethods returns the methods that Atlas has on a path of an operation, but the sandbox does not [api].
func notEmulatedMethods(path string) []string {
	switch path {
	case org2 + "/teams":
		return []string{http.MethodPost}
	case org2 + "/teams/{teamId}", org2 + "/apiKeys/{apiUserId}", oneProject, connected + "/{orgId}":
		return []string{http.MethodPatch, http.MethodDelete}
	case "/api/atlas/v1.0/orgs":
		return []string{http.MethodGet, http.MethodHead}
	case "/api/public/v1.0/orgs/{orgId}":
		return []string{http.MethodDelete}
	}
	return nil
}

// methods returns the methods of the operation: a GET also answers HEAD.
func (op *operation) methods() []string {
	if op.method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{op.method}
}

// verb returns the part after the id at the end of the path, such as :addRole, or "".
func (op *operation) verb() string {
	_, verb, _ := strings.Cut(op.path, "}:")
	return verb
}

// base returns the path without its verb. The mux matches whole segments, so it cannot see verbs.
func (op *operation) base() string { return strings.TrimSuffix(op.path, ":"+op.verb()) }

// lastID returns the parameter at the end of the path, or "".
func (op *operation) lastID() string {
	_, name, _ := strings.Cut(op.base()[strings.LastIndexByte(op.base(), '/')+1:], "{")
	return strings.TrimSuffix(name, "}")
}

// knows reports whether the operation has a parameter in that version.
func (op *operation) knows(version, name string) bool {
	return slices.ContainsFunc(op.query, func(p parameter) bool { return p.name == name && version >= p.since })
}

// repeats reports whether the parameter may be given several times.
func (op *operation) repeats(name string) bool {
	return slices.ContainsFunc(op.query, func(p parameter) bool { return p.name == name && p.repeats })
}
