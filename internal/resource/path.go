package resource

import (
	"net/url"
	"strings"
)

// The methods that kinds use. (This package stays clear of net/http.)
const (
	get    = "GET"
	post   = "POST"
	patch  = "PATCH"
	remove = "DELETE"
)

// orgPath returns /orgs/ORG/ELEM…, each element escaped.
func orgPath(org string, elems ...string) string {
	path := "/orgs/" + url.PathEscape(org)
	for _, elem := range elems {
		path += "/" + url.PathEscape(elem)
	}
	return path
}

// text returns the string that v is, or "".
func text(v any) string {
	s, _ := v.(string)
	return s
}

// list returns the list that v is, or none.
func list(v any) []any {
	l, _ := v.([]any)
	return l
}

// IsID tells whether a text is one of Atlas's ids: 24 hexadecimal digits (API description). Nothing else may become a part
// of a path: "../…" would lead to another organization.
func IsID(s string) bool { return len(s) == 24 && strings.Trim(s, "0123456789abcdef") == "" }
