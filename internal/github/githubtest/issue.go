package githubtest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// issues are the issues of the repository. As on GitHub, pull requests are among them.
type issues struct {
	all  []Text
	sign func(Text) Text
	hub  *GitHub
}

func (t Text) issue() map[string]any {
	view := map[string]any{"id": 1000 + t.ID, "number": t.ID, "title": t.Title, "body": t.Body, "state": t.State, "user": author(t.User), "labels": t.labels()}
	if t.Body == "" {
		view["body"] = nil
	}
	if t.IsPull {
		view["pull_request"] = map[string]string{"url": "…"}
	}
	return view
}

func (t Text) labels() []map[string]string {
	all := []map[string]string{}
	for _, name := range t.Labels {
		all = append(all, map[string]string{"name": name})
	}
	return all
}

// hasAll reports whether the issue has all labels of a list with commas.
func (t Text) hasAll(labels string) bool {
	for _, name := range strings.Split(labels, ",") {
		if labels != "" && !slices.ContainsFunc(t.Labels, func(has string) bool { return strings.EqualFold(has, name) }) {
			return false
		}
	}
	return true
}

func (i *issues) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	state, creator := cmp.Or(q.Get("state"), "open"), q.Get("creator")
	if !slices.Contains([]string{"", "created", "updated"}, q.Get("sort")) || !slices.Contains([]string{"open", "closed", "all"}, state) {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
		return
	}
	var found []Text
	for _, t := range i.all {
		if (state == "all" || t.State == state) && (creator == "" || strings.EqualFold(creator, t.User)) && t.hasAll(q.Get("labels")) {
			found = append(found, t)
		}
	}
	if q.Get("sort") == "updated" {
		slices.SortStableFunc(found, func(a, b Text) int { return cmp.Compare(a.updated, b.updated) })
	}
	if q.Get("direction") != "asc" {
		slices.Reverse(found) // the newest first
	}
	these := make([]any, len(found))
	for n, t := range found {
		these[n] = t.issue()
	}
	page(w, r, these, "state", "sort", "direction", "creator", "labels")
}

// isLabel reports whether a text can be a label. GitHub makes a label that the repository lacks.
func isLabel(s string) bool { return s != "" && utf8.RuneCountInString(s) <= 50 }

func (i *issues) add(w http.ResponseWriter, r *http.Request) {
	in, lists, ok := fields(w, r, []string{"title", "body"}, []string{"labels", "assignees"})
	if !ok {
		return
	}
	isUnknown := func(login string) bool { return !slices.Contains(i.hub.Assignable, login) }
	if !isTitle(in["title"]) || i.hub.Pushes && (!areLabels(lists["labels"]) || slices.ContainsFunc(lists["assignees"], isUnknown)) {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
		return
	}
	t := i.sign(Text{Title: in["title"], Body: in["body"], State: "open"})
	if i.hub.Pushes { // GitHub drops both for others
		t.Labels, t.Assignees = lists["labels"], lists["assignees"]
	}
	i.all = append(i.all, t)
	write(w, http.StatusCreated, t.issue())
}

func areLabels(all []string) bool {
	return !slices.ContainsFunc(all, func(s string) bool { return !isLabel(s) })
}

// addLabels adds labels to those that an issue has.
func (i *issues) addLabels(w http.ResponseWriter, r *http.Request) {
	n := at(w, r, i.all, "number")
	if n < 0 {
		return
	}
	_, lists, ok := fields(w, r, nil, []string{"labels"})
	switch {
	case !ok:
	case !i.hub.Pushes:
		forbid(w, r)
	case !areLabels(lists["labels"]):
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
	default:
		for _, name := range lists["labels"] {
			if !i.all[n].hasAll(name) {
				i.all[n].Labels = append(i.all[n].Labels, name)
			}
		}
		write(w, http.StatusOK, i.all[n].labels())
	}
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
	t.updated = i.hub.clock.tick()
	write(w, http.StatusOK, t.issue())
}
