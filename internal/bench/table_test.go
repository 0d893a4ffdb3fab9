package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	got := sample().markdown(works())
	const want = `Measured on 2026-09-30.
Program: atlas-gitops 0.1.0, with API keys.
Machine: a machine.

| work | organizations × people | requests | bound | rounds | bound | peak memory | bound | CPU time | wall time | bound |
|---|---|---|---|---|---|---|---|---|---|---|
| plan without changes | 200 × 10 | 800: 200 login, 200 orgs, 200 users, 200 settings | 1,200 | 3 | 3 | 40 MiB | 72 MiB | 0.50 s | 0.40 s | 0.30 s |
| plan without changes | 1,000 × 10 | 4,000: 1,000 login, 1,000 orgs, 1,000 users, 1,000 settings | 6,000 | 9 | 9 | 110 MiB | 120 MiB | 2.50 s | 12 s | 0.90 s |

Bounds for N organizations`
	if !strings.HasPrefix(got, want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
	for _, w := range works() {
		if pattern := regexp.MustCompile(`(?m)^\| .*` + w.title + `.* \| ` + regexp.QuoteMeta(w.bounds.line()) + ` \|$`); len(pattern.FindAllString(got, -1)) != 1 {
			t.Errorf("the bounds of %s are not there once: %s", w.title, got)
		}
	}
}

func TestFigures(t *testing.T) {
	for _, row := range []struct{ reason, got, want string }{
		{"no comma", grouped(999), "999"},
		{"a comma", grouped(1000), "1,000"},
		{"two commas", grouped(1234567), "1,234,567"},
		{"no requests", row{}.requests(), "0"},
		{"unknown memory", mib(0), "–"},
		{"no latency during the run", row{Rounds: 53, usage: usage{WallSeconds: 1.5}}.wall(), "1.50 s (latency 0)"},
		{"nothing was sent, so latency says nothing", row{usage: usage{WallSeconds: 1.5}}.wall(), "1.50 s"},
	} {
		if row.got != row.want {
			t.Errorf("%s: %q, want %q", row.reason, row.got, row.want)
		}
	}
}
