package sandbox

import (
	"maps"
	"net/url"
	"strconv"
)

// page is a list that is answered in pages. All of it, in a stable order.
type page []any

// body is the page the query asks for, as Atlas's list object.
func (p page) body(c *call) fields {
	q := c.query
	from := min((q.pageNum-1)*q.itemsPerPage, len(p))
	to := min(from+q.itemsPerPage, len(p))
	links := []fields{c.pageLink("self", q.pageNum)}
	if from > 0 {
		links = append(links, c.pageLink("previous", q.pageNum-1))
	}
	if to < len(p) {
		links = append(links, c.pageLink("next", q.pageNum+1))
	}
	body := fields{"links": links, "results": append([]any{}, p[from:to]...)}
	if q.includeCount {
		body["totalCount"] = len(p)
	}
	if q.envelope {
		body["status"] = c.op.status
	}
	return body
}

// pageLink is the address of another page of the same list: the same query otherwise.
func (c *call) pageLink(rel string, number int) fields {
	values := url.Values{}
	maps.Copy(values, c.query.values)
	values.Set("pageNum", strconv.Itoa(number))
	values.Set("itemsPerPage", strconv.Itoa(c.query.itemsPerPage))
	values.Set("includeCount", strconv.FormatBool(c.query.includeCount))
	return c.link(rel, c.r.URL.EscapedPath()+"?"+values.Encode())
}
