package resource

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSettingToSend(t *testing.T) {
	for _, row := range []struct {
		reason, field string
		have, want    any
		send          any
	}{
		{"a value as it is", "multiFactorAuthRequired", false, true, true},
		{"null clears", "operationsContact", "noc@acme.example", nil, nil},
		{"but the security contact takes an empty text", "securityContact", "it@acme.example", nil, ""},
		{"a null for the whole", "customSessionTimeouts", Fields{"a": 1}, nil, nil},
		{"a part, with those that stay", "customSessionTimeouts", Fields{"a": 1, "b": 2}, Fields{"b": nil}, Fields{"a": 1, "b": nil}},
		{"a part of what is not there yet", "customSessionTimeouts", nil, Fields{"b": 2}, Fields{"b": 2}},
	} {
		before := Canonical(row.have)
		if diff := cmp.Diff(row.send, settingToSend(row.field, row.have, row.want)); diff != "" {
			t.Errorf("%s:\n%s", row.reason, diff)
		}
		if diff := cmp.Diff(before, row.have); diff != "" {
			t.Errorf("%s: what is live was changed in memory:\n%s", row.reason, diff)
		}
	}
}

// TestReadSettings: what Atlas has not set may be absent, null or empty; addresses come in lower case, whatever the setting.
func TestReadSettings(t *testing.T) {
	api := answers{"/orgs/o/settings": `{"apiAccessListRequired":false,"multiFactorAuthRequired":false,"restrictEmployeeAccess":true,
		"securityContact":"","operationsContact":null,"newContact":"Noc@Acme.example"}`}
	got, err := Settings.Read(t.Context(), PlanSession(api), "o", nil)
	want := Fields{"apiAccessListRequired": false, "multiFactorAuthRequired": false, "restrictEmployeeAccess": true, "newContact": "noc@acme.example"}
	if diff := cmp.Diff([]Object{{Fields: want}}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}
