package yamldoc

import (
	"bytes"
	"errors"
	"slices"
	"strings"
)

// patch is a change of a text: replacements of bytes, sorted by offset.
type patch []splice

type splice struct {
	from, to int
	text     string
}

// apply returns the changed text, or nil if the patch does not fit.
func (p patch) apply(data []byte) []byte {
	var b bytes.Buffer
	at := 0
	for _, s := range p {
		if s.from < at || s.to < s.from || s.to > len(data) {
			return nil
		}
		b.Write(data[at:s.from])
		b.WriteString(s.text)
		at = s.to
	}
	b.Write(data[at:])
	return b.Bytes()
}

var (
	errComments = errors.New("has comments that this change would delete")
	errNoRoom   = errors.New("is written in a form that this program cannot change")
)

func (f *written) hasComment(from, to int) bool {
	i, _ := slices.BinarySearch(f.comments, from)
	return i < len(f.comments) && f.comments[i] < to
}

// replace changes the value of a row that is not in brackets.
func (f *written) replace(r *row, to *piece) (patch, error) {
	if r.mark == 0 || r.explicit {
		return nil, errNoRoom
	}
	first, rest := f.steps.printValue(&row{key: r.key, value: to}, f.Column(r.start))
	if rest != "" {
		rest = f.WithEnds("\n"+rest, r.tail)
	}
	head, body := f.parts(r)
	if rest == "" && r.value.isInline() && !f.isTagged(r.value) {
		head.from, first = r.value.start, strings.TrimPrefix(first, " ") // keep the original spaces
	}
	head.text, body.text = first, rest
	if f.hasComment(head.from, head.to) || f.hasComment(body.from, body.to) {
		return nil, errComments
	}
	return patch{head, body}, nil
}

// parts returns where the value of a row is written: after its mark, and on lines of its own. The comment at the end of the first line
// is between the two.
func (f *written) parts(r *row) (head, body splice) {
	v, end := r.value, f.LineEnd(r.tail)
	head, body = splice{from: r.mark, to: r.mark}, splice{from: end, to: end}
	switch {
	case v.isBlock() && f.LineStart(v.start) == f.LineStart(r.mark):
		head.to, body.from = v.end, v.end
	case v.isBlock():
		body.from = f.LineEnd(r.mark)
	case v.isInline():
		head.to = v.end
	}
	return head, body
}

// isTagged reports whether the tag "!" is before a value. The tag would turn a new number into text.
func (f *written) isTagged(v *piece) bool {
	before := bytes.TrimRight(f.Raw[:v.start], whiteSpace)
	return bytes.HasSuffix(before, []byte("!")) || bytes.HasSuffix(before, []byte("!<!>"))
}

// replaceInFlow changes the value of a row in brackets.
func (f *written) replaceInFlow(r *row, to *piece) (patch, error) {
	text, _ := to.inline(1 << 30)
	v := r.value
	switch {
	case f.hasComment(v.start, v.end):
		return nil, errComments
	case f.isTagged(v), !v.isInline() && r.mark == 0:
		return nil, errNoRoom
	case v.isInline():
		return patch{{v.start, v.end, text}}, nil
	}
	return patch{{r.mark, r.mark, " " + text}}, nil
}

// insertion adds rows to the value of a row.
func (f *written) insertion(at spot, index int, rows []*row) (patch, error) {
	switch v := at.row.value; {
	case v.isBlock():
		return f.insertBlock(v, index, rows)
	case len(v.rows) > 0 || at.inFlow() || at.row.mark == 0 || f.hasComment(v.start, v.end):
		return f.insertFlow(v, index, rows)
	default:
		return f.replace(at.row, &piece{kind: v.kind, rows: rows, flow: v.kind == list && areScalars(rows)})
	}
}

// insertFlow adds rows between brackets.
func (f *written) insertFlow(p *piece, i int, rows []*row) (patch, error) {
	text := inBrackets(rows)
	switch {
	case p.bare:
		return nil, errNoRoom
	case len(p.rows) == 0 && p.kind == object && p.end == p.start+len("{}"):
		return patch{{p.start + 1, p.start + 1, " " + text + " "}}, nil
	case len(p.rows) == 0:
		return patch{{p.start + 1, p.start + 1, text}}, nil
	case i == 0:
		return patch{{p.rows[0].start, p.rows[0].start, text + ", "}}, nil
	}
	end := p.rows[i-1].end()
	return patch{{end, end, ", " + text}}, nil
}

