package sandbox

import (
	"encoding/json"
	"maps"
)

// Settings of an organization: flags, limits and contacts.

func settingsOperations() []operation {
	const path = org2 + "/settings"
	// The smallest limit set [doc rate-limits].
	limit := limitSet{name: "Organization Settings", perOrg: true, capacity: 10, refill: 5}
	return []operation{
		{"GET", path, versions{date2023}, "", reader, limit, 200, nil, getSettings},
		{"PATCH", path, versions{date2023}, "", owner, limit, 200, nil, updateSettings},
	}
}

// setting is one setting: whether null clears it, its form, and its value in a new organization.
type setting struct {
	name    string
	use     use // nullable: null clears it
	form    form
	initial any // nil: unset
}

// settings lists every setting, one per line. Types, bounds and ways to clear are from [api updateOrgSettings]. In a
// new organization, all flags except genAIFeaturesEnabled are off [seen terraform]. Assumed: null is an error
// for a setting that cannot be cleared.
func settings() []setting {
	return []setting{
		{"apiAccessListRequired", optional, boolean(), false},
		{"customSessionTimeouts", nullable, sessionTimeouts(), nil},
		{"genAIFeaturesEnabled", optional, boolean(), true},
		{"maxServiceAccountSecretValidityInHours", optional, integer(8, 8760), nil},
		{"multiFactorAuthRequired", optional, boolean(), false},
		{"operationsContact", nullable, email(), nil}, // "" is an error
		{"restrictEmployeeAccess", optional, boolean(), false},
		{"securityContact", optional, emailOrNone(), nil}, // "" clears it
		{"streamsCrossGroupEnabled", optional, boolean(), false},
	}
}

// Setting is an organization setting that the sandbox knows.
type Setting struct {
	Name string // a dot separates a part: customSessionTimeouts.idleSessionTimeoutInSeconds
	Type string // as JSON Schema names it: boolean, integer, object, string
}

// Settings returns the settings that the sandbox knows. It refuses all others.
func Settings() []Setting { return namedSettings("", settingsAttributes()) }

func namedSettings(path string, attributes []attribute) (all []Setting) {
	for _, a := range attributes {
		all = append(all, Setting{join(path, a.name), a.form.jsonType})
		all = append(all, namedSettings(join(path, a.name), a.form.parts)...)
	}
	return all
}

func settingsAttributes() (all []attribute) {
	for _, s := range settings() {
		all = append(all, attribute{s.name, s.use, s.form})
	}
	return all
}

// emailOrNone is an e-mail address, or "", which clears a security contact.
func emailOrNone() form {
	return stringThat(func(path, s string) error {
		if s == "" {
			return nil
		}
		return email().refuse(path, s)
	})
}

const (
	absoluteTimeout = "absoluteSessionTimeoutInSeconds"
	idleTimeout     = "idleSessionTimeoutInSeconds"
	longestSession  = 43200 // seconds
)

// sessionTimeouts is the form of both timeouts, in seconds. Their bounds are only in the text of
// [api updateOrgSettings], not in its schema.
func sessionTimeouts() form {
	return form{
		jsonType: "object",
		parts: []attribute{
			{absoluteTimeout, nullable, integer(3600, longestSession)},
			{idleTimeout, nullable, integer(300, longestSession)},
		},
		check: idleWithinAbsolute,
	}
}

// idleWithinAbsolute refuses an idle timeout above the absolute timeout [api updateOrgSettings]. Assumed: that is the
// absolute timeout of the same request, or else its default.
func idleWithinAbsolute(path string, v any) error {
	timeouts, _ := v.(fields)
	absolute := int64(longestSession)
	if n, ok := timeouts[absoluteTimeout].(json.Number); ok {
		absolute, _ = n.Int64()
	}
	if idle, ok := timeouts[idleTimeout].(json.Number); ok {
		return integer(300, absolute).refuse(join(path, idleTimeout), idle)
	}
	return nil
}

func getSettings(c *call) (any, error) { return c.org.settings(), nil }

// settings returns the settings that have a value. Unset ones are left out [doc admin-api].
func (o *Org) settings() fields {
	all := fields{}
	for _, s := range settings() {
		if s.initial != nil {
			all[s.name] = s.initial
		}
	}
	maps.Copy(all, o.Settings)
	return all
}

// updateSettings changes the fields in the request, and no others.
func updateSettings(c *call) (any, error) {
	if err := conform(c.body, settingsAttributes()); err != nil {
		return nil, err
	}
	if c.org.Settings == nil {
		c.org.Settings = fields{}
	}
	for name, v := range c.body {
		if timeouts, ok := v.(fields); ok {
			v = withoutNull(timeouts)
		}
		if v == nil || v == "" {
			delete(c.org.Settings, name)
			continue
		}
		c.org.Settings[name] = v
	}
	return c.org.settings(), nil
}

// withoutNull returns an object without its null fields, or nil if it is empty. Assumed: the object replaces the old
// one, so a null or missing part is unset.
func withoutNull(given fields) any {
	left := maps.Clone(given)
	maps.DeleteFunc(left, func(_ string, v any) bool { return v == nil })
	if len(left) == 0 {
		return nil
	}
	return left
}
