package apply

import (
	"fmt"
	"io"
	"strings"

	"atlas-gitops/internal/plan"
)

// count returns how many steps ended with the verdict.
func count(results []Result, v Verdict) (n int) {
	for _, r := range results {
		for _, o := range r.Outcomes {
			if o.Verdict == v {
				n++
			}
		}
	}
	return n
}

// WriteText writes for a person how every step ended, and how many ended how. explain puts an error into words.
func WriteText(w io.Writer, results []Result, explain func(error) string) error {
	var b strings.Builder
	for _, r := range results {
		if len(r.Outcomes) == 0 {
			continue
		}
		b.WriteString(r.Org.Heading() + "\n")
		for _, o := range r.Outcomes {
			writeOutcome(&b, o, explain)
		}
		b.WriteByte('\n')
	}
	counts := make([]string, 0, len(verdicts()))
	for _, v := range verdicts() {
		counts = append(counts, fmt.Sprintf("%d %s", count(results, v), v))
	}
	b.WriteString("Apply: " + strings.Join(counts, ", ") + ".\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func writeOutcome(b *strings.Builder, o Outcome, explain func(error) string) {
	fmt.Fprintf(b, "  %-9s  %s\n", o.Verdict, o.Step.Line())
	detail := func(s string) { b.WriteString("               " + s + "\n") }
	if o.Reason != "" {
		detail(o.Reason)
	}
	if o.Err != nil {
		detail(explain(o.Err))
	}
	if o.Verdict == Failed && o.Tries > 1 {
		detail(fmt.Sprintf("tried %d times; it was not there afterwards", o.Tries))
	}
	if o.Found != nil && !o.Found.Settled {
		detail("now:")
		for _, line := range plan.Contents(o.Found.Fields) {
			detail("  " + line)
		}
	}
}
