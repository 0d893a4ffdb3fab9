package schematest

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// texts returns four different texts that match the pattern of a schema.
func texts(s object) (all []any) {
	pattern, ok := s["pattern"].(string)
	if !ok {
		return []any{"Platform", "Security", "a b", "x"}
	}
	expression, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic("schematest: " + err.Error())
	}
	for seed := uint64(0); len(all) < 4; seed++ {
		var b strings.Builder
		New(seed).write(&b, expression)
		if !slices.Contains(all, any(b.String())) {
			all = append(all, b.String())
		}
	}
	return all
}

// write adds a text that matches an expression.
func (g Generator) write(b *strings.Builder, e *syntax.Regexp) {
	switch e.Op {
	case syntax.OpLiteral:
		b.WriteString(string(e.Rune))
	case syntax.OpCharClass:
		b.WriteRune(g.char(e.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte("abc"[g.IntN(3)])
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		for range g.times(e) {
			g.write(b, e.Sub[0])
		}
	case syntax.OpAlternate:
		g.write(b, e.Sub[g.IntN(len(e.Sub))])
	default: // anchors have no parts
		for _, part := range e.Sub {
			g.write(b, part)
		}
	}
}

// times returns how often to repeat the part of an expression: the minimum, or a little more.
func (g Generator) times(e *syntax.Regexp) int {
	least, most := e.Min, e.Max
	switch e.Op {
	case syntax.OpStar:
		least, most = 0, -1
	case syntax.OpPlus:
		least, most = 1, -1
	case syntax.OpQuest:
		least, most = 0, 1
	}
	if most < 0 {
		most = least + 2
	}
	return least + g.IntN(most-least+1)
}

// char returns a character of a class, which is given by the ends of its ranges. It prefers lower-case letters and
// digits.
func (g Generator) char(ranges []rune) rune {
	var some []rune
	for _, usual := range []string{"abc01", "ABC", "-_"} {
		for _, r := range usual {
			for i := 0; i < len(ranges); i += 2 {
				if ranges[i] <= r && r <= ranges[i+1] {
					some = append(some, r)
				}
			}
		}
		if len(some) > 0 {
			return some[g.IntN(len(some))]
		}
	}
	return ranges[0]
}
