package resource

import (
	"net/url"
	"strings"
)

// The methods that kinds use. This package must not import net/http.
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

// text returns v if it is a string, and otherwise "".
func text(v any) string {
	s, _ := v.(string)
	return s
}

// list returns v if it is a list, and otherwise nil.
func list(v any) []any {
	l, _ := v.([]any)
	return l
}

// IsID reports whether a text is an id of Atlas: 24 hexadecimal digits [api]. Anything else must not become a part of a path: "../…"
// would lead to another organization.
func IsID(s string) bool { return len(s) == 24 && strings.Trim(s, "0123456789abcdef") == "" }
