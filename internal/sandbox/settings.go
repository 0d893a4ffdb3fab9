package sandbox

import (
	"encoding/json"
	"maps"
)

const (
	absoluteTimeout = "absoluteSessionTimeoutInSeconds"
	idleTimeout     = "idleSessionTimeoutInSeconds"
	longestSession  = 43200 // seconds
)

// settingsAttributes are the fields of the organization settings. Each field has its own
// way to be cleared: see securityContact and operationsContact, and null for the timeouts
// (API description).
func settingsAttributes() []attribute {
	return []attribute{
		{"apiAccessListRequired", optional, boolean},
		{"customSessionTimeouts", nullable, sessionTimeouts},
		{"genAIFeaturesEnabled", optional, boolean},
		{"maxServiceAccountSecretValidityInHours", optional, integer(8, 8760)},
		{"multiFactorAuthRequired", optional, boolean},
		{"operationsContact", nullable, email},
		{"restrictEmployeeAccess", optional, boolean},
		{"securityContact", optional, emailOrNone},
		{"streamsCrossGroupEnabled", optional, boolean},
	}
}

// emailOrNone takes "", which clears a security contact.
func emailOrNone(path string, v any) error {
	if v == "" {
		return nil
	}
	return email(path, v)
}

// sessionTimeouts checks both timeouts, in seconds. The ranges are documented; that the
// idle one is held against the absolute one of the same object, or its default, is assumed.
func sessionTimeouts(path string, v any) error {
	timeouts := object([]attribute{
		{absoluteTimeout, nullable, integer(3600, longestSession)},
		{idleTimeout, nullable, integer(300, longestSession)},
	})
	if err := timeouts(path, v); err != nil {
		return err
	}
	t, _ := v.(fields)
	absolute := int64(longestSession)
	if n, ok := t[absoluteTimeout].(json.Number); ok {
		absolute, _ = n.Int64()
	}
	if idle, ok := t[idleTimeout].(json.Number); ok {
		return integer(300, absolute)(join(path, idleTimeout), idle)
	}
	return nil
}

func getSettings(c *call) (any, error) { return c.org.settings(), nil }

// settings are the fields that have a value. Flags always have one; in a new organization
// all are off but genAIFeaturesEnabled (observed). What is unset is left out (documented).
func (o *Org) settings() fields {
	all := fields{
		"apiAccessListRequired":    false,
		"genAIFeaturesEnabled":     true,
		"multiFactorAuthRequired":  false,
		"restrictEmployeeAccess":   false,
		"streamsCrossGroupEnabled": false,
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
