package yamldoc

import (
	"maps"
	"slices"
	"strings"
)

// newRow returns a value as it is to be written behind a key, or without one as an item. Lists of scalars are in
// brackets.
func newRow(key *string, value any, order *Order) *row {
	r := &row{value: pieceOf(value)}
	if key != nil {
		r.key = &piece{text: *key}
	}
	order.sortKeys(r.value)
	return r
}

func pieceOf(value any) *piece {
	switch value := value.(type) {
	case string:
		return &piece{text: value}
	case []any:
		p := &piece{kind: list}
		for _, item := range value {
			p.rows = append(p.rows, &row{value: pieceOf(item)})
		}
		p.flow = areScalars(p.rows)
		return p
	case map[string]any:
		p := &piece{kind: object}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			p.rows = append(p.rows, &row{key: &piece{text: key}, value: pieceOf(value[key])})
		}
		p.flow = len(p.rows) == 0
		return p
	}
	return &piece{raw: strings.Trim(jsonOf(value), `"`)}
}

func areScalars(rows []*row) bool {
	return !slices.ContainsFunc(rows, func(r *row) bool { return r.value.kind != scalar })
}

// putInBrackets writes the value, and all in it, in brackets.
func (p *piece) putInBrackets() {
	p.flow = true
	for _, r := range p.rows {
		r.value.putInBrackets()
	}
}

// suits reports whether a new value gets brackets because its neighbour has them.
func (p *piece) suits(near *piece) bool {
	return p.kind != scalar && p.kind == near.kind && near.flow && len(near.rows) > 0
}

// print returns rows of a block as they are to be written, from a column on.
func (s steps) print(rows []*row, column int) string {
	p := &printer{steps: s}
	for _, r := range rows {
		p.indent(column)
		p.row(r, column)
	}
	return strings.TrimSuffix(p.b.String(), "\n")
}

// printValue returns what is to be written behind the dash or key of a row: on its line, and on lines of their own.
func (s steps) printValue(r *row, column int) (first, rest string) {
	p := &printer{steps: s}
	p.indent(column)
	if r.key == nil {
		p.b.WriteByte('-')
	} else {
		p.b.WriteString(r.key.written(false) + ":")
	}
	start := p.b.Len()
	p.value(r, column)
	first, rest, _ = strings.Cut(strings.TrimSuffix(p.b.String()[start:], "\n"), "\n")
	return first, rest
}

// inBrackets returns rows as they are to be written between brackets.
func inBrackets(rows []*row) string {
	texts := make([]string, len(rows))
	for i, r := range rows {
		texts[i], _ = r.inline(1 << 30) // columns are no matter
	}
	return strings.Join(texts, ", ")
}
