package client

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// Credential is what a program shows to Atlas: a pair of API keys, or a service account. It belongs to exactly one
// organization.
type Credential struct {
	ID     string // the public key, or the id of the service account
	Secret secret // exported, or package fmt would show it
}

// secret is text that neither package fmt nor JSON shows.
type secret string

func (secret) Format(w fmt.State, _ rune)   { fmt.Fprint(w, "(secret)") }
func (secret) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// AccountID is what the id of a service account starts with (documented). A public key is 8 letters.
const AccountID = "mdb_sa_id_"

// NewCredential returns a credential of a public and a private key, or of a service account's id and secret.
func NewCredential(id, secretText string) Credential { return Credential{id, secret(secretText)} }

// IsServiceAccount tells it from a pair of API keys.
func (c Credential) IsServiceAccount() bool { return strings.HasPrefix(c.ID, AccountID) }

// pair is the two variables that hold a credential, each under the names that it may have; the first name is the one to
// recommend.
type pair struct{ ids, secrets []string }

func accountPair() pair {
	return pair{[]string{"MONGODB_ATLAS_CLIENT_ID"}, []string{"MONGODB_ATLAS_CLIENT_SECRET"}}
}

func keyPair() pair {
	return pair{[]string{"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY"},
		[]string{"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY"}}
}

// Variables returns the names of the variables that hold the credential with that id under that name ("" for the
// unnamed one).
func Variables(id, name string) (forID, forSecret string) {
	p := keyPair()
	if NewCredential(id, "").IsServiceAccount() {
		p = accountPair()
	}
	names := p.recommended(name)
	return names[0], names[1]
}

// recommended returns the names of the variables to set, that of the id first.
func (p pair) recommended(name string) []string {
	return []string{p.ids[0] + suffix(name), p.secrets[0] + suffix(name)}
}

func suffix(name string) string {
	if name == "" {
		return ""
	}
	return "_" + name
}

// found is what the environment says of a pair.
type found struct {
	id, secret  string
	set         []string // the variables that are set
	conflicting bool     // two names of one variable are set, to different values
}

// read returns what the variables hold, without the blanks and line ends that pasting brings.
func (p pair) read(getenv func(string) string, name string) (f found) {
	first := func(names []string) (value string) {
		for _, n := range names {
			one := strings.TrimSpace(getenv(n + suffix(name)))
			if one == "" {
				continue
			}
			f.set = append(f.set, n+suffix(name))
			f.conflicting = f.conflicting || value != "" && value != one
			value = cmp.Or(value, one)
		}
		return value
	}
	f.id, f.secret = first(p.ids), first(p.secrets)
	return f
}

// isVisibleASCII tells whether a text is one that a header takes.
func isVisibleASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// CredentialError says that the environment does not hold a credential. Of several sets of variables one is meant.
type CredentialError struct {
	Problem string     // what is wrong, in a few words
	Set     [][]string // the variables to set
	Unset   [][]string // the variables to unset
	Missing bool       // none of them is set
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

// oneOf puts sets of variables of which one is meant into words.
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

// CredentialFromEnv reads the credential of that name: the variables carry it as a suffix, unless it is "".
func CredentialFromEnv(getenv func(string) string, name string) (Credential, error) {
	account, key := accountPair().read(getenv, name), keyPair().read(getenv, name)
	accountNames, keyNames := accountPair().recommended(name), keyPair().recommended(name)
	switch {
	case len(account.set)+len(key.set) == 0:
		return Credential{}, &CredentialError{Problem: "there is no credential in the environment", Set: [][]string{accountNames, keyNames}, Missing: true}
	case len(account.set) > 0 && len(key.set) > 0:
		return Credential{}, &CredentialError{Problem: "there are both a service account and an API key in the environment", Unset: [][]string{account.set, key.set}}
	case len(account.set) > 0:
		return account.credential(&CredentialError{Problem: account.wrongAccount(), Set: [][]string{accountNames}})
	case key.isAccount():
		return key.credential(&CredentialError{Problem: "the variables of the API key hold a service account", Set: [][]string{accountNames}, Unset: [][]string{key.set}})
	}
	return key.credential(&CredentialError{Problem: key.wrongKey(), Set: [][]string{keyNames}})
}

// credential returns what was found, unless there is a problem with it.
func (f found) credential(e *CredentialError) (Credential, error) {
	if e.Problem != "" {
		return Credential{}, e
	}
	return NewCredential(f.id, f.secret), nil
}

// wrongAccount tells what keeps the pair from being a service account, or "".
func (f found) wrongAccount() string {
	switch {
	case f.id == "":
		return "the secret of the service account has no id beside it"
	case f.secret == "":
		return "the id of the service account has no secret beside it"
	case !isVisibleASCII(f.id + f.secret):
		return "the service account has blanks, line breaks or signs in it that none has"
	case strings.HasPrefix(f.secret, AccountID):
		return "the id and the secret of the service account have changed places"
	case !strings.HasPrefix(f.id, AccountID):
		return "the id of the service account does not start with " + AccountID
	}
	return ""
}

// isAccount tells whether a part of a service account stands here.
func (f found) isAccount() bool {
	return strings.HasPrefix(f.id, "mdb_sa") || strings.HasPrefix(f.secret, "mdb_sa")
}

// publicKey is what a public key looks like (observed). A private key is a UUID.
var publicKey = regexp.MustCompile(`^[a-z]{8}$`)

// wrongKey tells what keeps the pair from being an API key, or "".
func (f found) wrongKey() string {
	switch {
	case f.conflicting:
		return "the variables of the API key (" + strings.Join(f.set, ", ") + ") hold two different ones"
	case f.id == "":
		return "the private key has no public key beside it"
	case f.secret == "":
		return "the public key has no private key beside it"
	case !isVisibleASCII(f.id + f.secret):
		return "the API key has blanks, line breaks or signs in it that none has"
	case publicKey.MatchString(f.secret) && !publicKey.MatchString(f.id):
		return "the public and the private key have changed places"
	}
	return ""
}
