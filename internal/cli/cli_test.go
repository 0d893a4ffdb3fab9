package cli

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"atlas-gitops/internal/client"
)

// TestPrintErrors: a closed standard output is not reported. All other errors are, also beside it.
func TestPrintErrors(t *testing.T) {
	var out strings.Builder
	lost := &client.Error{Method: "GET", Path: "/x", Err: fmt.Errorf("write: %w", syscall.EPIPE)}
	Env{Stderr: &out}.printErrors(errors.Join(errOutputClosed, lost, errors.New("no plan was saved"), errShown))
	if got := out.String(); strings.Count(got, "error: ") != 2 || !strings.Contains(got, "GET /x: ") || !strings.HasSuffix(got, "error: no plan was saved\n") {
		t.Errorf("got %q", got)
	}
}
