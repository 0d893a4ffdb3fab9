package main

import "testing"

func TestBounds(t *testing.T) {
	for _, row := range []struct {
		reason, work     string
		size             size
		serviceAccounts  bool
		requests, rounds int
		memory           float64
	}{
		{"one organization: a login, then all reads", "plan", size{1, 10}, false, 6, 2, 25.3304},
		{"as many organizations as are read at once", "plan", size{128, 10}, false, 768, 2, 67.2912},
		{"one organization more waits for the others", "plan", size{129, 10}, false, 774, 3, 67.3516},
		{"the target of memory for 1,000 × 10", "plan", size{1000, 10}, false, 6000, 9, 119.96},
		{"the target of memory for 1,000 × 100", "plan", size{1000, 100}, false, 6000, 9, 299.6},
		{"a service account revokes its token", "plan", size{10, 10}, true, 70, 3, 28.304},
		{"three pages of people", "plan", size{1, 1200}, false, 8, 3, 29.781},
		{"10 changes: two groups of at most 8", "roles10", size{1, 100}, false, 6 + 20, 2 + 4, 0},
		{"50 changes: seven groups", "roles50", size{1, 100}, false, 6 + 100, 2 + 14, 0},
		{"some of the changes add people, others remove some", "mixed50", size{1, 100}, false, 6 + 100 + 3 + 1, 2 + 14, 0},
		{"200 changes: 25 groups; the plan reads three pages", "roles200", size{1, 1200}, false, 8 + 400, 3 + 50, 0},
		{"9 people and the settings in each organization", "first", size{50, 10}, false, 50 * (6 + 20 + 3), 2 + 4, 0},
		{"the second group of organizations waits, and there is room for 6 changes of each", "first", size{200, 10}, false, 200 * (6 + 20 + 3), 3 + 2*(4+1), 0},
		{"login, organizations, people and settings, names", "import", size{50, 10}, false, 300, 4, 0},
		{"no requests, so no token either", "validate", size{50, 10}, true, 0, 0, 0},
	} {
		got := named(t, row.work).most(row.size, row.serviceAccounts)
		if difference := got.memory - row.memory; got.requests != row.requests || got.rounds != row.rounds || difference < -0.001 || difference > 0.001 {
			t.Errorf("%s: %s, %s: %+v, want %d requests, %d rounds, %v MiB", row.reason, row.work, row.size, got, row.requests, row.rounds, row.memory)
		}
	}
}
