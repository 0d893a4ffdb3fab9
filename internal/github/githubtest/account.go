package githubtest

import (
	"encoding/json"
	"net/http"
)

// account is the account of the token.
type account struct {
	login string
	isApp bool
}

func (a account) user(w http.ResponseWriter, _ *http.Request) {
	if a.isApp {
		refuse(w, http.StatusForbidden, "Resource not accessible by integration")
		return
	}
	write(w, http.StatusOK, map[string]string{"login": a.login})
}

func (a account) viewer(w http.ResponseWriter, r *http.Request) {
	var in struct{ Query string }
	if json.NewDecoder(r.Body).Decode(&in) != nil || in.Query != "{viewer{login}}" {
		refuse(w, http.StatusBadRequest, "Problems parsing JSON")
		return
	}
	write(w, http.StatusOK, map[string]any{"data": map[string]any{"viewer": map[string]string{"login": a.login}}})
}
