package spec

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestEndings(t *testing.T) {
	for _, row := range []struct{ reason, in, today, want string }{
		{"before 2027", "invitations: []\n", "2026-12-31", ""},
		{"from 2027 on", "invitations: []\n", "2027-01-01", "2:1 rename it to members, and add manage: { members: additive } to leave all other people unchanged"},
		{"members exists already", "members: [{username: a@b.example, roles: [ORG_OWNER]}]\ninvitations: []\n", "2027-01-01", "3:1 move these people to members"},
		{"only members", "members: [{username: a@b.example, roles: [ORG_OWNER]}]\n", "2028-01-01", ""},
	} {
		t.Run(row.reason, func(t *testing.T) {
			orgs, diagnostics := load(t, fstest.MapFS{"acme.yaml": {Data: []byte("name: Acme\n" + row.in)}}, "acme.yaml")
			today, err := time.Parse(time.DateOnly, row.today)
			if err != nil || len(diagnostics) > 0 {
				t.Fatal(diagnostics, err)
			}
			got := ""
			for _, d := range Endings(orgs, today) {
				got += strings.TrimPrefix(d.Place.String(), "acme.yaml:") + " " + d.Hint
			}
			if got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}
