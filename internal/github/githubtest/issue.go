package githubtest

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// issues are the issues of the repository. As on GitHub, pull requests are among them.
type issues struct {
	all  []Text
	sign func(Text) Text
}

func (t Text) issue() map[string]any {
	view := map[string]any{"id": 1000 + t.ID, "number": t.ID, "title": t.Title, "body": t.Body, "state": t.State, "user": author(t.User)}
	if t.Body == "" {
		view["body"] = nil
	}
	if t.IsPull {
		view["pull_request"] = map[string]string{"url": "…"}
	}
	return view
}

func (i *issues) list(w http.ResponseWriter, r *http.Request) {
	state, creator := r.URL.Query().Get("state"), r.URL.Query().Get("creator")
	var these []any
	for _, t := range i.all {
		isState := state == "all" || t.State == state || state == "" && t.State == "open"
		if isState && (creator == "" || strings.EqualFold(creator, t.User)) {
			these = append(these, t.issue())
		}
	}
	if q := r.URL.Query(); q.Get("sort") != "" && q.Get("sort") != "created" || !slices.Contains([]string{"", "open", "closed", "all"}, state) {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
		return
	} else if q.Get("direction") != "asc" {
		slices.Reverse(these) // the newest first
	}
	page(w, r, these, "state", "sort", "direction", "creator")
}

func (i *issues) add(w http.ResponseWriter, r *http.Request) {
	in, ok := texts(w, r, "title", "body")
	if !ok {
		return
	}
	if !isTitle(in["title"]) {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
		return
	}
	t := i.sign(Text{Title: in["title"], Body: in["body"], State: "open"})
	i.all = append(i.all, t)
	write(w, http.StatusCreated, t.issue())
}

// isTitle reports whether a title is set and not too long.
func isTitle(s string) bool { return s != "" && utf8.RuneCountInString(s) <= 256 }

// isState reports whether a state and its reason are valid.
func isState(state, reason string) bool {
	return state == "open" && (reason == "" || reason == "reopened") ||
		state == "closed" && slices.Contains([]string{"", "completed", "not_planned", "duplicate"}, reason)
}

func (i *issues) edit(w http.ResponseWriter, r *http.Request) {
	n := at(w, r, i.all, "number")
	if n < 0 {
		return
	}
	in, ok := texts(w, r, "title", "body", "state", "state_reason")
	if !ok {
		return
	}
	t := &i.all[n]
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
