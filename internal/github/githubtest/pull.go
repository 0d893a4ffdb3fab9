package githubtest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// history is what the repository knows about its commits.
type history struct {
	pulls map[string][]Pull   // by commit
	newer map[string][]string // by commit: the files that changed on the branch since then; none: the commit is no longer on the branch
}

// Review is a review of a pull request, or an answer to a run that waited for the reviewers of its environment. User is "" for a deleted
// account.
type Review struct{ User, State string }

// Pull is a pull request in the list of a commit.
type Pull struct {
	Number   int    `json:"number"`
	MergedAt string `json:"-"` // "": null
	Merge    string `json:"merge_commit_sha"`
	Base     Ref    `json:"base"`
}

// MarshalJSON writes null for a pull request that was not merged.
func (p Pull) MarshalJSON() ([]byte, error) {
	type fields Pull // a type without this method
	var merged *string
	if p.MergedAt != "" {
		merged = &p.MergedAt
	}
	return json.Marshal(struct {
		fields
		MergedAt *string `json:"merged_at"`
	}{fields(p), merged})
}

// Ref is a branch.
type Ref struct {
	Ref string `json:"ref"`
}

// ofCommit answers with the pull requests of a commit.
func (h *history) ofCommit(w http.ResponseWriter, r *http.Request) {
	page(w, r, h.pulls[r.PathValue("sha")])
}

// list answers with the pull requests of a branch, newest first.
func (h *history) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("state") != "closed" || q.Get("sort") != "updated" || q.Get("direction") != "desc" {
		refuse(w, http.StatusUnprocessableEntity, "this test has no other order")
		return
	}
	these := []Pull{}
	for _, pulls := range h.pulls {
		for _, p := range pulls {
			if p.Base.Ref == q.Get("base") {
				these = append(these, p)
			}
		}
	}
	slices.SortFunc(these, func(a, b Pull) int { return cmp.Compare(b.Number, a.Number) })
	page(w, r, these, "state", "sort", "direction", "base")
}

// compare answers with the difference between a commit and a branch.
func (h *history) compare(w http.ResponseWriter, r *http.Request) {
	commit, branch, ok := strings.Cut(r.PathValue("basehead"), "...")
	if !ok || branch == "" {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	changed, moved := h.newer[commit]
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
