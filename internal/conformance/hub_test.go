//go:build act

package conformance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
)

const (
	hubRepository = "acme/fleet"
	hubToken      = "token-of-the-run"
)

// hub is as much of GitHub's API as the action needs: the comments of pull request 7.
type hub struct {
	base string

	mu       sync.Mutex
	comments []hubComment
	refused  []string // requests that nothing answers
}

type hubComment struct {
	ID   int    `json:"id"`
	Body string `json:"body"`
	User struct {
		Login string `json:"login"`
		Type  string `json:"type"`
	} `json:"user"`
	Edits int `json:"-"`
}

func newHub(t *testing.T) *hub {
	h := &hub{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /user", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"message": "Resource not accessible by integration"}`, http.StatusForbidden)
	})
	mux.HandleFunc("GET /repos/"+hubRepository+"/issues/7/comments", h.list)
	mux.HandleFunc("POST /repos/"+hubRepository+"/issues/7/comments", h.create)
	mux.HandleFunc("PATCH /repos/"+hubRepository+"/issues/comments/{id}", h.edit)
	mux.HandleFunc("GET /repos/"+hubRepository+"/commits/{sha}/pulls", h.pulls)
	mux.HandleFunc("/", h.refuse)
	server := httptest.NewServer(withToken(mux))
	t.Cleanup(server.Close)
	h.base = server.URL
	return h
}

func withToken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "Bearer "+hubToken && got != "token "+hubToken {
			http.Error(w, `{"message": "Bad credentials"}`, http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (h *hub) list(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if page := r.FormValue("page"); page != "" && page != "1" {
		reply(w, http.StatusOK, []hubComment{})
		return
	}
	reply(w, http.StatusOK, append([]hubComment{}, h.comments...))
}

func (h *hub) create(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := hubComment{ID: 100 + len(h.comments)}
	c.User.Login, c.User.Type = "github-actions[bot]", "Bot"
	json.NewDecoder(r.Body).Decode(&struct{ Body *string }{&c.Body})
	h.comments = append(h.comments, c)
	reply(w, http.StatusCreated, c)
}

func (h *hub) edit(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	id, _ := strconv.Atoi(r.PathValue("id"))
	i := slices.IndexFunc(h.comments, func(c hubComment) bool { return c.ID == id })
	if i < 0 {
		http.NotFound(w, r)
		return
	}
	json.NewDecoder(r.Body).Decode(&struct{ Body *string }{&h.comments[i].Body})
	h.comments[i].Edits++
	reply(w, http.StatusOK, h.comments[i])
}

// pulls says that every commit came by the pull request.
func (h *hub) pulls(w http.ResponseWriter, r *http.Request) {
	reply(w, http.StatusOK, []map[string]any{{
		"number": 7, "state": "closed", "merged_at": "2026-01-02T03:04:05Z", "merge_commit_sha": r.PathValue("sha"),
		"base": map[string]any{"ref": "main"},
	}})
}

func (h *hub) refuse(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refused = append(h.refused, fmt.Sprintf("%s %s", r.Method, r.URL))
	http.NotFound(w, r)
}

func (h *hub) all() []hubComment {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.comments)
}

// unknown returns the requests that this GitHub does not know.
func (h *hub) unknown() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.refused
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}
