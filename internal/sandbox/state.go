package sandbox

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
)

// keeper keeps a fleet. If save returns an error, it has not kept the change of f.
type keeper interface {
	save(f *Fleet, c *change) error
}

// state is the current fleet, and what keeps it.
type state struct {
	fleet   *Fleet
	kept    keeper        // nil: memory only
	granted []*Credential // changed by grant, not kept yet
}

// change runs do on a draft in which it may change the organization own (nil: none), saves the draft, and then uses it.
// If do fails or the draft cannot be saved, nothing changes.
func (s *state) change(own *Org, do func(*draft) (any, error)) (any, error) {
	d := newDraft(s.fleet, own)
	out, err := do(d)
	if err != nil {
		return nil, err
	}
	c := d.change(s.granted)
	if s.kept != nil {
		if err := s.kept.save(s.fleet, c); err != nil {
			// A 409, because after a 5xx a client must assume that the change may have been carried out.
			return nil, refuse(http.StatusConflict, "SANDBOX_STATE_NOT_SAVED", err.Error())
		}
	}
	s.fleet.apply(c)
	s.granted = nil
	return out, nil
}

// grant returns the credential with that name, or creates it. A credential without an organization gets the one that
// org finds. It is kept with the next change.
func (s *state) grant(name string, org func(*Fleet) *Org) Credential {
	c := s.fleet.credentialNamed(name)
	isNew := c == nil
	if isNew {
		c = namedCredential(name, "")
		s.fleet.Credentials = append(s.fleet.Credentials, c)
	}
	found := org(s.fleet)
	binds := c.OrgID == "" && found != nil
	if binds {
		c.OrgID = found.ID
	}
	if (isNew || binds) && !slices.Contains(s.granted, c) {
		s.granted = append(s.granted, c)
	}
	return c.copy()
}

// draft is what one request changes. Only this is saved. Everything else in the fleet must not be changed: that would
// stay after a refusal, and would be lost with the process.
type draft struct {
	org         *Org // a copy of the organization that may be changed; nil: none
	added       []*Org
	credentials []*Credential // added
	lastID      uint32
}

func newDraft(f *Fleet, own *Org) *draft {
	d := &draft{lastID: f.LastID}
	if own != nil {
		d.org = own.copy()
	}
	return d
}

// newID returns a new id of 24 hex digits.
func (d *draft) newID() string {
	d.lastID = max(d.lastID, firstID) + 1
	return idOf(d.lastID)
}

// change returns the draft as a line of the state file. more are other credentials that changed.
func (d *draft) change(more []*Credential) *change {
	c := &change{LastID: d.lastID, Orgs: d.added, Credentials: slices.Concat(more, d.credentials)}
	if d.org != nil {
		c.Orgs = append([]*Org{d.org}, d.added...)
	}
	return c
}

// change is a part of a fleet that replaces the old one. A line of the state file holds its JSON form.
type change struct {
	LastID      uint32        `json:"lastId"`
	Orgs        []*Org        `json:"orgs,omitzero"`        // changed and new ones
	Credentials []*Credential `json:"credentials,omitzero"` // changed and new ones
}

// decodeChange reads one line strictly. An empty line changes nothing.
func decodeChange(line []byte) (*change, error) {
	c := new(change)
	if len(bytes.TrimSpace(line)) == 0 {
		return c, nil
	}
	length, err := decodeStrictly(line, c)
	if err == nil && len(bytes.TrimSpace(line[length:])) > 0 {
		err = errors.New("there is more text after the change")
	}
	if err != nil {
		return nil, err
	}
	return c, checkParts(c.Orgs, c.Credentials)
}

// apply carries out a change. An organization replaces the one with the same id, and a named credential replaces the
// one with the same name. All others are new.
func (f *Fleet) apply(c *change) {
	f.LastID = max(f.LastID, c.LastID)
	for _, o := range c.Orgs {
		f.Orgs = put(f.Orgs, o, func(old *Org) bool { return old.ID == o.ID })
	}
	for _, given := range c.Credentials {
		f.Credentials = put(f.Credentials, given, func(old *Credential) bool {
			return !given.Issued && !old.Issued && old.Name == given.Name
		})
	}
}

// with returns the fleet after a change. It shares everything else with f.
func (f *Fleet) with(c *change) *Fleet {
	next := *f
	next.Orgs, next.Credentials = slices.Clone(f.Orgs), slices.Clone(f.Credentials)
	next.apply(c)
	return &next
}

// put replaces the first item that is the same as the new one, or adds the new one.
func put[T any](all []*T, given *T, same func(*T) bool) []*T {
	if i := slices.IndexFunc(all, same); i >= 0 {
		all[i] = given
		return all
	}
	return append(all, given)
}
