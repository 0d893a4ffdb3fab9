package yamldoc

import (
	"bytes"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"atlas-gitops/internal/yamldata"
)

// indentation is the number of columns for each level in canonical form.
const indentation = 2

const whiteSpace = yamldata.WhiteSpace

// readScalar reads a scalar or an alias, and returns how to write it.
func (c *reader) readScalar(n *yaml.Node, r *row) (*piece, error) {
	if len(c.starts) == 0 {
		return nil, scanError{c.pos}
	}
	c.starts = c.starts[1:]
	c.newlines = 0
	if n.Kind == yaml.AliasNode {
		c.fixed = true
		c.passed(1 + len(n.Value))
		return &piece{raw: "*" + n.Value}, nil
	}
	out := scalarPiece(n)
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return out, c.passQuoted('"', '\\')
	case n.Style&yaml.SingleQuotedStyle != 0:
		return out, c.passQuoted('\'', '\'')
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return c.readBlock(n, r, out)
	}
	return out, c.passText(n.Value)
}

// scalarPiece returns the canonical form of a value.
func scalarPiece(n *yaml.Node) *piece {
	switch n.ShortTag() {
	case "!!null":
		return &piece{raw: "null"}
	case "!!bool":
		return &piece{raw: strings.ToLower(n.Value)}
	case "!!int", "!!float":
		return &piece{raw: n.Value}
	}
	return &piece{text: n.Value}
}

// readBlock reads a block of text. A block with only white space becomes quoted text.
func (c *reader) readBlock(n *yaml.Node, r *row, out *piece) (*piece, error) {
	style := c.at()
	c.pos++
	c.pos += len(c.line()) - len(bytes.TrimLeft(c.line(), "+-0123456789"))
	r.addTrail(c.sameLine())
	if strings.Trim(n.Value, whiteSpace) == "" {
		return out, nil
	}
	c.pos += len(c.line()) + 1
	start := min(c.pos, len(c.src))
	if err := c.passText(n.Value); err != nil {
		return nil, err
	}
	c.pos += len(c.line())
	indent := yamldata.BlockIndent(c.src[start:c.pos], n.Value)
	c.passContent(indent)
	if style == '|' {
		out.block = strings.Split(strings.TrimRight(n.Value, "\n"), "\n")
	} else {
		out.block = yamldata.FoldedLines(c.src[start:c.pos], indent)
	}
	out.finishBlock(style)
	return out, nil
}

// finishBlock sets the indicators that are needed after | or >.
func (p *piece) finishBlock(style byte) {
	for len(p.block) > 0 && p.block[len(p.block)-1] == "" {
		p.block = p.block[:len(p.block)-1]
	}
	p.raw = string(style)
	first := strings.TrimLeft(strings.Join(p.block, "\n"), "\n")
	if strings.HasPrefix(first, " ") || strings.HasPrefix(first, "\t") {
		p.raw += strconv.Itoa(indentation)
	}
	switch ends := len(p.text) - len(strings.TrimRight(p.text, "\n")); {
	case ends == 0:
		p.raw += "-"
	case ends > 1:
		p.raw += "+"
		p.block = append(p.block, make([]string, ends-1)...)
		p.keep = true
	}
}
