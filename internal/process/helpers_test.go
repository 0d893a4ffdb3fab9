package process

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"atlas-gitops/internal/cli"
)

// TestMain puts this program itself into PATH as atlas-gitops.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"atlas-gitops": func() { os.Exit(cli.Main(context.Background(), cli.OS(), os.Args[1:])) },
	})
}

// examples is the tree of the demonstration fleet.
const examples = "../../examples/orgs"

// endAtOnce, in GORACE, keeps the race detector from sleeping for a second at the end of each of hundreds of processes.
const endAtOnce = "atexit_sleep_ms=1"
