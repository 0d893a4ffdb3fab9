package githubtest

import "net/http"

// reviews are reviews by the number of a pull request, or by the id of a run.
type reviews map[string][]Review

// ofPull answers with the reviews of a pull request, the oldest first.
func (all reviews) ofPull(w http.ResponseWriter, r *http.Request) {
	these := []any{}
	for i, one := range all[r.PathValue("number")] {
		these = append(these, map[string]any{"id": i + 1, "user": author(one.User), "state": one.State, "submitted_at": now()})
	}
	page(w, r, these)
}

// ofRun answers with the review history of a run. It has no pages.
func (all reviews) ofRun(w http.ResponseWriter, r *http.Request) {
	these := []any{}
	for _, one := range all[r.PathValue("run")] {
		these = append(these, map[string]any{"user": author(one.User), "state": one.State, "comment": "", "environments": []map[string]string{{"name": "atlas"}}})
	}
	if r.URL.RawQuery != "" {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
		return
	}
	write(w, http.StatusOK, these)
}
