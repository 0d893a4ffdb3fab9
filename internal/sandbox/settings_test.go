package sandbox

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSettings: each row starts with Acme Billing, which has a value for every setting.
func TestSettings(t *testing.T) {
	path := v2 + "/" + billingID + "/settings"
	for _, row := range []struct{ reason, body, changed string }{
		{"an empty body changes nothing", `{}`, `{}`},
		{"one flag", `{"multiFactorAuthRequired":false}`, `{"multiFactorAuthRequired":false}`},
		{"every flag", `{"apiAccessListRequired":true,"genAIFeaturesEnabled":false,"restrictEmployeeAccess":false,"streamsCrossGroupEnabled":true}`,
			`{"apiAccessListRequired":true,"genAIFeaturesEnabled":false,"restrictEmployeeAccess":false,"streamsCrossGroupEnabled":true}`},
		{"the shortest validity", `{"maxServiceAccountSecretValidityInHours":8}`, `{"maxServiceAccountSecretValidityInHours":8}`},
		{"the longest validity", `{"maxServiceAccountSecretValidityInHours":8760}`, `{"maxServiceAccountSecretValidityInHours":8760}`},
		{"another contact", `{"securityContact":"a@b.example"}`, `{"securityContact":"a@b.example"}`},
		{"an empty string clears the security contact", `{"securityContact":""}`, `{"securityContact":null}`},
		{"null clears the operations contact", `{"operationsContact":null}`, `{"operationsContact":null}`},
		{"null unsets both timeouts", `{"customSessionTimeouts":null}`, `{"customSessionTimeouts":null}`},
		{"an object replaces the old one", `{"customSessionTimeouts":{"idleSessionTimeoutInSeconds":300}}`,
			`{"customSessionTimeouts":{"idleSessionTimeoutInSeconds":300}}`},
		{"a null part is unset", `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":null,"idleSessionTimeoutInSeconds":600}}`,
			`{"customSessionTimeouts":{"idleSessionTimeoutInSeconds":600}}`},
		{"both parts null are the same as null", `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":null,"idleSessionTimeoutInSeconds":null}}`,
			`{"customSessionTimeouts":null}`},
		{"an empty object is the same as null", `{"customSessionTimeouts":{}}`, `{"customSessionTimeouts":null}`},
		{"idle as long as absolute", `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":3600,"idleSessionTimeoutInSeconds":3600}}`,
			`{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":3600,"idleSessionTimeoutInSeconds":3600}}`},
		{"both at their longest", `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":43200,"idleSessionTimeoutInSeconds":43200}}`,
			`{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":43200,"idleSessionTimeoutInSeconds":43200}}`},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_BILLING")
			want := c.do("GET", path, "").object()
			wantSettings(t, want, `{"apiAccessListRequired":false,"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":28800},
				"genAIFeaturesEnabled":true,"maxServiceAccountSecretValidityInHours":2160,"multiFactorAuthRequired":true,
				"operationsContact":"old-noc@acme.example","restrictEmployeeAccess":true,
				"securityContact":"security@acme.example","streamsCrossGroupEnabled":false}`)
			changed, _ := parse(t, row.changed).(fields)
			for name, v := range changed {
				want[name] = v
				if v == nil {
					delete(want, name) // an unset setting is left out
				}
			}
			if diff := cmp.Diff(want, c.do("PATCH", path, row.body).want(t, 200, "").object()); diff != "" {
				t.Errorf("answer: %s", diff)
			}
			if diff := cmp.Diff(want, c.do("GET", path, "").object()); diff != "" {
				t.Errorf("after: %s", diff)
			}
		})
	}
}

