package process

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"atlas-gitops/internal/cli"
)

// TestMain makes this test binary act as the program atlas-gitops, and adds it to PATH.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"atlas-gitops": func() { os.Exit(cli.Main(context.Background(), cli.OS(), os.Args[1:])) },
	})
}

// examples is the tree of the demonstration fleet.
const examples = "../../examples/orgs"

// endAtOnce is a value for GORACE. Without it, the race detector sleeps for a second at the end of each of hundreds of
// processes.
const endAtOnce = "atexit_sleep_ms=1"
