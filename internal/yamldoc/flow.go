package yamldoc

import (
	"gopkg.in/yaml.v3"
)

// readFlow reads a collection in brackets. It ignores blank lines inside.
func (c *reader) readFlow(n *yaml.Node, r *row) (*piece, error) {
	out := &piece{kind: kindOf(n), flow: true}
	before := len(c.all)
	end := byte(0)
	if b := c.at(); b == '[' || b == '{' {
		end = b + 2 // in ASCII, ] and } are two after [ and {
		c.passed(1)
		r.addTrail(c.sameLine())
	}
	for i := 0; i < len(n.Content); i += step(n) {
		one := &row{}
		if err := c.readFlowRow(n, i, one); err != nil {
			return nil, err
		}
		out.rows = append(out.rows, one)
	}
	if end != 0 {
		if err := c.expect(end); err != nil {
			return nil, err
		}
		comments, _ := c.take()
		out.foot = flat(comments)
	}
	out.bare = end == 0
	out.crowded = len(c.all) > before && len(out.rows) > 0
	if len(out.rows) == 0 {
		r.addLead(out.foot...)
		out.foot = nil
	}
	return out, nil
}

func (c *reader) readFlowRow(n *yaml.Node, i int, r *row) error {
	c.gather()
	comments, _ := c.take()
	r.lead, r.start = flat(comments), c.pos
	if err := c.readRow(n, i, r, -1); err != nil {
		return err
	}
	if c.optional(',') {
		if trail := c.sameLine(); trail != "" && r.trail == "" && len(c.pending) == 0 {
			r.trail = trail
		} else if trail != "" {
			c.pending = append(c.pending, commentLines(trail)...)
		}
	}
	return nil
}
