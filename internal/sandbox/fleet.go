package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

const fleetFormat = 1

// Fleet is all data of the sandbox: its organizations and their credentials. A state file holds its JSON form.
type Fleet struct {
	Format      int           `json:"format"` // always 1; New and Open set it
	LastID      uint32        `json:"lastId"` // last value of the counter for ids
	Orgs        []*Org        `json:"orgs"`
	Credentials []*Credential `json:"credentials"`
}

// An id is a fixed start and a counter. The counter begins above the ids of Demo.
const (
	idStart = "5f1b0c0d0e0f0a0b"
	firstID = 0x0c0d3000
)

func idOf(counter uint32) string { return fmt.Sprintf("%s%08x", idStart, counter) }

// ready returns a copy of f in the current format.
func (f *Fleet) ready() *Fleet {
	c := f.clone()
	c.Format = fleetFormat
	c.LastID = max(c.LastID, firstID)
	return c
}

func (f *Fleet) clone() *Fleet {
	c, _, err := decodeFleet(encode(f))
	if err != nil {
		panic("sandbox: unusable fleet: " + err.Error())
	}
	return c
}

// decodeFleet reads the JSON form of a fleet at the beginning of raw. It returns the length of that form. It does not
// check the format number.
func decodeFleet(raw []byte) (f *Fleet, length int, err error) {
	f = new(Fleet)
	if length, err = decodeStrictly(raw, f); err != nil {
		return nil, 0, err
	}
	return f, length, checkParts(f.Orgs, f.Credentials)
}

// decodeStrictly reads the JSON value at the beginning of raw into v, and returns its length. It refuses unknown
// fields.
func decodeStrictly(raw []byte, v any) (length int, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	err = dec.Decode(v)
	return int(dec.InputOffset()), err
}

var errNull = errors.New("null instead of an object")

// checkParts refuses null instead of an object, and invalid organizations.
func checkParts(orgs []*Org, credentials []*Credential) error {
	if slices.Contains(orgs, nil) || slices.Contains(credentials, nil) {
		return errNull
	}
	for _, o := range orgs {
		if err := o.check(); err != nil {
			return err
		}
	}
	return nil
}

// org returns the organization with that id, or nil. The organization may be deleted.
func (f *Fleet) org(id string) *Org {
	return find(f.Orgs, func(o *Org) bool { return o.ID == id })
}

// lookup returns the organization with that id or name, or nil. It ignores deleted organizations.
func (f *Fleet) lookup(idOrName string) *Org {
	return find(f.Orgs, func(o *Org) bool { return !o.IsDeleted && (o.ID == idOrName || o.Name == idOrName) })
}

// memberships counts the organizations in which the user with that id is active.
func (f *Fleet) memberships(id string) (n int) {
	for _, o := range f.Orgs {
		if !o.IsDeleted && slices.ContainsFunc(o.Users, func(u *User) bool { return u.ID == id && u.IsActive() }) {
			n++
		}
	}
	return n
}

// payer returns the first organization that pays and is not deleted, or nil.
func (f *Fleet) payer() *Org {
	return find(f.Orgs, func(o *Org) bool { return o.Paying && !o.IsDeleted })
}

// credentialNamed returns the credential that Grant returns for name, or nil.
func (f *Fleet) credentialNamed(name string) *Credential {
	return find(f.Credentials, func(c *Credential) bool { return c.Name == name && !c.Issued })
}

// credentialOfKey returns the working credential with that public key, or nil.
func (f *Fleet) credentialOfKey(publicKey string) *Credential {
	return find(f.Credentials, func(c *Credential) bool {
		return publicKey != "" && c.PublicKey == publicKey && f.works(c)
	})
}

// credentialOfClient returns the working credential with that client id, or nil.
func (f *Fleet) credentialOfClient(clientID string) *Credential {
	return find(f.Credentials, func(c *Credential) bool {
		return clientID != "" && c.ClientID == clientID && f.works(c)
	})
}

// works reports whether the credential's organization, if it has one, still exists.
func (f *Fleet) works(c *Credential) bool {
	o := f.org(c.OrgID)
	return o == nil || !o.IsDeleted
}

// find returns the first item that is wanted, or nil.
func find[T any](all []*T, wanted func(*T) bool) *T {
	if i := slices.IndexFunc(all, wanted); i >= 0 {
		return all[i]
	}
	return nil
}
