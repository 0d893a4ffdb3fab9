package render

import "atlas-gitops/internal/plan"

// Colors tells whether text for a terminal has them.
type Colors bool

// Bold is for what is read first.
func (c Colors) Bold(s string) string { return c.paint("1", s) }

// Good, Fair and Bad are for what went well, what was not to be done, and what went wrong.
func (c Colors) Good(s string) string { return c.paint("32", s) }
func (c Colors) Fair(s string) string { return c.paint("33", s) }
func (c Colors) Bad(s string) string  { return c.paint("31", s) }

// Op paints text about a step by what the step does.
func (c Colors) Op(op plan.Op, s string) string {
	switch op {
	case plan.Create:
		return c.Good(s)
	case plan.Update:
		return c.Fair(s)
	}
	return c.Bad(s)
}

// paint uses a code of ECMA-48, which every terminal knows.
func (c Colors) paint(code, s string) string {
	if !c || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