// wantSettings checks the settings in want; null means that the setting is left out. Other settings may have any value,
// so that a new setting changes no other test.
func wantSettings(t *testing.T, got fields, want string) {
	t.Helper()
	named, _ := parse(t, want).(fields)
	for name, v := range named {
		if diff := cmp.Diff(v, got[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for name := range got {
		if !slices.ContainsFunc(settings(), func(s setting) bool { return s.name == name }) {
			t.Errorf("%s is not a setting", name)
		}
	}
}

// TestEverySetting checks all rows of the table, also future ones: flags have an initial value, initial values are
// valid, other JSON types are refused, and null is refused unless it clears the setting.
func TestEverySetting(t *testing.T) {
	samples := []any{true, "x", number("1"), number("1.5"), []any{}, fields{}}
	initial := (&Org{}).settings()
	for _, s := range settings() {
		first, has := initial[s.name]
		if has != (s.form.jsonType == "boolean") {
			t.Errorf("the initial value of %s is %v", s.name, first)
		}
		if err := conform(fields{s.name: first}, settingsAttributes()); has && err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		if err := conform(fields{s.name: nil}, settingsAttributes()); (err == nil) != (s.use == nullable) {
			t.Errorf("%s is null: %v", s.name, err)
		}
		for _, v := range samples {
			err := conform(fields{s.name: v}, settingsAttributes())
			if jsonType(v) != s.form.jsonType && (err == nil || !strings.HasPrefix(err.Error(), "400 INVALID_JSON_ATTRIBUTE")) {
				t.Errorf("%s is %v: %v", s.name, v, err)
			}
		}
	}
}

func TestSettingsRefusals(t *testing.T) {
	path := v2 + "/" + billingID + "/settings"
	for _, row := range []struct{ reason, body, code, field string }{
		{"an unknown field", `{"mfaRequired":true}`, "INVALID_ATTRIBUTE", ""},
		{"an unknown field in an object", `{"customSessionTimeouts":{"idle":300}}`, "INVALID_ATTRIBUTE", ""},
		{"one wrong field refuses all", `{"multiFactorAuthRequired":false,"zzz":1}`, "INVALID_ATTRIBUTE", ""},
		{"a string as a flag", `{"multiFactorAuthRequired":"false"}`, "INVALID_JSON_ATTRIBUTE", "multiFactorAuthRequired"},
		{"a number as a flag", `{"multiFactorAuthRequired":0}`, "INVALID_JSON_ATTRIBUTE", "multiFactorAuthRequired"},
		{"null as a flag", `{"genAIFeaturesEnabled":null}`, "VALIDATION_ERROR", "genAIFeaturesEnabled"},
		{"null as a validity", `{"maxServiceAccountSecretValidityInHours":null}`, "VALIDATION_ERROR", "maxServiceAccountSecretValidityInHours"},
		{"a validity that is too short", `{"maxServiceAccountSecretValidityInHours":7}`, "VALIDATION_ERROR", "maxServiceAccountSecretValidityInHours"},
		{"a validity that is too long", `{"maxServiceAccountSecretValidityInHours":8761}`, "VALIDATION_ERROR", "maxServiceAccountSecretValidityInHours"},
		{"a validity that is not an integer", `{"maxServiceAccountSecretValidityInHours":8.5}`, "INVALID_JSON_ATTRIBUTE", "maxServiceAccountSecretValidityInHours"},
		{"an integer with an exponent", `{"maxServiceAccountSecretValidityInHours":1e2}`, "INVALID_JSON_ATTRIBUTE", "maxServiceAccountSecretValidityInHours"},
		{"an integer in a string", `{"maxServiceAccountSecretValidityInHours":"100"}`, "INVALID_JSON_ATTRIBUTE", "maxServiceAccountSecretValidityInHours"},
		{"null does not clear the security contact", `{"securityContact":null}`, "VALIDATION_ERROR", "securityContact"},
		{"an invalid security contact", `{"securityContact":"nobody"}`, "VALIDATION_ERROR", "securityContact"},
		{"two addresses as the security contact", `{"securityContact":"a@b.example,c@d.example"}`, "VALIDATION_ERROR", "securityContact"},
		{"an empty string does not clear the operations contact", `{"operationsContact":""}`, "VALIDATION_ERROR", "operationsContact"},
		{"an invalid operations contact", `{"operationsContact":"Ada <ada@acme.example>"}`, "VALIDATION_ERROR", "operationsContact"},
		{"timeouts that are not an object", `{"customSessionTimeouts":3600}`, "INVALID_JSON_ATTRIBUTE", "customSessionTimeouts"},
		{"a session that is too short", `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":3599}}`, "VALIDATION_ERROR", "customSessionTimeouts.absoluteSessionTimeoutInSeconds"},
		{"a session that is too long", `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":43201}}`, "VALIDATION_ERROR", "customSessionTimeouts.absoluteSessionTimeoutInSeconds"},
		{"an idle time that is too short", `{"customSessionTimeouts":{"idleSessionTimeoutInSeconds":299}}`, "VALIDATION_ERROR", "customSessionTimeouts.idleSessionTimeoutInSeconds"},
		{"idle longer than the session", `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":3600,"idleSessionTimeoutInSeconds":3601}}`, "VALIDATION_ERROR", "customSessionTimeouts.idleSessionTimeoutInSeconds"},
		{"idle longer than the default session", `{"customSessionTimeouts":{"idleSessionTimeoutInSeconds":43201}}`, "VALIDATION_ERROR", "customSessionTimeouts.idleSessionTimeoutInSeconds"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_BILLING")
			before := c.do("GET", path, "").body
			res := c.do("PATCH", path, row.body).want(t, 400, row.code)
			detail, _ := res.object()["badRequestDetail"].(fields)
			violations, _ := detail["fields"].([]any)
			named := len(violations) == 1 && violations[0].(fields)["field"] == row.field
			if row.code == "INVALID_JSON_ATTRIBUTE" {
				named = cmp.Equal([]any{row.field}, res.object()["parameters"])
			}
			if row.field != "" && !named {
				t.Errorf("want %s: %s", row.field, res.raw)
			}
			if diff := cmp.Diff(before, c.do("GET", path, "").body); diff != "" {
				t.Errorf("a refused request changed something: %s", diff)
			}
		})
	}
}
