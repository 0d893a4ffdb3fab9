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
	m.HandleFunc("POST "+repo+"/issues/{number}/comments", g.may("pull-requests", g.comments.add))
	m.HandleFunc("PATCH "+repo+"/issues/comments/{id}", g.may("pull-requests", g.comments.edit))
	m.HandleFunc("DELETE "+repo+"/issues/comments/{id}", g.may("pull-requests", g.comments.delete))
	m.HandleFunc("GET "+repo+"/issues", g.issues.list)
	m.HandleFunc("POST "+repo+"/issues", g.may("issues", g.issues.add))
	m.HandleFunc("PATCH "+repo+"/issues/{number}", g.may("issues", g.issues.edit))
	m.HandleFunc("GET "+repo+"/commits/{sha}/pulls", g.history.ofCommit)
	m.HandleFunc("GET "+repo+"/pulls", g.history.list)
	m.HandleFunc("GET "+repo+"/compare/{basehead}", g.history.compare)
	m.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "Not Found") })
	return m
}

// may refuses a request if the token has no permission to write.
func (g *GitHub) may(permission string, f http.HandlerFunc) http.HandlerFunc {
	if g.Write[permission] {
		return f
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusForbidden, "Resource not accessible by integration")
	}
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
	var in map[string]string
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		refuse(w, http.StatusBadRequest, "Problems parsing JSON")
		return nil, false
	}
	for name, value := range in {
		if !slices.Contains(known, name) || utf8.RuneCountInString(value) > maxBody {
			refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
			return nil, false
		}
	}
	return in, true
}

func now() string { return time.Now().UTC().Format(time.RFC3339) }
