package creation

import (
	"testing"
	"testing/fstest"
	"time"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestBeginAfterAnother: another run has written the id after this run made its plan. Begin fails, and leaves no lock file,
// which would stop every later run.
func TestBeginAfterAnother(t *testing.T) {
	step := plan.CreateOrganization(resource.Fields{"name": "Acme-Labs"})
	step.Source = &plan.Source{File: "labs.yaml", Line: 1}
	org := plan.Org{Name: "Acme-Labs", Steps: []plan.Step{step}}
	for text, mayBegin := range map[string]bool{"name: Acme-Labs\n": true, "name: Acme-Labs\nid: 5f1b0c0d0e0f0a0b0c0d0e0f\n": false} {
		lock := &disk{room: 1000}
		r, err := NewRecorder(Options{Sites: Sites{
			Files:   fstest.MapFS{"labs.yaml": {Data: []byte(text), Mode: 0o644}},
			Follow:  func(name string) (string, error) { return name, nil },
			Path:    func(file string) string { return file },
			Reserve: lock.reserve,
			Now:     time.Now,
		}}, org.Handouts())
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Begin(org, step); (err == nil) != mayBegin || (lock.file != nil) != mayBegin {
			t.Errorf("%q: %v, and the lock file is %+v", text, err, lock.file)
		}
	}
}
