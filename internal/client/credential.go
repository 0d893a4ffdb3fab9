package client

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Credential is a pair of API keys, or a service account. It belongs to exactly one organization
// [doc api-authentication].
type Credential struct {
	ID        string    // the public key, or the id of the service account
	Secret    secret    // exported: package fmt shows a field that is not, without calling its Format
	Variables [2]string // the environment variables that hold ID and Secret; empty if the credential comes from elsewhere
}

// secret is text that neither package fmt nor JSON shows.
type secret string

func (secret) Format(w fmt.State, _ rune)   { fmt.Fprint(w, "(secret)") }
func (secret) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// AccountID is what the id of a service account starts with [api createOrgServiceAccount]. A public key is
// 8 lower-case letters [seen key-format].
const AccountID = "mdb_sa_id_"

// NewCredential returns a credential of a public and a private key, or of a service account's id and secret.
func NewCredential(id, secretText string) Credential {
	return Credential{ID: id, Secret: secret(secretText)}
}

// IsServiceAccount reports whether the credential is a service account, not a pair of API keys.
func (c Credential) IsServiceAccount() bool { return strings.HasPrefix(c.ID, AccountID) }

// variablePair has the names of the two variables that hold a credential, without the suffix. Each variable may have several
// spellings. A spelling of the id belongs to the spelling of the secret with the same index. Messages recommend the first.
type variablePair struct{ ids, secrets []string }

func accountPair() variablePair {
	return variablePair{[]string{"MONGODB_ATLAS_CLIENT_ID"}, []string{"MONGODB_ATLAS_CLIENT_SECRET"}}
}

func keyPair() variablePair {
	return variablePair{[]string{"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY"},
		[]string{"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY"}}
}

// Variables returns the names of the variables that hold the credential with an id and a name ("" for no name).
func Variables(id, name string) (forID, forSecret string) {
	p := keyPair()
	if NewCredential(id, "").IsServiceAccount() {
		p = accountPair()
	}
	names := p.recommended(name)
	return names[0], names[1]
}

// AllVariables returns the names of all variables that may hold a part of the credential with that name ("" for no name).
func AllVariables(name string) (all []string) {
	for _, p := range []variablePair{accountPair(), keyPair()} {
		for _, n := range slices.Concat(p.ids, p.secrets) {
			all = append(all, n+suffix(name))
		}
	}
	return all
}

// recommended returns the names of the variables to set: for the id, then for the secret.
func (p variablePair) recommended(name string) []string {
	return []string{p.ids[0] + suffix(name), p.secrets[0] + suffix(name)}
}

func suffix(name string) string {
	if name == "" {
		return ""
	}
	return "_" + name
}

// variable is the content of one of the two variables of a credential.
type variable struct {
	value string
	set   []string // the spellings that are set; the first one counts
	other string   // the spelling of the other variable that belongs to the first one
	clash bool     // two spellings hold different values
}

// name returns the spelling that counts.
func (v variable) name() string { return v.set[0] }

// hasOddCharacter reports whether the value has a character that is not allowed in a header.
func (v variable) hasOddCharacter() bool { return !isVisibleASCII(v.value) }

// read returns the content of a variable, without the blanks and line breaks that pasted text may have around it.
func read(getenv func(string) string, spellings, others []string, name string) (v variable) {
	for i, spelling := range spellings {
		one := strings.TrimSpace(getenv(spelling + suffix(name)))
		if one == "" {
			continue
		}
		v.set = append(v.set, spelling+suffix(name))
		v.clash = v.clash || v.value != "" && v.value != one
		if v.value == "" {
			v.value, v.other = one, others[i]+suffix(name)
		}
	}
	return v
}

// pairValues is the content of both variables of a credential.
type pairValues struct{ id, secret variable }

func (p variablePair) read(getenv func(string) string, name string) pairValues {
	return pairValues{read(getenv, p.ids, p.secrets, name), read(getenv, p.secrets, p.ids, name)}
}

// set returns the names of the variables that are set.
func (v pairValues) set() []string { return slices.Concat(v.id.set, v.secret.set) }

// isVisibleASCII reports whether a text has only characters that are allowed in a header, and no blanks.
func isVisibleASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// CredentialError says why the environment does not hold one valid credential, and which variables to set or unset.
type CredentialError struct {
	Problem string
	Missing bool // no variable is set
}

func (e *CredentialError) Error() string { return e.Problem }

// CredentialFromEnv reads the credential with a name, which is the suffix of its variables ("" for no suffix). An error is a
// [CredentialError].
func CredentialFromEnv(getenv func(string) string, name string) (Credential, error) {
	account, key := accountPair().read(getenv, name), keyPair().read(getenv, name)
	values, problem := account, ""
	switch hasAccount, hasKey := len(account.set()) > 0, len(key.set()) > 0; {
	case !hasAccount && !hasKey:
		return Credential{}, missing(name)
	case hasAccount && hasKey:
		problem = ambiguous(name, account, key)
	case hasAccount:
		problem = account.accountProblem()
	default:
		values, problem = key, key.keyProblem(name)
	}
	if problem != "" {
		return Credential{}, &CredentialError{Problem: problem}
	}
	return Credential{values.id.value, secret(values.secret.value), [2]string{values.id.name(), values.secret.name()}}, nil
}

// missing returns the error for a credential of which no variable is set.
func missing(name string) *CredentialError {
	return &CredentialError{"no credential is set; set " + and(accountPair().recommended(name)) + ", or " + and(keyPair().recommended(name)), true}
}

// ambiguous returns the problem that the environment has both kinds of credential with the same name.
func ambiguous(name string, account, key pairValues) string {
	what := "both a service account and an API key are set"
	if name != "" {
		what = "credentials: " + name + " has both a service account and an API key"
	}
	return what + "; unset " + and(account.set()) + ", or " + and(key.set())
}

func and(names []string) string { return strings.Join(names, " and ") }

// problem returns the problem that either kind of credential may have, or "". At least one of the two variables is set.
func (v pairValues) problem() string {
	const odd = " holds a blank, a line break or another character that no credential has; copy it again"
	switch {
	case v.id.clash:
		return and(v.id.set) + " differ; unset one of them"
	case v.secret.clash:
		return and(v.secret.set) + " differ; unset one of them"
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
	if all := v.set(); len(all) > 1 {
		return and(all) + " hold a service account; set " + set + " instead of them"
	}
	return and(v.set()) + " holds a part of a service account; set " + set + " instead"
}
