package sandbox

import (
	"net/url"
	"strconv"
)

// parameter is a query parameter of an operation.
type parameter struct {
	name    string
	since   string // the first version that has it; "": all versions
	repeats bool   // may be given more than once
}

// paging returns the parameters of every list with pages, and more.
func paging(more ...parameter) []parameter {
	return append([]parameter{{name: "pageNum"}, {name: "itemsPerPage"}, {name: "includeCount"}}, more...)
}

// query holds the parameters that several operations share, and all parameters as sent.
type query struct {
	envelope     bool
	pretty       bool
	includeCount bool
	pageNum      int // from 1
	itemsPerPage int // 1 to 500
	values       url.Values
}

// parseQuery refuses unknown parameters, and duplicate ones that may not repeat. The error codes are assumed.
func parseQuery(c *call) (err error) {
	if c.query.values, err = url.ParseQuery(c.r.URL.RawQuery); err != nil {
		return badQuery(c.r.URL.RawQuery)
	}
	for name, values := range c.query.values {
		known := name == "envelope" || name == "pretty" || c.op.knows(c.version, name)
		if !known || len(values) > 1 && !c.op.repeats(name) {
			return badQuery(name)
		}
	}
	return c.query.parse()
}

func (q *query) parse() error {
	for _, flag := range []struct {
		name  string
		value *bool
		other bool
	}{
		{"envelope", &q.envelope, false},
		{"pretty", &q.pretty, false},
		{"includeCount", &q.includeCount, true},
	} {
		if err := q.flag(flag.name, flag.value, flag.other); err != nil {
			return err
		}
	}
	if err := q.integer("pageNum", &q.pageNum, 1, 1<<31-1); err != nil {
		return err
	}
	return q.integer("itemsPerPage", &q.itemsPerPage, 100, 500)
}

func (q *query) flag(name string, into *bool, absent bool) error {
	*into = absent
	if !q.values.Has(name) {
		return nil
	}
	value := q.values.Get(name)
	if value != "true" && value != "false" {
		return badQuery(name)
	}
	*into = value == "true"
	return nil
}

// integer reads a number from 1 to most. Assumed: Atlas refuses a number out of range, and does not clamp it.
func (q *query) integer(name string, into *int, absent, most int) error {
	*into = absent
	if !q.values.Has(name) {
		return nil
	}
	n, err := strconv.Atoi(q.values.Get(name))
	if err != nil || n < 1 || n > most {
		return badQuery(name)
	}
	*into = n
	return nil
}

func badQuery(name string) *failure {
	return bad("INVALID_QUERY_PARAMETER", "Invalid query parameter "+name+" specified.", name)
}
