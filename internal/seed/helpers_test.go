package seed

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/files"
	"atlas-gitops/internal/reconcile"
)

// onDisk returns a world with the files of the disk and no variables.
func onDisk(dir string) reconcile.Env {
	return reconcile.Env{Dir: dir, Getenv: func(string) string { return "" }, Files: files.System{}, Follow: files.Follow}
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

type silentObserver struct{}

func (silentObserver) Begin(reconcile.Stage, reconcile.Work) {}
func (silentObserver) OrgRead()                              {}
func (silentObserver) StepEnded(apply.Outcome)               {}
func (silentObserver) OrgEnded(apply.Result)                 {}
func (silentObserver) End()                                  {}
func (silentObserver) Waiting(client.Wait)                   {}
func (silentObserver) Notice(string, client.InexactTotal)    {}
func (silentObserver) Ending(context.Context)                {}
func (silentObserver) Quiet()                                {}
func (silentObserver) Trace(string) func(client.Exchange)    { return nil }
