package resource

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plain"
)

func TestSettingToSend(t *testing.T) {
	for _, row := range []struct {
		reason, field string
		have, want    any
		send          any
	}{
		{"an ordinary value", "multiFactorAuthRequired", false, true, true},
		{"null clears a setting", "operationsContact", "noc@acme.example", nil, nil},
		{"an empty text clears the security contact", "securityContact", "it@acme.example", nil, ""},
		{"null clears a whole object", "customSessionTimeouts", Fields{"a": 1}, nil, nil},
		{"a changed part is sent with those that stay", "customSessionTimeouts", Fields{"a": 1, "b": 2}, Fields{"b": nil}, Fields{"a": 1, "b": nil}},
		{"a part of an object that was absent", "customSessionTimeouts", nil, Fields{"b": 2}, Fields{"b": 2}},
	} {
		before := plain.Canonical(row.have)
		if diff := cmp.Diff(row.send, settingToSend(row.field, row.have, row.want)); diff != "" {
			t.Errorf("%s:\n%s", row.reason, diff)
		}
		if diff := cmp.Diff(before, row.have); diff != "" {
			t.Errorf("%s: the live value was changed in memory:\n%s", row.reason, diff)
		}
	}
}

// TestReadSettings: an unset setting may be absent, null or empty; the addresses of contacts become lower case, and no other text.
func TestReadSettings(t *testing.T) {
	api := answers{"/orgs/o/settings": `{"apiAccessListRequired":false,"multiFactorAuthRequired":false,"restrictEmployeeAccess":true,
		"securityContact":"","operationsContact":"Noc@Acme.example","customSessionTimeouts":null,"newSetting":"READ_ONLY"}`}
	got, err := Settings.Read(t.Context(), PlanSession(api), "o", nil)
	want := Fields{"apiAccessListRequired": false, "multiFactorAuthRequired": false, "restrictEmployeeAccess": true,
		"operationsContact": "noc@acme.example", "newSetting": "READ_ONLY"}
	if diff := cmp.Diff([]Object{{Fields: want}}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}
