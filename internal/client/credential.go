package client

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// Credential is a pair of API keys, or a service account. It belongs to exactly one organization.
type Credential struct {
	ID     string // the public key, or the id of the service account
	Secret secret // exported: package fmt shows a field that is not, without calling its Format
}

// secret is text that neither package fmt nor JSON shows.
type secret string

func (secret) Format(w fmt.State, _ rune)   { fmt.Fprint(w, "(secret)") }
func (secret) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// AccountID is what the id of a service account starts with (documented). A public key is 8 letters.
const AccountID = "mdb_sa_id_"

// NewCredential returns a credential of a public and a private key, or of a service account's id and secret.
func NewCredential(id, secretText string) Credential { return Credential{id, secret(secretText)} }

// IsServiceAccount tells a service account from a pair of API keys.
func (c Credential) IsServiceAccount() bool { return strings.HasPrefix(c.ID, AccountID) }

// variablePair has the names of the two variables that hold a credential. Each variable may have several names, of which
// messages recommend the first.
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

// recommended returns the names of the variables to set, first that of the id.
func (p variablePair) recommended(name string) []string {
	return []string{p.ids[0] + suffix(name), p.secrets[0] + suffix(name)}
}

func suffix(name string) string {
	if name == "" {
		return ""
	}
	return "_" + name
}

// pairValues is what the environment holds for a pair.
type pairValues struct {
	id, secret  string
	recommended []string // the variables to set
	set         []string // the variables that are set
	conflicting bool     // two names of one variable hold different values
}

// read returns what the variables hold, without the blanks and line ends that pasting adds.
func (p variablePair) read(getenv func(string) string, name string) (v pairValues) {
	v.recommended = p.recommended(name)
	first := func(names []string) (value string) {
		for _, n := range names {
			one := strings.TrimSpace(getenv(n + suffix(name)))
			if one == "" {
				continue
			}
			v.set = append(v.set, n+suffix(name))
			v.conflicting = v.conflicting || value != "" && value != one
			value = cmp.Or(value, one)
		}
		return value
	}
	v.id, v.secret = first(p.ids), first(p.secrets)
	return v
}

// isVisibleASCII tells whether a text has no character that a header does not take.
func isVisibleASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// CredentialError says that the environment does not hold one valid credential.
type CredentialError struct {
	Problem string     // what is wrong, in a few words
	Set     [][]string // sets of variables, of which one is to be set
	Unset   [][]string // sets of variables, of which one is to be unset
	Missing bool       // no variable is set
}

func (e *CredentialError) Error() string {
	s := e.Problem
	if len(e.Set) > 0 {
		s += "; set " + oneOf(e.Set)
	}
	if len(e.Unset) > 0 {
		s += "; unset " + oneOf(e.Unset)
	}
	return s
}

// oneOf lists sets of variables as alternatives.
func oneOf(sets [][]string) string {
	words := make([]string, len(sets))
	for i, set := range sets {
		words[i] = strings.Join(set, " and ")
	}
	if len(words) > 1 {
		words[0] = "either " + words[0]
	}
	return strings.Join(words, ", or ")
}

// CredentialFromEnv reads the credential with a name, which is the suffix of its variables ("" for no suffix).
func CredentialFromEnv(getenv func(string) string, name string) (Credential, error) {
	account, key := accountPair().read(getenv, name), keyPair().read(getenv, name)
	switch {
	case len(account.set)+len(key.set) == 0:
		return Credential{}, &CredentialError{Problem: "there is no credential in the environment", Set: [][]string{account.recommended, key.recommended}, Missing: true}
	case len(account.set) > 0 && len(key.set) > 0:
		return Credential{}, &CredentialError{Problem: "there are both a service account and an API key in the environment", Unset: [][]string{account.set, key.set}}
	case len(account.set) > 0:
		return account.credential(account.accountProblem())
	case key.looksLikeAccount():
		return Credential{}, &CredentialError{Problem: "the variables of the API key hold a service account", Set: [][]string{account.recommended}, Unset: [][]string{key.set}}
	}
	return key.credential(key.keyProblem())
}

// credential returns the credential, unless there is a problem with the values.
func (v pairValues) credential(problem string) (Credential, error) {
	if problem != "" {
		return Credential{}, &CredentialError{Problem: problem, Set: [][]string{v.recommended}}
	}
	return NewCredential(v.id, v.secret), nil
}

// accountProblem says why the values are not a service account, or "".
func (v pairValues) accountProblem() string {
	switch {
	case v.id == "":
		return "the secret of the service account has no id beside it"
	case v.secret == "":
		return "the id of the service account has no secret beside it"
	case !isVisibleASCII(v.id + v.secret):
		return "the service account has blanks, line breaks or signs in it that none has"
	case strings.HasPrefix(v.secret, AccountID):
		return "the id and the secret of the service account have changed places"
	case !strings.HasPrefix(v.id, AccountID):
		return "the id of the service account does not start with " + AccountID
	}
	return ""
}

// looksLikeAccount tells whether a value is part of a service account.
func (v pairValues) looksLikeAccount() bool {
	return strings.HasPrefix(v.id, "mdb_sa") || strings.HasPrefix(v.secret, "mdb_sa")
}

// publicKey matches a public key (observed). A private key is a UUID.
var publicKey = regexp.MustCompile(`^[a-z]{8}$`)

// keyProblem says why the values are not an API key, or "".
func (v pairValues) keyProblem() string {
	switch {
	case v.conflicting:
		return "the variables of the API key (" + strings.Join(v.set, ", ") + ") hold two different ones"
	case v.id == "":
		return "the private key has no public key beside it"
	case v.secret == "":
		return "the public key has no private key beside it"
	case !isVisibleASCII(v.id + v.secret):
		return "the API key has blanks, line breaks or signs in it that none has"
	case publicKey.MatchString(v.secret) && !publicKey.MatchString(v.id):
		return "the public and the private key have changed places"
	}
	return ""
}
