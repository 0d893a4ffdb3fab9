package githubtest

import (
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"
)

func (t Text) comment() map[string]any {
	return map[string]any{"id": t.ID, "body": t.Body, "user": author(t.User), "created_at": now()}
}

func (t Text) issue() map[string]any {
	i := map[string]any{"id": 1000 + t.ID, "number": t.ID, "title": t.Title, "body": t.Body, "state": t.State, "user": author(t.User)}
	if t.Body == "" {
		i["body"] = nil
	}
	if t.IsPull {
		i["pull_request"] = map[string]string{"url": "…"}
	}
	return i
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

func (g *GitHub) listComments(w http.ResponseWriter, r *http.Request) {
	var these []any
	for _, t := range g.comments {
		if strconv.Itoa(t.Number) == r.PathValue("number") {
			these = append(these, t.comment())
		}
	}
	page(w, r, these)
}

func (g *GitHub) addComment(w http.ResponseWriter, r *http.Request) {
	in, ok := texts(w, r, "body")
	if !ok {
		return
	}
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || in["body"] == "" {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
		return
	}
	g.last++
	t := Text{ID: g.last, Number: number, User: g.Login, Body: in["body"]}
	g.comments = append(g.comments, t)
	write(w, http.StatusCreated, t.comment())
}

func (g *GitHub) editComment(w http.ResponseWriter, r *http.Request) {
	i := at(w, r, g.comments, "id")
	if i < 0 {
		return
	}
	in, ok := texts(w, r, "body")
	switch {
	case !ok:
	case in["body"] == "":
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
	default:
		g.comments[i].Body = in["body"]
		g.comments[i].Edits++
		write(w, http.StatusOK, g.comments[i].comment())
	}
}

func (g *GitHub) deleteComment(w http.ResponseWriter, r *http.Request) {
	if i := at(w, r, g.comments, "id"); i >= 0 {
		g.comments = slices.Delete(g.comments, i, i+1)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (g *GitHub) listIssues(w http.ResponseWriter, r *http.Request) {
	state := r.URL.Query().Get("state")
	var these []any
	for _, t := range g.issues {
		if state == "all" || t.State == state || state == "" && t.State == "open" {
			these = append(these, t.issue())
		}
	}
	if q := r.URL.Query(); q.Get("sort") != "" && q.Get("sort") != "created" || !slices.Contains([]string{"", "open", "closed", "all"}, state) {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
		return
	} else if q.Get("direction") != "asc" {
		slices.Reverse(these) // the newest come first
	}
	page(w, r, these, "state", "sort", "direction")
}

func (g *GitHub) addIssue(w http.ResponseWriter, r *http.Request) {
	in, ok := texts(w, r, "title", "body")
	if !ok {
		return
	}
	if !isTitle(in["title"]) {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
		return
	}
	g.last++
	t := Text{ID: g.last, User: g.Login, Title: in["title"], Body: in["body"], State: "open"}
	g.issues = append(g.issues, t)
	write(w, http.StatusCreated, t.issue())
}

// isTitle tells whether a title is neither missing nor too long.
func isTitle(s string) bool { return s != "" && utf8.RuneCountInString(s) <= 256 }

// isState tells whether an issue may be in a state, for a reason.
func isState(state, reason string) bool {
	return state == "open" && (reason == "" || reason == "reopened") ||
		state == "closed" && slices.Contains([]string{"", "completed", "not_planned", "duplicate"}, reason)
}

func (g *GitHub) editIssue(w http.ResponseWriter, r *http.Request) {
	i := at(w, r, g.issues, "number")
	if i < 0 {
		return
	}
	in, ok := texts(w, r, "title", "body", "state", "state_reason")
	if !ok {
		return
	}
	t := &g.issues[i]
	_, titled := in["title"]
	state, moved := in["state"]
	if titled && !isTitle(in["title"]) || moved && !isState(state, in["state_reason"]) || !moved && in["state_reason"] != "" {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
		return
	}
	for name, field := range map[string]*string{"title": &t.Title, "body": &t.Body, "state": &t.State, "state_reason": &t.Reason} {
		if value, given := in[name]; given {
			*field = value
		}
	}
	t.Edits++
	write(w, http.StatusOK, t.issue())
}
