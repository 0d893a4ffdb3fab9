package render_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"atlas-gitops/internal/plan"
)

const id = "5f1b0c0d0e0f0a0b0c0d0e0f"

// today is the time at which tests show plans.
func today() time.Time { return time.Date(2026, time.November, 22, 8, 0, 0, 0, time.UTC) }

func written(t *testing.T, p *plan.Plan, write func(io.Writer, *plan.Plan) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
