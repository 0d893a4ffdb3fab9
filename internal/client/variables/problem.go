package variables

import (
	"cmp"
	"regexp"
	"strings"
)

// AccountID is what the id of a service account starts with [api createOrgServiceAccount]. A public key is
// 8 lower-case letters [seen key-format].
const AccountID = "mdb_sa_id_"

// missing returns the error for a credential of which no variable is set.
func (s Source) missing(name string) *Error {
	problem := "no credential is set; set " + and(accountPair().recommended(name)) + ", or " + and(keyPair().recommended(name))
	if s.Bundle != nil {
		problem += ", or add one of these pairs to " + s.Bundle.source
	}
	return &Error{problem, true}
}

// ambiguous returns the problem that both kinds of credential have the same name. Either both are in the environment, or both are in
// the bundle.
func ambiguous(name string, account, key pairValues) string {
	what := "both a service account and an API key are set"
	if name != "" {
		what = "credentials: " + name + " has both a service account and an API key"
	}
	undo := cmp.Or(account.id.where, account.secret.where, key.id.where, key.secret.where)
	return what + "; " + variable{where: undo}.undo() + " " + account.names() + ", or " + key.names()
}

// hasOddCharacter reports whether the value has a character that is not allowed in a header.
func (v variable) hasOddCharacter() bool {
	return strings.ContainsFunc(v.value, func(r rune) bool { return r <= ' ' || r > '~' })
}

// problem returns the problem that either kind of credential may have, or "". At least one of the two variables is set.
func (v pairValues) problem() string {
	const odd = " holds a blank, a line break or another character that no credential has; copy it again"
	switch {
	case v.id.clash:
		return label(v.id) + " differ; " + v.id.undo() + " one of them"
	case v.secret.clash:
		return label(v.secret) + " differ; " + v.secret.undo() + " one of them"
	case v.id.value == "":
		return v.secret.name() + " is set, but " + v.secret.other + " is not; set both"
	case v.secret.value == "":
		return v.id.name() + " is set, but " + v.id.other + " is not; set both"
	case v.id.hasOddCharacter():
		return v.id.name() + odd
	case v.secret.hasOddCharacter():
		return v.secret.name() + odd
	}
	return ""
}

// accountProblem says why the values are not a valid service account, or "".
func (v pairValues) accountProblem() string {
	problem := v.problem()
	switch {
	case problem != "":
		return problem
	case strings.HasPrefix(v.secret.value, AccountID) && strings.HasPrefix(v.id.value, AccountID):
		return v.secret.name() + " also holds an id; set it to the secret of the service account"
	case strings.HasPrefix(v.secret.value, AccountID):
		return v.id.name() + " holds the secret, and " + v.secret.name() + " the id; swap the two"
	case !strings.HasPrefix(v.id.value, AccountID):
		return v.id.name() + " does not start with " + AccountID + "; set it to the client id of the service account"
	}
	return ""
}

// looksLikeAccount reports whether one of the values is a part of a service account.
func (v pairValues) looksLikeAccount() bool {
	return strings.HasPrefix(v.id.value, "mdb_sa") || strings.HasPrefix(v.secret.value, "mdb_sa")
}

// publicKey matches a public key. A private key is a UUID [seen key-format].
var publicKey = regexp.MustCompile(`^[a-z]{8}$`)

// keyProblem says why the values are not a valid API key, or "".
func (v pairValues) keyProblem(name string) string {
	problem := v.problem()
	switch {
	case v.looksLikeAccount():
		return v.accountAsKey(name)
	case problem != "":
		return problem
	case publicKey.MatchString(v.secret.value) && publicKey.MatchString(v.id.value):
		return v.secret.name() + " also holds a public key; set it to the private key"
	case publicKey.MatchString(v.secret.value):
		return v.id.name() + " holds the private key, and " + v.secret.name() + " the public key; swap the two"
	}
	return ""
}

// accountAsKey returns the problem that the variables of an API key hold a service account.
func (v pairValues) accountAsKey(name string) string {
	set := and(accountPair().recommended(name))
	if len(v.id.set)+len(v.secret.set) > 1 {
		return v.names() + " hold a service account; set " + set + " instead of them"
	}
	return v.names() + " holds a part of a service account; set " + set + " instead"
}
