package yamldoc

import (
	"maps"
	"slices"
	"strings"

	"atlas-gitops/internal/yamldata"
)

// newRow returns the row for a new value: an entry, or an item if key is nil. Lists of scalars are in brackets.
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
	return &piece{raw: strings.Trim(yamldata.JSON(value), `"`)}
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

// suits reports whether a new value gets brackets because its neighbor has them.
func (p *piece) suits(near *piece) bool {
	return p.kind != scalar && p.kind == near.kind && near.flow && len(near.rows) > 0
}

// print returns the text of rows of a block at a column.
func (s steps) print(rows []*row, column int) string {
	p := &printer{steps: s}
	for _, r := range rows {
		p.indent(column)
		p.row(r, column)
	}
	return strings.TrimSuffix(p.b.String(), "\n")
}

// printValue returns the text of a value after the dash or key of a row: the part on the same line, and the rest on further lines.
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

// inBrackets returns the text of rows between brackets.
func inBrackets(rows []*row) string {
	texts := make([]string, len(rows))
	for i, r := range rows {
		texts[i], _ = r.inline(1 << 30) // no limit
	}
	return strings.Join(texts, ", ")
}
