package render

import "atlas-gitops/internal/plan"

// Colors reports whether text for a terminal has colours.
type Colors bool

// Bold makes text stand out: headings and totals.
func (c Colors) Bold(s string) string { return c.paint("1", s) }

// Good, Fair and Bad are green for success, yellow for warnings and skipped steps, and red for errors.
func (c Colors) Good(s string) string { return c.paint("32", s) }
func (c Colors) Fair(s string) string { return c.paint("33", s) }
func (c Colors) Bad(s string) string  { return c.paint("31", s) }

// Op colours text about a step by the operation of the step.
func (c Colors) Op(op plan.Op, s string) string {
	switch op {
	case plan.Create:
		return c.Good(s)
	case plan.Update:
		return c.Fair(s)
	}
	return c.Bad(s)
}

// paint adds an ECMA-48 code, which every terminal understands.
func (c Colors) paint(code, s string) string {
	if !c || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
