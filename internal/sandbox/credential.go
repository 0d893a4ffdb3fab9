package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// Credential gives a program access to one organization, with an API key and with a service account. A credential that
// POST /orgs created has only the one that the request asked for.
type Credential struct {
	Name         string   `json:"name"`
	OrgID        string   `json:"orgId"`                 // "": no organization
	PublicKey    string   `json:"publicKey,omitzero"`    // 8 letters
	PrivateKey   string   `json:"privateKey,omitzero"`   // UUID
	ClientID     string   `json:"clientId,omitzero"`     // mdb_sa_id_ and 24 hex digits
	ClientSecret string   `json:"clientSecret,omitzero"` // mdb_sa_sk_ and 40 hex digits
	Roles        []string `json:"roles"`                 // roles in the organization
	AccessList   []string `json:"accessList"`            // addresses and CIDR blocks

	Issued          bool      `json:"issued,omitzero"` // created by POST /orgs: Name is only a label, and Grant does not find it
	SecretExpiresAt time.Time `json:"secretExpiresAt,omitzero"`
}

// namedCredential returns an owner's credential with an API key and a service account. Equal names give equal
// credentials.
func namedCredential(name, orgID string) *Credential {
	c := &Credential{
		Name: name, OrgID: orgID,
		Roles:      []string{orgOwner},
		AccessList: []string{"127.0.0.1", "::1"},
	}
	c.setKey("named " + name)
	c.setClient("named " + name)
	return c
}

// setKey derives the API key from seed.
func (c *Credential) setKey(seed string) {
	public, b := derive("public", seed), derive("private", seed)
	letters := make([]byte, 8)
	for i := range letters {
		letters[i] = 'a' + public[i]%26
	}
	c.PublicKey = string(letters)
	c.PrivateKey = fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// setClient derives the service account from seed.
func (c *Credential) setClient(seed string) {
	id, secret := derive("client id", seed), derive("client secret", seed)
	c.ClientID = "mdb_sa_id_" + hex.EncodeToString(id[:12])
	c.ClientSecret = "mdb_sa_sk_" + hex.EncodeToString(secret[:20])
}

func derive(what, seed string) [sha256.Size]byte {
	return sha256.Sum256([]byte("sandbox " + what + " " + seed))
}

func (c *Credential) secretExpired(now time.Time) bool {
	return !c.SecretExpiresAt.IsZero() && !now.Before(c.SecretExpiresAt)
}

func (c *Credential) copy() Credential {
	out := *c
	out.Roles, out.AccessList = slices.Clone(c.Roles), slices.Clone(c.AccessList)
	return out
}
