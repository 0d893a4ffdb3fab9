package githubtest

import (
	"net/http"
	"slices"
	"strconv"
)

// Text is a comment, or an issue.
type Text struct {
	ID     int64 // of a comment; of an issue, its number
	Number int   // of what a comment stands below
	User   string
	Body   string
	Title  string // of an issue, like all below
	State  string
	Reason string
	IsPull bool // pull requests are listed among issues
	Edits  int
}

// author is null for somebody who is gone.
func author(login string) any {
	if login == "" {
		return nil
	}
	return map[string]string{"login": login}
}

// at returns the index of a text, by the number that is called so in the path; or refuses.
func at(w http.ResponseWriter, r *http.Request, all []Text, name string) int {
	id, _ := strconv.ParseInt(r.PathValue(name), 10, 64)
	i := slices.IndexFunc(all, func(t Text) bool { return t.ID == id })
	if i < 0 {
		refuse(w, http.StatusNotFound, "Not Found")
	}
	return i
}
