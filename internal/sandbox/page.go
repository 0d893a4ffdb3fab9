package sandbox

import (
	"maps"
	"net/url"
	"strconv"
)

// page is a whole list, in a stable order. It is answered page by page.
type page []any

// body returns the page that the query asks for, as Atlas's list object. With includeCount=false, totalCount is 0 and
// no page has a link to the next one [seen no-count], although [api] says that totalCount is left out.
func (p page) body(c *call) fields {
	q := c.query
	from := min((q.pageNum-1)*q.itemsPerPage, len(p))
	to := min(from+q.itemsPerPage, len(p))
	links, total := []fields{c.pageLink("self", q.pageNum)}, 0
	if from > 0 {
		links = append(links, c.pageLink("previous", q.pageNum-1))
	}
	if q.includeCount {
		total = len(p)
	}
	if to < total {
		links = append(links, c.pageLink("next", q.pageNum+1))
	}
	body := fields{"links": links, "results": append([]any{}, p[from:to]...), "totalCount": total}
	if q.envelope {
		body["status"] = c.op.status
	}
	return body
}

// pageLink returns the link to another page of the same list with the same query. It contains includeCount if the
// operation has that parameter [seen page-links].
func (c *call) pageLink(rel string, number int) fields {
	values := url.Values{}
	maps.Copy(values, c.query.values)
	values.Set("pageNum", strconv.Itoa(number))
	values.Set("itemsPerPage", strconv.Itoa(c.query.itemsPerPage))
	if c.op.knows(c.version, "includeCount") {
		values.Set("includeCount", strconv.FormatBool(c.query.includeCount))
	}
	return c.link(rel, c.r.URL.EscapedPath()+"?"+values.Encode())
}
