package githubtest

import (
	"net/http"
	"slices"
	"strconv"
)

// Text is a comment or an issue.
type Text struct {
	ID     int64 // id of a comment, or number of an issue
	Number int   // of the issue or pull request of a comment
	User   string
	Body   string
	Title  string // the fields from here on are only for issues
	State  string
	Reason string
	IsPull bool // pull requests are listed among issues
	Edits  int

	Labels, Assignees []string

	updated int64 // later edits have higher numbers
}

// clock numbers what happens: later numbers are higher.
type clock int64

func (c *clock) tick() int64 {
	*c++
	return int64(*c)
}

// author returns the author in JSON: null for a deleted account.
func author(login string) any {
	if login == "" {
		return nil
	}
	return map[string]string{"login": login}
}

// at returns the index of the text whose number is the path parameter called name, or answers 404.
func at(w http.ResponseWriter, r *http.Request, all []Text, name string) int {
	id, _ := strconv.ParseInt(r.PathValue(name), 10, 64)
	i := slices.IndexFunc(all, func(t Text) bool { return t.ID == id })
	if i < 0 {
		refuse(w, http.StatusNotFound, "Not Found")
	}
	return i
}
