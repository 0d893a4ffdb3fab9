package githubtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// answer answers a request as GitHub does.
func (g *GitHub) answer(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Header.Get("User-Agent") == "":
		refuse(w, http.StatusForbidden, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.")
	case r.Header.Get("Authorization") != "Bearer "+g.Token:
		refuse(w, http.StatusUnauthorized, "Bad credentials")
	case r.Header.Get("X-GitHub-Api-Version") != "2022-11-28" || r.Header.Get("Accept") != "application/vnd.github+json":
		refuse(w, http.StatusBadRequest, "the version is not that of this test")
	default:
		byName := r.Clone(r.Context())
		if rest, ok := strings.CutPrefix(r.URL.Path, byID); ok {
			byName.URL.Path = "/repos/" + g.Repository + rest
		}
		g.route().ServeHTTP(w, byName)
	}
}

// byID is a second path of the repository. GitHub's own links use it.
const byID = "/repositories/1296269"

func (g *GitHub) route() http.Handler {
	m, repo := http.NewServeMux(), "/repos/"+g.Repository
	who := account{g.Login, g.IsApp}
	m.HandleFunc("GET /user", who.user)
	m.HandleFunc("POST /graphql", who.viewer)
	m.HandleFunc("GET "+repo+"/issues/{number}/comments", g.comments.list)
	m.HandleFunc("POST "+repo+"/issues/{number}/comments", allow(g.Write["pull-requests"], g.comments.add))
	m.HandleFunc("PATCH "+repo+"/issues/comments/{id}", allow(g.Write["pull-requests"], g.comments.edit))
	m.HandleFunc("DELETE "+repo+"/issues/comments/{id}", allow(g.Write["pull-requests"], g.comments.delete))
	m.HandleFunc("GET "+repo+"/issues", g.issues.list)
	m.HandleFunc("POST "+repo+"/issues", allow(g.Write["issues"], g.issues.add))
	m.HandleFunc("PATCH "+repo+"/issues/{number}", allow(g.Write["issues"], g.issues.edit))
	m.HandleFunc("POST "+repo+"/issues/{number}/labels", allow(g.Write["issues"], g.issues.addLabels))
	m.HandleFunc("GET "+repo+"/commits/{sha}/pulls", allow(g.Read["pull-requests"], g.history.ofCommit))
	m.HandleFunc("GET "+repo+"/pulls", allow(g.Read["pull-requests"], g.history.list))
	m.HandleFunc("GET "+repo+"/pulls/{number}/reviews", allow(g.Read["pull-requests"], reviews(g.Reviews).ofPull))
	m.HandleFunc("GET "+repo+"/compare/{basehead}", allow(g.Read["contents"], g.history.compare))
	m.HandleFunc("GET "+repo+"/actions/runs/{run}/approvals", allow(g.Read["actions"], reviews(g.Approvals).ofRun))
	m.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "Not Found") })
	return m
}

// allow returns the handler, or one that refuses if the token has no permission.
func allow(has bool, f http.HandlerFunc) http.HandlerFunc {
	if has {
		return f
	}
	return forbid
}

func forbid(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusForbidden, "Resource not accessible by integration")
}

func refuse(w http.ResponseWriter, status int, message string) {
	write(w, status, map[string]string{"message": message, "status": strconv.Itoa(status)})
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may have disconnected
}

// maxBody is the longest text that GitHub accepts, in characters.
const maxBody = 65_536

// texts reads the fields of a request. It refuses unknown fields, and values that are not texts.
func texts(w http.ResponseWriter, r *http.Request, known ...string) (map[string]string, bool) {
	in, _, ok := fields(w, r, known, nil)
	return in, ok
}

// fields reads the fields of a request: texts, and lists of texts. It refuses unknown fields and other values.
func fields(w http.ResponseWriter, r *http.Request, forTexts, forLists []string) (texts map[string]string, lists map[string][]string, ok bool) {
	var in map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		refuse(w, http.StatusBadRequest, "Problems parsing JSON")
		return nil, nil, false
	}
	texts, lists, ok = map[string]string{}, map[string][]string{}, true
	for name, value := range in {
		text, list := "", []string(nil)
		switch {
		case slices.Contains(forTexts, name) && json.Unmarshal(value, &text) == nil && utf8.RuneCountInString(text) <= maxBody:
			texts[name] = text
		case slices.Contains(forLists, name) && json.Unmarshal(value, &list) == nil:
			lists[name] = list
		default:
			ok = false
		}
	}
	if !ok {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
	}
	return texts, lists, ok
}

func now() string { return time.Now().UTC().Format(time.RFC3339) }
