package sandbox

import (
	"encoding/json"
	"maps"
)

// The settings of an organization: its singleton of flags, bounds and contacts.

func settingsOperations() []operation {
	const path = org2 + "/settings"
	// The smallest set by far (documented).
	limit := limitSet{name: "Organization Settings", perOrg: true, capacity: 10, refill: 5}
	return []operation{
		{"GET", path, versions{date2023}, "", reader, limit, 200, nil, getSettings},
		{"PATCH", path, versions{date2023}, "", owner, limit, 200, nil, updateSettings},
	}
}

// setting is one of the settings: how Atlas clears it, what it takes, and what a new organization has.
type setting struct {
	name    string
	use     use // nullable: null clears it
	form    form
	initial any // nil: unset
}

// settings lists every setting, one a line. Types, bounds and ways to clear are those of the API description
// (OrganizationSettings). In a new organization all flags are off but genAIFeaturesEnabled (observed). What has no way to
// be cleared there is refused as null (assumed).
func settings() []setting {
	return []setting{
		{"apiAccessListRequired", optional, boolean(), false},
		{"customSessionTimeouts", nullable, sessionTimeouts(), nil},
		{"genAIFeaturesEnabled", optional, boolean(), true},
		{"maxServiceAccountSecretValidityInHours", optional, integer(8, 8760), nil},
		{"multiFactorAuthRequired", optional, boolean(), false},
		{"operationsContact", nullable, email(), nil}, // "" is refused
		{"restrictEmployeeAccess", optional, boolean(), false},
		{"securityContact", optional, emailOrNone(), nil}, // "" clears it
		{"streamsCrossGroupEnabled", optional, boolean(), false},
	}
}

// Setting is an organization setting that the sandbox knows.
type Setting struct {
	Name string // a part of another setting with a dot: customSessionTimeouts.idleSessionTimeoutInSeconds
	Type string // as JSON Schema names it: boolean, integer, object, string
}

// Settings returns the settings that the sandbox knows. Every other is refused.
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

// emailOrNone takes "", which clears a security contact.
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

// sessionTimeouts are both timeouts, in seconds. Their bounds are in the text of the API description only
// (CustomSessionTimeouts).
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

// idleWithinAbsolute holds the idle timeout against the absolute one (API description). That this is the one of the same
// request, or its default, is assumed.
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

// settings are the fields that have a value. What is unset is left out (documented).
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

// updateSettings changes the fields that are given and leaves the others alone.
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

// withoutNull is what is left of an object that replaces the one before it (assumed): a
// part that is null, or not there, is unset. Nothing left is nil.
func withoutNull(given fields) any {
	left := maps.Clone(given)
	maps.DeleteFunc(left, func(_ string, v any) bool { return v == nil })
	if len(left) == 0 {
		return nil
	}
	return left
}
