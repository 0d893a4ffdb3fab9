package client

import (
	"fmt"
	"strings"

	"atlas-gitops/internal/client/variables"
)

// Credential is a pair of API keys, or a service account. It belongs to exactly one organization
// [doc api-authentication].
type Credential struct {
	ID        string // the public key, or the id of the service account
	Secret    secret // exported: package fmt shows a field that is not, without calling its Format
	Variables string // the variables that hold ID and Secret, for messages; "" if the credential comes from elsewhere
}

// secret is text that neither package fmt nor JSON shows.
type secret string

func (secret) Format(w fmt.State, _ rune)   { fmt.Fprint(w, "(secret)") }
func (secret) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// AccountID is what the id of a service account starts with.
const AccountID = variables.AccountID

// NewCredential returns a credential of a public and a private key, or of a service account's id and secret.
func NewCredential(id, secretText string) Credential {
	return Credential{ID: id, Secret: secret(secretText)}
}

// IsServiceAccount reports whether the credential is a service account, not a pair of API keys.
func (c Credential) IsServiceAccount() bool { return strings.HasPrefix(c.ID, AccountID) }

// Variables returns the names of the variables that hold the credential with an id and a name ("" for no name).
func Variables(id, name string) (forID, forSecret string) { return variables.Of(id, name) }

// Credentials are the credentials that are set: in the environment, and in a bundle. Package fmt shows no secret of them.
type Credentials struct{ source variables.Source }

// NewCredentials returns the credentials of a source.
func NewCredentials(source variables.Source) Credentials { return Credentials{source} }

// Names returns the names of all credentials of which at least one variable is set. They are sorted; "" is the first one.
func (c Credentials) Names() []string { return c.source.Names() }

// Named returns the credential with a name, which is the suffix of its variables ("" for no suffix). An error is a
// [variables.Error].
func (c Credentials) Named(name string) (Credential, error) {
	found, err := c.source.Read(name)
	if err != nil {
		return Credential{}, err
	}
	return Credential{found.ID, secret(found.Secret), found.Variables}, nil
}
