package client

import (
	"fmt"
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

// accountID is what the id of a service account starts with (documented). A public key is 8 letters.
const accountID = "mdb_sa_id_"

// NewCredential returns a credential of a public and a private key, or of a service account's id and secret.
func NewCredential(id, secretText string) Credential { return Credential{id, secret(secretText)} }

func (c Credential) isServiceAccount() bool { return strings.HasPrefix(c.ID, accountID) }

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
	if NewCredential(id, "").isServiceAccount() {
		p = accountPair()
	}
	return p.ids[0] + suffix(name), p.secrets[0] + suffix(name)
}

func suffix(name string) string {
	if name == "" {
		return ""
	}
	return "_" + name
}

// read returns what the first of the variables that are set hold, without the blanks and line ends that pasting brings.
func (p pair) read(getenv func(string) string, name string) (id, secret string) {
	first := func(names []string) string {
		for _, n := range names {
			if value := strings.TrimSpace(getenv(n + suffix(name))); value != "" {
				return value
			}
		}
		return ""
	}
	return first(p.ids), first(p.secrets)
}

// isWord tells whether a text is one that a header takes.
func isWord(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// CredentialError says that the environment does not hold a credential.
type CredentialError struct {
	Problem string      // what is wrong, in a few words
	Set     [][2]string // the variables to set, in pairs that exclude each other
}

func (e *CredentialError) Error() string {
	pairs := make([]string, len(e.Set))
	for i, p := range e.Set {
		pairs[i] = p[0] + " and " + p[1]
	}
	either := ""
	if len(pairs) > 1 {
		either = "either "
	}
	return e.Problem + "; set " + either + strings.Join(pairs, ", or ")
}

// CredentialFromEnv reads the credential of that name: the variables carry it as a suffix, unless it is "".
func CredentialFromEnv(getenv func(string) string, name string) (Credential, error) {
	client, clientSecret := accountPair().read(getenv, name)
	public, private := keyPair().read(getenv, name)
	account, key := client+clientSecret != "", public+private != ""
	bad := func(problem string, pairs ...pair) (Credential, error) {
		e := &CredentialError{Problem: problem}
		for _, p := range pairs {
			e.Set = append(e.Set, [2]string{p.ids[0] + suffix(name), p.secrets[0] + suffix(name)})
		}
		return Credential{}, e
	}
	if !isWord(client + clientSecret + public + private) {
		return bad("the credential has blanks, line breaks or signs in it that none has", accountPair(), keyPair())
	}
	switch {
	case !account && !key:
		return bad("there is no credential in the environment", accountPair(), keyPair())
	case account && key:
		return bad("there are both a service account and an API key in the environment, for one credential", accountPair(), keyPair())
	case account && client == "":
		return bad("the secret of the service account has no id beside it", accountPair())
	case account && clientSecret == "":
		return bad("the id of the service account has no secret beside it", accountPair())
	case account && !strings.HasPrefix(client, accountID):
		return bad("the id of the service account does not start with "+accountID, accountPair())
	case account:
		return NewCredential(client, clientSecret), nil
	case public == "":
		return bad("the private key has no public key beside it", keyPair())
	case strings.HasPrefix(public, "mdb_sa"):
		return bad("the public key belongs to a service account, which is no API key", accountPair())
	case private == "":
		return bad("the public key has no private key beside it", keyPair())
	}
	return NewCredential(public, private), nil
}
