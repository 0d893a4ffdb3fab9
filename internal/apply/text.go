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

// View is how results are shown.
type View struct {
	Colors  plan.Colors
	Explain func(error) string // puts an error into one line

	// Rename, unless nil, gives the files of the tree other names for programs.
	Rename func(file string) string

	Size      int    // of Markdown, in bytes; 0 is what a comment may have
	Elsewhere string // a sentence that says where all of it is, should that be too little
}

// WriteText writes for a person how every step ended, and how many ended how.
func (v View) WriteText(w io.Writer, results []Result) error {
	var b strings.Builder
	for _, r := range results {
		if len(r.Outcomes) == 0 {
			continue
		}
		b.WriteString(v.Colors.Bold(r.Org.Heading()) + "\n")
		for _, o := range r.Outcomes {
			v.writeOutcome(&b, o)
		}
		b.WriteByte('\n')
	}
	b.WriteString(v.Colors.Bold("Apply: "+summary(results, 0)+".") + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// summary says how many steps ended how, with at least so many of a verdict.
func summary(results []Result, least int) string {
	var counts []string
	for _, v := range verdicts() {
		if n := count(results, v); n >= least {
			counts = append(counts, fmt.Sprintf("%d %s", n, v))
		}
	}
	return strings.Join(counts, ", ")
}

// Summary says how many steps ended how, without what did not happen.
func (r Result) Summary() string { return summary([]Result{r}, 1) }

func (v View) paint(verdict Verdict, s string) string {
	switch verdict {
	case Applied:
		return v.Colors.Good(s)
	case Skipped:
		return v.Colors.Fair(s)
	case Conflict, Failed:
		return v.Colors.Bad(s)
	}
	return s
}

func (v View) writeOutcome(b *strings.Builder, o Outcome) {
	b.WriteString(v.paint(o.Verdict, fmt.Sprintf("  %-9s  %s", o.Verdict, o.Step.Line())) + "\n")
	detail := func(s string) { b.WriteString("               " + s + "\n") }
	if o.Reason != "" {
		detail(plan.OneLine(o.Reason))
	}
	if o.Err != nil {
		detail(v.Explain(o.Err))
	}
	if o.Verdict == Failed && o.Tries > 1 && !o.accepted() {
		detail(fmt.Sprintf("tried %d times; it stayed as it was", o.Tries))
	}
	if o.Found != nil {
		detail("now:")
		for _, line := range plan.Contents(o.Found.Fields) {
			detail("  " + line)
		}
	}
}
