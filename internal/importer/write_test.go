package importer

import (
	"errors"
	"strings"
	"testing"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/reconcile"
)

// TestWriteNamesTheFile as the reader knows it, who may be in a subdirectory of the repository.
func TestWriteNamesTheFile(t *testing.T) {
	r := &adopt.Report{
		Files: []adopt.File{{Name: "sub/orgs/a.yaml", Path: "orgs/a.yaml"}},
		Show:  func(name string) string { return strings.TrimPrefix(name, "sub/") },
	}
	err := Write(reconcile.Env{CreateShared: func(string, []byte) error { return errors.New("no space left on device") }}, r)
	const want = "orgs/a.yaml was not written: no space left on device; 0 of 1 files were written; run the command again for the rest"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}
