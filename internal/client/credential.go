package client

import (
	"fmt"
	"strings"
)

// Credential is a pair of API keys. It belongs to exactly one organization.
type Credential struct {
	PublicKey  string
	PrivateKey secret
}

// secret is text that neither package fmt nor JSON shows.
type secret string

func (secret) Format(w fmt.State, _ rune)   { fmt.Fprint(w, "(secret)") }
func (secret) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// Key returns a credential of the two keys.
func Key(public, private string) Credential {
	return Credential{PublicKey: public, PrivateKey: secret(private)}
}

// CredentialError says that the environment does not hold the credential of that name ("" for the unnamed one).
type CredentialError struct {
	Name    string
	Problem string   // what is wrong, in a few words
	Set     []string // the variables to set
}

func (e *CredentialError) Error() string {
	return fmt.Sprintf("%s; set %s", e.Problem, strings.Join(e.Set, " and "))
}

// The names of the variables, in the order in which they are looked for; the first is the one to recommend.
var (
	publicKeys  = [...]string{"MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY"}
	privateKeys = [...]string{"MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY"}
)

// KeyVariables returns the names of the variables that hold the API keys of the credential of that name.
func KeyVariables(name string) (public, private string) {
	return publicKeys[0] + suffix(name), privateKeys[0] + suffix(name)
}

func suffix(name string) string {
	if name == "" {
		return ""
	}
	return "_" + name
}

// CredentialFromEnv reads the credential of that name: the variables carry it as a suffix, unless it is "".
func CredentialFromEnv(getenv func(string) string, name string) (Credential, error) {
	first := func(names [2]string) string {
		for _, n := range names {
			if value := getenv(n + suffix(name)); value != "" {
				return value
			}
		}
		return ""
	}
	public, private := first(publicKeys), first(privateKeys)
	bad := func(problem string) (Credential, error) {
		public, private := KeyVariables(name)
		return Credential{}, &CredentialError{name, problem, []string{public, private}}
	}
	switch {
	case public == "" && private == "":
		return bad("there is no API key in the environment")
	case public == "":
		return bad("the private key has no public key beside it")
	case private == "":
		return bad("the public key has no private key beside it")
	case strings.HasPrefix(public, "mdb_sa"):
		return bad("the public key is the id of a service account, not an API key")
	}
	return Key(public, private), nil
}
