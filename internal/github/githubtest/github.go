// Package githubtest is a strict GitHub for tests: the part of its REST API that the program uses.
package githubtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
)

// GitHub has one repository. It is an http.Handler and an http.RoundTripper. Set its fields before the first request.
type GitHub struct {
	Repository string // OWNER/NAME
	Token      string
	Login      string          // account of the token
	IsApp      bool            // the token belongs to an app, such as a workflow's token
	Write      map[string]bool // what the token may write: "pull-requests", "issues"
	Read       map[string]bool // what the token may read: "actions", "contents", "pull-requests"
	Pushes     bool            // the account may push, so it may set labels and assignees
	Assignable []string        // logins to which issues can be assigned

	Reviews   map[string][]Review // of pull requests by number, the oldest first
	Approvals map[string][]Review // what reviewers of an environment said to runs, by the id of the run

	mu       sync.Mutex // guards the fields below
	comments comments
	issues   issues
	history  history
	faults   faults
	log      []string
	last     int64 // id of the newest text
	clock    clock
}

// New returns a GitHub in which a workflow may write comments and issues.
func New() *GitHub {
	g := &GitHub{Repository: "acme/orgs", Token: "ghs_secret-of-the-workflow", Login: "github-actions[bot]", IsApp: true, Pushes: true,
		Write:   map[string]bool{"pull-requests": true, "issues": true},
		Read:    map[string]bool{"actions": true, "contents": true, "pull-requests": true},
		Reviews: map[string][]Review{}, Approvals: map[string][]Review{}}
	g.comments.sign, g.issues.sign, g.issues.hub = g.sign, g.sign, g
	g.history = history{pulls: map[string][]Pull{}, newer: map[string][]string{}}
	return g
}

// sign gives a text an id, and the token's account as its author.
func (g *GitHub) sign(t Text) Text {
	g.last++
	t.ID, t.User, t.updated = g.last, g.Login, g.clock.tick()
	return t
}

// AddComment adds a comment by that login.
func (g *GitHub) AddComment(number int, login, body string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.sign(Text{Number: number, Body: body})
	t.User = login
	g.comments.all = append(g.comments.all, t)
}

// AddIssue adds an issue or a pull request with its author.
func (g *GitHub) AddIssue(t Text) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last++
	t.ID, t.updated = g.last, g.clock.tick()
	g.issues.all = append(g.issues.all, t)
}

// AddPull adds a pull request that contains a commit.
func (g *GitHub) AddPull(commit string, p Pull) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.history.pulls[commit] = append(g.history.pulls[commit], p)
}

// Move moves a branch on from a commit. The files are those that differ now. Without files, the commit is no longer on
// the branch.
func (g *GitHub) Move(commit string, files ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.history.newer[commit] = append([]string{}, files...)
}

// Fail adds a fault.
func (g *GitHub) Fail(f Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.faults = append(g.faults, &f)
}

// Comments returns the comments on a pull request.
func (g *GitHub) Comments(number int) []Text {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(g.comments.all), func(t Text) bool { return t.Number != number })
}

// Issues returns all issues.
func (g *GitHub) Issues() []Text {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.issues.all)
}

// Log returns the requests since the last call: method, path and query.
func (g *GitHub) Log() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	defer func() { g.log = nil }()
	return g.log
}

// RoundTrip answers a request without a network.
func (g *GitHub) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close() // http.RoundTripper requires it
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	if broken := g.serve(w, r); broken {
		return nil, fmt.Errorf("connection reset by peer")
	}
	response := w.Result()
	response.Request = r
	return response, nil
}

func (g *GitHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if broken := g.serve(w, r); broken {
		panic(http.ErrAbortHandler)
	}
}

// serve answers a request, and reports whether the connection breaks.
func (g *GitHub) serve(w http.ResponseWriter, r *http.Request) (broken bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.log = append(g.log, r.Method+" "+r.URL.RequestURI())
	fault := g.faults.meet(r)
	if fault == nil {
		g.answer(w, r)
		return false
	}
	if fault.After {
		g.answer(httptest.NewRecorder(), r)
	}
	if fault.Status == 0 {
		return true
	}
	for name, values := range fault.Header {
		w.Header()[name] = values
	}
	refuse(w, fault.Status, fault.Message)
	return false
}
