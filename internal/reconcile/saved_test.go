package reconcile

import (
	"io/fs"
	"testing"
)

// endless is a file such as /dev/zero.
type endless struct{ fs.File }

func (endless) Open(string) (fs.File, error) { return endless{}, nil }
func (endless) Read(p []byte) (int, error)   { return len(p), nil }
func (endless) Close() error                 { return nil }

// TestReadPlanEnds: an endless file is not read to the end.
func TestReadPlanEnds(t *testing.T) {
	env := Env{Files: endless{}}
	if _, err := env.ReadPlan("zero"); err == nil || err.Error() != "zero is too large for a saved plan" {
		t.Errorf("got %v", err)
	}
}
