package main

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for _, row := range []struct {
		reason string
		change func(*report)
		want   string // how the line begins; "" for none
	}{
		{"everything is within its bounds", func(*report) {}, ""},
		{"time never counts", func(r *report) { r.Rows[1].WallSeconds, r.Rows[1].CPUSeconds = 1000, 1000 }, ""},
		{"a list is read twice", func(r *report) { r.Rows[0].Requests[names] = 401 },
			"plan without changes, 200 × 10: 1,201: 200 login, 200 orgs, 200 users, 401 teams/groups, 200 settings; at most (5 + P) × N = 1200: "},
		{"requests wait for each other", func(r *report) { r.Rows[1].Rounds = 10 },
			"plan without changes, 1,000 × 10: 10 rounds; at most ⌈N/128⌉ + 1, and 1 more if P > 1 = 9: "},
		{"too much memory", func(r *report) { r.Rows[0].PeakMiB = 73 }, "plan without changes, 200 × 10: 73 MiB; at most 72: "},
		{"this system does not know the memory", func(r *report) { r.Rows[0].PeakMiB, r.Rows[1].PeakMiB = 0, 0 }, ""},
	} {
		r := sample()
		row.change(r)
		got := strings.Join(r.check(works()), "\n")
		if (got == "") != (row.want == "") || !strings.HasPrefix(got, row.want) || strings.Contains(got, "\n") {
			t.Errorf("%s: %q, want %q", row.reason, got, row.want)
		}
	}
}