// insertBlock adds rows to a collection without brackets.
func (f *written) insertBlock(p *piece, i int, rows []*row) (patch, error) {
	column := f.Column(p.rows[0].start)
	text := f.steps.print(rows, column)
	if i == 0 {
		at := p.rows[0].start
		return patch{{at, at, f.WithEnds(strings.TrimLeft(text, " ")+"\n", at) + strings.Repeat(" ", column)}}, nil
	}
	if p.rows[i-1].explicit {
		return nil, errNoRoom
	}
	at := f.LineEnd(f.below(p.rows[i-1]))
	return patch{{at, at, f.WithEnds("\n"+text, at)}}, nil
}

// below returns the last offset that belongs to a row. This includes blank lines that are a part of a block of text, and comments that
// are indented as far as the end of the value.
func (f *written) below(r *row) int {
	at, foot, v := r.tail, 0, r.value
	for v.isBlock() {
		if last := len(v.foot) - 1; last >= 0 && v.foot[last].at < len(f.Raw) {
			foot = max(foot, v.foot[last].at)
		}
		v = v.rows[len(v.rows)-1].value
	}
	for next := f.NextLine(at); v.keep && next < len(f.Raw) && f.IsBlank(next, f.NextLine(next)); next = f.NextLine(at) {
		at = next
	}
	return max(at, foot)
}

// removal removes a row.
func (f *written) removal(at spot) (patch, error) {
	switch isLast := len(at.in.rows) == 1; {
	case at.in.flow && isLast:
		return f.emptyFlow(at.in)
	case at.in.flow:
		return f.removeFlow(at.in, at.index)
	case isLast:
		return f.emptyBlock(at.above)
	}
	return f.removeBlock(at.in, at.index, at.above.mark == 0)
}

// removeFlow removes one of several rows between brackets.
func (f *written) removeFlow(p *piece, i int) (patch, error) {
	cut := splice{from: p.rows[i].start}
	if i+1 < len(p.rows) {
		cut.to = p.rows[i+1].start
	} else {
		cut.from, cut.to = p.rows[i-1].end(), p.rows[i].end()
	}
	if f.hasComment(cut.from, cut.to) {
		return nil, errComments
	}
	return patch{cut}, nil
}

// emptyFlow removes all rows between brackets.
func (f *written) emptyFlow(p *piece) (patch, error) {
	switch {
	case p.bare:
		return nil, errNoRoom
	case f.hasComment(p.start, p.end):
		return nil, errComments
	}
	return patch{{p.start, p.end, emptyText(p)}}, nil
}

func emptyText(p *piece) string {
	return map[kind]string{list: "[]", object: "{}"}[p.kind]
}

// emptyBlock removes the only row of a block. Comments that do not belong to the row stay.
func (f *written) emptyBlock(above *row) (patch, error) {
	p := above.value
	r, empty := p.rows[0], emptyText(p)
	switch {
	case above.explicit:
		return nil, errNoRoom
	case above.mark == 0:
		return patch{{r.start, f.below(r), empty}}, nil
	case f.LineStart(r.start) == f.LineStart(above.mark):
		return patch{{above.mark, f.below(r), " " + empty}}, nil
	}
	return patch{{above.mark, above.mark, " " + empty}, f.linesOf(p, 0, false)}, nil
}

// removeBlock removes one of several rows of a collection without brackets.
func (f *written) removeBlock(p *piece, i int, isRoot bool) (patch, error) {
	r := p.rows[i]
	if f.IsBlank(f.LineStart(r.start), r.start) {
		return patch{f.linesOf(p, i, isRoot)}, nil
	}
	next := p.rows[i+1] // moves up to the dash on the line of the removed row
	if f.hasComment(f.LineEnd(r.tail), next.start) {
		return nil, errComments
	}
	return patch{{from: r.start, to: next.start}}, nil
}

// linesOf returns a splice that removes the lines of a row and of its own comments. If there are blank lines above and below, it also
// removes those above.
func (f *written) linesOf(p *piece, i int, isRoot bool) splice {
	r := p.rows[i]
	start := f.LineStart(r.start)
	if own := p.ownComments(i, isRoot); len(own) > 0 {
		start = f.LineStart(own[0].at)
	}
	end := f.NextLine(f.below(r))
	if i > 0 && (end == len(f.Raw) || f.IsBlank(end, f.NextLine(end))) {
		least := f.NextLine(f.below(p.rows[i-1]))
		for start > least && f.IsBlank(f.LineStart(start-1), start) {
			start = f.LineStart(start - 1)
		}
	}
	if end == len(f.Raw) && start > 0 && !bytes.HasSuffix(f.Raw, []byte("\n")) {
		start = f.LineEnd(start - 1)
	}
	return splice{from: start, to: end}
}

// end returns the end of a row in brackets.
func (r *row) end() int {
	switch {
	case r.value.isInline():
		return r.value.end
	case r.mark > 0:
		return r.mark
	case r.key != nil:
		return r.key.end
	}
	return r.start
}
