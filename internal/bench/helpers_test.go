package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/cli"
)

// TestMain makes this test binary act as the benchmark that measures a program, and as that program.
func TestMain(m *testing.M) {
	switch args := os.Args[1:]; {
	case len(args) == 0 || strings.HasPrefix(args[0], "-test."):
		os.Exit(m.Run())
	case args[0] == measureCommand:
		if err := run(context.Background(), args, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		os.Exit(cli.Main(context.Background(), cli.OS(), args))
	}
}

// named returns the work with a name.
func named(t *testing.T, name string) work {
	t.Helper()
	all := works()
	i := slices.IndexFunc(all, func(w work) bool { return w.name == name })
	if i < 0 {
		t.Fatalf("there is no work %s", name)
	}
	return all[i]
}

// sample returns a report with one plan of 1,000 organizations that is within its bounds, and one with 200.
func sample() *report {
	return &report{Machine: "a machine", Date: "2026-09-30", Program: "atlas-gitops 0.1.0", Rows: []row{
		{Work: "plan", size: size{200, 10}, LatencyMilliseconds: 100, Requests: map[string]int{login: 200, orgs: 200, users: 200, settings: 200}, Rounds: 3,
			usage: usage{PeakMiB: 40, CPUSeconds: 0.5, WallSeconds: 0.4}},
		{Work: "plan", size: size{1000, 10}, LatencyMilliseconds: 100, Requests: map[string]int{login: 1000, orgs: 1000, users: 1000, settings: 1000}, Rounds: 9,
			usage: usage{PeakMiB: 110, CPUSeconds: 2.5, WallSeconds: 12.34}},
	}}
}
