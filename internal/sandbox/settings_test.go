package sandbox

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSettings starts each row from Acme Billing, whose settings are all set.
func TestSettings(t *testing.T) {
	path := v2 + "/" + billingID + "/settings"
	for _, row := range []struct{ reason, body, changed string }{
		{"nothing given, nothing changed", `{}`, `{}`},
		{"one flag, and only that", `{"multiFactorAuthRequired":false}`, `{"multiFactorAuthRequired":false}`},
		{"every flag", `{"apiAccessListRequired":true,"genAIFeaturesEnabled":false,"restrictEmployeeAccess":false,"streamsCrossGroupEnabled":true}`,
			`{"apiAccessListRequired":true,"genAIFeaturesEnabled":false,"restrictEmployeeAccess":false,"streamsCrossGroupEnabled":true}`},
		{"the shortest validity", `{"maxServiceAccountSecretValidityInHours":8}`, `{"maxServiceAccountSecretValidityInHours":8}`},
		{"the longest", `{"maxServiceAccountSecretValidityInHours":8760}`, `{"maxServiceAccountSecretValidityInHours":8760}`},
		{"another contact", `{"securityContact":"a@b.example"}`, `{"securityContact":"a@b.example"}`},
		{"an empty string clears this contact", `{"securityContact":""}`, `{"securityContact":null}`},
		{"and null the other", `{"operationsContact":null}`, `{"operationsContact":null}`},
		{"null unsets both timeouts", `{"customSessionTimeouts":null}`, `{"customSessionTimeouts":null}`},
		{"an object replaces the one before it", `{"customSessionTimeouts":{"idleSessionTimeoutInSeconds":300}}`,
			`{"customSessionTimeouts":{"idleSessionTimeoutInSeconds":300}}`},
		{"a part that is null is unset", `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":null,"idleSessionTimeoutInSeconds":600}}`,
			`{"customSessionTimeouts":{"idleSessionTimeoutInSeconds":600}}`},
		{"both null is as good as null", `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":null,"idleSessionTimeoutInSeconds":null}}`,
			`{"customSessionTimeouts":null}`},
		{"no part is as good as null", `{"customSessionTimeouts":{}}`, `{"customSessionTimeouts":null}`},
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
					delete(want, name) // what is unset is left out
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

// wantSettings checks the settings that want names; null is for one that is left out. Whatever else is shown has to be a
// setting, but may have any value, so that a new setting changes no test of the others.
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
			t.Errorf("%s is no setting", name)
		}
	}
}

// TestEverySetting holds for every row of the table, and for those to come: flags have a value from the start, what has a
// value at first fits, no other JSON type does, and null only where it clears.
func TestEverySetting(t *testing.T) {
	samples := []any{true, "x", number("1"), number("1.5"), []any{}, fields{}}
	initial := (&Org{}).settings()
	for _, s := range settings() {
		first, has := initial[s.name]
		if has != (s.form.jsonType == "boolean") {
			t.Errorf("%s is %v at first", s.name, first)
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
		{"an unknown field inside", `{"customSessionTimeouts":{"idle":300}}`, "INVALID_ATTRIBUTE", ""},
		{"a good field does not save a bad one", `{"multiFactorAuthRequired":false,"zzz":1}`, "INVALID_ATTRIBUTE", ""},
		{"a string is no flag", `{"multiFactorAuthRequired":"false"}`, "INVALID_JSON_ATTRIBUTE", "multiFactorAuthRequired"},
		{"a number is no flag", `{"multiFactorAuthRequired":0}`, "INVALID_JSON_ATTRIBUTE", "multiFactorAuthRequired"},
		{"a flag is not nullable", `{"genAIFeaturesEnabled":null}`, "VALIDATION_ERROR", "genAIFeaturesEnabled"},
		{"the validity is not nullable", `{"maxServiceAccountSecretValidityInHours":null}`, "VALIDATION_ERROR", "maxServiceAccountSecretValidityInHours"},
		{"too short a validity", `{"maxServiceAccountSecretValidityInHours":7}`, "VALIDATION_ERROR", "maxServiceAccountSecretValidityInHours"},
		{"too long", `{"maxServiceAccountSecretValidityInHours":8761}`, "VALIDATION_ERROR", "maxServiceAccountSecretValidityInHours"},
		{"not an integer", `{"maxServiceAccountSecretValidityInHours":8.5}`, "INVALID_JSON_ATTRIBUTE", "maxServiceAccountSecretValidityInHours"},
		{"not written as one", `{"maxServiceAccountSecretValidityInHours":1e2}`, "INVALID_JSON_ATTRIBUTE", "maxServiceAccountSecretValidityInHours"},
		{"not a string of one", `{"maxServiceAccountSecretValidityInHours":"100"}`, "INVALID_JSON_ATTRIBUTE", "maxServiceAccountSecretValidityInHours"},
		{"the security contact is cleared by an empty string, not null", `{"securityContact":null}`, "VALIDATION_ERROR", "securityContact"},
		{"no address", `{"securityContact":"nobody"}`, "VALIDATION_ERROR", "securityContact"},
		{"one address, not two", `{"securityContact":"a@b.example,c@d.example"}`, "VALIDATION_ERROR", "securityContact"},
		{"the operations contact is cleared by null, not an empty string", `{"operationsContact":""}`, "VALIDATION_ERROR", "operationsContact"},
		{"no address either", `{"operationsContact":"Ada <ada@acme.example>"}`, "VALIDATION_ERROR", "operationsContact"},
		{"timeouts are an object", `{"customSessionTimeouts":3600}`, "INVALID_JSON_ATTRIBUTE", "customSessionTimeouts"},
		{"too short a session", `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":3599}}`, "VALIDATION_ERROR", "customSessionTimeouts.absoluteSessionTimeoutInSeconds"},
		{"too long a session", `{"customSessionTimeouts":{"absoluteSessionTimeoutInSeconds":43201}}`, "VALIDATION_ERROR", "customSessionTimeouts.absoluteSessionTimeoutInSeconds"},
		{"too short an idle time", `{"customSessionTimeouts":{"idleSessionTimeoutInSeconds":299}}`, "VALIDATION_ERROR", "customSessionTimeouts.idleSessionTimeoutInSeconds"},
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
				t.Errorf("a refusal changes nothing: %s", diff)
			}
		})
	}
}
