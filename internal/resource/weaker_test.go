package resource

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestIsWeaker: the schema says which value of a setting protects least.
func TestIsWeaker(t *testing.T) {
	const idle = "customSessionTimeouts.idleSessionTimeoutInSeconds"
	for _, row := range []struct {
		reason, path, value, than string
		want                      bool
	}{
		{"protection is turned off", "multiFactorAuthRequired", `false`, `true`, true},
		{"protection is turned on", "multiFactorAuthRequired", `true`, `false`, false},
		{"protection stays", "multiFactorAuthRequired", `true`, `true`, false},
		{"a permission is given", "streamsCrossGroupEnabled", `true`, `false`, true},
		{"a permission is taken", "streamsCrossGroupEnabled", `false`, `true`, false},
		{"a longer time", "maxServiceAccountSecretValidityInHours", `2161`, `2160`, true},
		{"a shorter time", "maxServiceAccountSecretValidityInHours", `999`, `2160`, false},
		{"the same time in another form", "maxServiceAccountSecretValidityInHours", `2160.0`, `2160`, false},
		{"a text that is no number", "maxServiceAccountSecretValidityInHours", `"x"`, `2160`, false},
		{"a longer part of a record", idle, `901`, `900`, true},
		{"a limit is unset", idle, `null`, `900`, true},
		{"a limit is set", idle, `900`, `null`, false},
		{"a contact is unset", "securityContact", `null`, `"a@acme.example"`, true},
		{"another contact", "securityContact", `"b@acme.example"`, `"a@acme.example"`, false},
		{"unset as before", "securityContact", `null`, `null`, false},
		{"a field that the schema does not have", "unknown", `null`, `true`, false},
		{"a part that the schema does not have", "customSessionTimeouts.unknown", `2`, `1`, false},
	} {
		if got := IsWeaker(Settings, row.path, parse(t, row.value), parse(t, row.than)); got != row.want {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
	if IsWeaker(Organization, "name", "b", "a") || !IsWeaker(Organization, "skipDefaultAlertsSettings", true, false) {
		t.Error("the name of an organization cannot be weaker; no alerts are weaker than alerts")
	}
}

// TestPartsOf: a record is its parts, and a map is one value. Controls are neither.
func TestPartsOf(t *testing.T) {
	for _, row := range []struct {
		reason     string
		kind       *Kind
		text, want string
	}{
		{"a part that is omitted is not managed", Settings, `{"customSessionTimeouts": {"idleSessionTimeoutInSeconds": 900}, "multiFactorAuthRequired": true}`,
			`{"customSessionTimeouts.idleSessionTimeoutInSeconds": 900, "multiFactorAuthRequired": true}`},
		{"null resets every part", Settings, `{"customSessionTimeouts": null}`,
			`{"customSessionTimeouts.absoluteSessionTimeoutInSeconds": null, "customSessionTimeouts.idleSessionTimeoutInSeconds": null}`},
		{"an empty record has no parts", Settings, `{"customSessionTimeouts": {}}`, `{}`},
		{"a value that is not a record", Settings, `{"customSessionTimeouts": "x"}`, `{"customSessionTimeouts": "x"}`},
		{"a map", Members, `{"roles": ["ORG_MEMBER"], "projects": {"Checkout": ["GROUP_OWNER"]}, "reinviteRejected": true}`,
			`{"roles": ["ORG_MEMBER"], "projects": {"Checkout": ["GROUP_OWNER"]}}`},
	} {
		fields, _ := parse(t, row.text).(Fields)
		if diff := cmp.Diff(parse(t, row.want), any(PartsOf(row.kind, fields))); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", row.reason, diff)
		}
	}
}
