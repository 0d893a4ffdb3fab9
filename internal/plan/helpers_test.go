package plan_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"strings"
	"testing"
	"time"

	"atlas-gitops/internal/plan"
)

// update makes the tests rewrite their golden files.
var update = flag.Bool("update", false, "rewrite the golden files")

const id = "5f1b0c0d0e0f0a0b0c0d0e0f"

// today is the time of the stories.
func today() time.Time { return time.Date(2026, time.November, 22, 8, 0, 0, 0, time.UTC) }

func parse(t *testing.T, text string, v any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(v); err != nil {
		t.Fatal(err)
	}
}

func written(t *testing.T, p *plan.Plan, write func(io.Writer, *plan.Plan) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
