package cli

import (
	"context"
	"io"
	"path/filepath"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/reconcile"
)

// TestFmtInterrupted: an interrupt stops fmt before the next file, and is an error.
func TestFmtInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	written := 0
	run := reconcile.Env{Dir: "/", Follow: filepath.EvalSymlinks, Files: fstest.MapFS{
		"orgs/a.yaml": {Data: []byte("name:  A\n")},
		"orgs/b.yaml": {Data: []byte("name:  B\n")},
	}, Replace: func(string, []byte, []byte) error {
		written++
		cancel()
		return nil
	}}
	status, err := new(fmtOptions).run(ctx, &call{Env: Env{Env: run, Stdout: io.Discard, Stderr: io.Discard}})
	if status != ExitError || err == nil || written != 1 {
		t.Errorf("%d files were written, status %d, %v", written, status, err)
	}
}
