package githubtest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// listPulls lists those of a branch, the newest first.
func (g *GitHub) listPulls(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("state") != "closed" || q.Get("sort") != "updated" || q.Get("direction") != "desc" {
		refuse(w, http.StatusUnprocessableEntity, "this test has no other order")
		return
	}
	these := []Pull{}
	for _, pulls := range g.pulls {
		for _, p := range pulls {
			if p.Base.Ref == q.Get("base") {
				these = append(these, p)
			}
		}
	}
	slices.SortFunc(these, func(a, b Pull) int { return cmp.Compare(b.Number, a.Number) })
	page(w, r, these, "state", "sort", "direction", "base")
}

// compare says how a branch differs from a commit.
func (g *GitHub) compare(w http.ResponseWriter, r *http.Request) {
	commit, branch, ok := strings.Cut(r.PathValue("basehead"), "...")
	if !ok || branch == "" {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	changed, moved := g.newer[commit]
	status, files := "identical", []map[string]string{}
	if moved {
		status = "ahead"
	}
	if moved && len(changed) == 0 {
		status = "diverged"
	}
	for _, name := range changed {
		files = append(files, map[string]string{"filename": name, "status": "modified"})
	}
	write(w, http.StatusOK, map[string]any{"status": status, "files": files})
}
