package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// TestMeasureEnds: the program ends when the process that measures it has lost its parent.
func TestMeasureEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	server := []string{"sandbox", "--listen", "127.0.0.1:0", "--state", filepath.Join(t.TempDir(), "state.json")}
	var out strings.Builder
	if err := measure(ctx, strings.NewReader(""), &out, os.Args[0], server); !errors.Is(err, context.Canceled) || out.Len() > 0 {
		t.Errorf("%v, %q", err, out.String())
	}
}

func TestFailingProgram(t *testing.T) {
	t.Parallel()
	p := program{os.Args[0], os.Args[0]}
	_, err := p.run(t.Context(), t.TempDir(), "", []string{"plan", "missing"})
	if err == nil || !strings.Contains(err.Error(), "plan missing: exit status 1\nmissing: does not exist") {
		t.Errorf("the error does not say why: %v", err)
	}
}

func TestCommit(t *testing.T) {
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "b9a5b98a8f4e1c0d"}
	for _, row := range []struct {
		reason   string
		settings []debug.BuildSetting
		want     string
	}{
		{"built without git", nil, ""},
		{"built from a commit", []debug.BuildSetting{revision, {Key: "vcs.modified", Value: "false"}}, ", commit b9a5b98"},
		{"built with changes", []debug.BuildSetting{revision, {Key: "vcs.modified", Value: "true"}}, ", commit b9a5b98 and changes"},
	} {
		if got := commit(row.settings); got != row.want {
			t.Errorf("%s: %q, want %q", row.reason, got, row.want)
		}
	}
}
