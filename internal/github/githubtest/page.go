package githubtest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// page answers with one page of a list, and with links to the others. GitHub ignores unknown query parameters; this one
// refuses them, so that tests find them.
func page[T any](w http.ResponseWriter, r *http.Request, items []T, known ...string) {
	q := r.URL.Query()
	for name := range q {
		if !slices.Contains(append(known, "per_page", "page"), name) {
			refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
			return
		}
	}
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(q.Get(name)); err == nil && n > 0 {
			return n
		}
		return otherwise
	}
	size, n := number("per_page", 30), number("page", 1)
	if size > 100 {
		refuse(w, http.StatusUnprocessableEntity, "GitHub has at most 100 on a page, and would answer with fewer")
		return
	}
	start := min(len(items), (n-1)*size)
	end := min(len(items), start+size)
	if links := links(r, n, (len(items)+size-1)/size); links != "" {
		w.Header().Set("Link", links)
	}
	write(w, http.StatusOK, append([]T{}, items[start:end]...))
}

// links returns the links to other pages of a list, in GitHub's order.
func links(r *http.Request, n, last int) string {
	var all []string
	add := func(rel string, n int) {
		u, q := *r.URL, r.URL.Query()
		u.Path = byID + "/" + strings.SplitN(u.Path, "/", 5)[4] // instead of /repos/OWNER/NAME
		u.Scheme, u.Host = cmp.Or(u.Scheme, "http"), r.Host
		q.Set("page", strconv.Itoa(n))
		u.RawQuery = q.Encode()
		all = append(all, fmt.Sprintf(`<%s>; rel="%s"`, &u, rel))
	}
	if n > 1 {
		add("prev", n-1)
	}
	if n < last {
		add("next", n+1)
		add("last", last)
	}
	if n > 1 {
		add("first", 1)
	}
	return strings.Join(all, ", ")
}
