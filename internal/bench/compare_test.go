package main

import "testing"

func TestCompare(t *testing.T) {
	before, after := sample(), sample()
	before.Rows = before.Rows[:1] // the other row is new
	before.Date, before.Rows[0].Rounds, before.Rows[0].WallSeconds = "2026-09-01", 16, 4.5
	got := compare(works(), before, after)
	const want = `Before: atlas-gitops 0.1.0, 2026-09-01, a machine.
After: atlas-gitops 0.1.0, 2026-09-30, a machine.

| work | organizations × people | requests | rounds | peak memory | CPU time | wall time |
|---|---|---|---|---|---|---|
| plan without changes | 200 × 10 | 800 → 800 | 16 → 3 | 40 MiB → 40 MiB | 0.50 s → 0.50 s | 4.50 s → 0.40 s |
| plan without changes | 1,000 × 10 | – → 4,000 | – → 9 | – → 110 MiB | – → 2.50 s | – → 12 s |
`
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
