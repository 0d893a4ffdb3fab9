package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMeasure measures a small plan with the real program. The other work is measured by continuous integration.
func TestMeasure(t *testing.T) {
	t.Parallel()
	for _, accounts := range []bool{false, true} {
		b := &bench{program: program{os.Args[0], os.Args[0]}, serviceAccounts: accounts, temp: t.TempDir(), log: filepath.Join(t.TempDir(), "log")}
		r, err := b.measure(t.Context(), named(t, "plan"), size{1, 2})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]int{login: 1, orgs: 1, users: 1, names: 2, settings: 1}
		if accounts {
			want[revoke] = 1
		}
		if diff := cmp.Diff(want, r.Requests); diff != "" {
			t.Errorf("requests (-want +got): %s", diff)
		}
		if r.Rounds < 2 || r.CPUSeconds <= 0 || r.WallSeconds < 0.2 || (r.PeakMiB < 1) != (runtime.GOOS == "windows") {
			t.Errorf("%+v", r)
		}
		checkLog(t, b.log, r)
	}
}

// checkLog: the log has all requests, from the first round to the last one.
func checkLog(t *testing.T, file string, r row) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines, last := strings.Split(strings.TrimSpace(string(raw)), "\n"), fmt.Sprintf("plan 1 × 2 round %d: ", r.Rounds)
	if len(lines) != total(r.Requests, kinds()...) || !strings.HasPrefix(lines[0], "plan 1 × 2 round 1: ") || !strings.HasPrefix(lines[len(lines)-1], last) {
		t.Errorf("the log of %d rounds is %s", r.Rounds, raw)
	}
}
