package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// kind is one sort of thing that an organization has, and the operations of the API on it.
type kind struct {
	name       string
	operations []operation
}

// kinds lists every kind. A new one is a file with its operations, a line here, and a field of Org that holds its things.
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

// Kinds returns the names of the kinds of things that the sandbox has operations for.
func Kinds() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// operation is one method of one path. The tables of the kinds write its fields in this order. Versions and roles are those
// of the API description; sets of limits are documented, for legacy paths assumed.
type operation struct {
	method   string
	path     string // may end in a verb, as in {userId}:addRole
	versions versions
	sunset   string // the one of versions that is deprecated
	role     role   // the least that may call it
	limit    limitSet
	status   int
	query    []parameter // besides envelope and pretty
	handle   func(*call) (any, error)
}

const (
	v2   = "/api/atlas/v2/orgs"
	org2 = v2 + "/{orgId}"
)

// methods are those that the operation answers: whatever can be read has a header, too.
func (op *operation) methods() []string {
	if op.method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{op.method}
}

// verb is what follows the id at the end of the path, as in {userId}:addRole, or "".
func (op *operation) verb() string {
	_, verb, _ := strings.Cut(op.path, "}:")
	return verb
}

// base is the path without its verb. A mux matches whole segments only, so it knows no verbs.
func (op *operation) base() string { return strings.TrimSuffix(op.path, ":"+op.verb()) }

// lastID names the parameter that the path ends in, or is "".
func (op *operation) lastID() string {
	_, name, _ := strings.Cut(op.base()[strings.LastIndexByte(op.base(), '/')+1:], "{")
	return strings.TrimSuffix(name, "}")
}

// knows reports whether a version of the operation has a parameter.
func (op *operation) knows(version, name string) bool {
	return slices.ContainsFunc(op.query, func(p parameter) bool { return p.name == name && version >= p.since })
}

// repeats reports whether the parameter may be given several times.
func (op *operation) repeats(name string) bool {
	return slices.ContainsFunc(op.query, func(p parameter) bool { return p.name == name && p.repeats })
}
