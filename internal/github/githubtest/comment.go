package githubtest

import (
	"net/http"
	"slices"
	"strconv"
)

// comments are the comments on issues and pull requests.
type comments struct {
	all  []Text
	sign func(Text) Text
}

func (t Text) comment() map[string]any {
	return map[string]any{"id": t.ID, "body": t.Body, "user": author(t.User), "created_at": now()}
}

func (c *comments) list(w http.ResponseWriter, r *http.Request) {
	var these []any
	for _, t := range c.all {
		if strconv.Itoa(t.Number) == r.PathValue("number") {
			these = append(these, t.comment())
		}
	}
	page(w, r, these)
}

func (c *comments) add(w http.ResponseWriter, r *http.Request) {
	in, ok := texts(w, r, "body")
	if !ok {
		return
	}
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || in["body"] == "" {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
		return
	}
	t := c.sign(Text{Number: number, Body: in["body"]})
	c.all = append(c.all, t)
	write(w, http.StatusCreated, t.comment())
}

func (c *comments) edit(w http.ResponseWriter, r *http.Request) {
	i := at(w, r, c.all, "id")
	if i < 0 {
		return
	}
	in, ok := texts(w, r, "body")
	switch {
	case !ok:
	case in["body"] == "":
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
	default:
		c.all[i].Body = in["body"]
		c.all[i].Edits++
		write(w, http.StatusOK, c.all[i].comment())
	}
}

func (c *comments) delete(w http.ResponseWriter, r *http.Request) {
	if i := at(w, r, c.all, "id"); i >= 0 {
		c.all = slices.Delete(c.all, i, i+1)
		w.WriteHeader(http.StatusNoContent)
	}
}
