// Package githubtest is a strict GitHub for tests: the part of its REST API that the program uses.
package githubtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// GitHub has one repository. It is a server, and a transport to itself. Its fields may be set before it is used.
type GitHub struct {
	Repository string // OWNER/NAME
	Token      string
	Login      string          // whom the token stands for
	IsApp      bool            // the token is that of an app, as those of workflows are
	Write      map[string]bool // "pull-requests", "issues": what the token may write

	mu       sync.Mutex
	comments []Text
	issues   []Text
	pulls    map[string][]Pull // by commit
	newer    map[string][]string
	faults   []*Fault
	log      []string
	last     int64
}

// Text is a comment, or an issue.
type Text struct {
	ID     int64 // of a comment; of an issue, its number
	Number int   // of what a comment stands below
	User   string
	Body   string
	Title  string // of an issue, like all below
	State  string
	Reason string
	IsPull bool // pull requests are listed among issues
	Edits  int
}

// Pull is a pull request, as those of a commit are listed.
type Pull struct {
	Number   int    `json:"number"`
	MergedAt string `json:"-"` // "" is null
	Merge    string `json:"merge_commit_sha"`
	Base     Ref    `json:"base"`
}

// MarshalJSON has null for when it was merged if it was not.
func (p Pull) MarshalJSON() ([]byte, error) {
	type fields Pull // without this method
	var merged *string
	if p.MergedAt != "" {
		merged = &p.MergedAt
	}
	return json.Marshal(struct {
		fields
		MergedAt *string `json:"merged_at"`
	}{fields(p), merged})
}

// Ref is a branch.
type Ref struct {
	Ref string `json:"ref"`
}

// Fault makes requests fail.
type Fault struct {
	Method, Path string // those that begin so
	Times        int
	Status       int // 0 breaks the connection
	Header       http.Header
	Message      string
	After        bool // what was asked for is done all the same
}

// New returns a GitHub in which a workflow may write comments and issues.
func New() *GitHub {
	return &GitHub{Repository: "acme/orgs", Token: "ghs_secret-of-the-workflow", Login: "github-actions[bot]", IsApp: true,
		Write: map[string]bool{"pull-requests": true, "issues": true}, pulls: map[string][]Pull{}, newer: map[string][]string{}}
}

// maxBody is how long a text may be, in characters.
const maxBody = 65_536

// AddComment adds a comment of somebody's.
func (g *GitHub) AddComment(number int, login, body string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last++
	g.comments = append(g.comments, Text{ID: g.last, Number: number, User: login, Body: body})
}

// AddIssue adds an issue of somebody's, or a pull request.
func (g *GitHub) AddIssue(t Text) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last++
	t.ID = g.last
	g.issues = append(g.issues, t)
}

// AddPull says that a commit belongs to a pull request.
func (g *GitHub) AddPull(commit string, p Pull) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pulls[commit] = append(g.pulls[commit], p)
}

// Move says that a branch has moved on from a commit, and which files are different now. Without a file, the commit is not
// on the branch any more.
func (g *GitHub) Move(commit string, files ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.newer[commit] = append([]string{}, files...)
}

// Fail adds a fault.
func (g *GitHub) Fail(f Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.faults = append(g.faults, &f)
}

// Comments returns the comments below a pull request.
func (g *GitHub) Comments(number int) []Text {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(g.comments), func(t Text) bool { return t.Number != number })
}

// Issues returns all issues.
func (g *GitHub) Issues() []Text {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.issues)
}

// Log returns the requests since the last time: method, path and query.
func (g *GitHub) Log() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	defer func() { g.log = nil }()
	return g.log
}

// RoundTrip answers without a network.
func (g *GitHub) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close() // as every transport has to
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

// serve answers a request, or tells that the connection breaks.
func (g *GitHub) serve(w http.ResponseWriter, r *http.Request) (broken bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.log = append(g.log, r.Method+" "+r.URL.RequestURI())
	fault := g.fault(r)
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

func (g *GitHub) fault(r *http.Request) *Fault {
	for _, f := range g.faults {
		if f.Times != 0 && f.Method == r.Method && strings.HasPrefix(r.URL.Path, f.Path) {
			f.Times--
			return f
		}
	}
	return nil
}

func refuse(w http.ResponseWriter, status int, message string) {
	write(w, status, map[string]string{"message": message, "status": strconv.Itoa(status)})
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever went away needs no answer
}

// answer does what GitHub would do.
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

// byID is another path of the repository: GitHub's own links have it.
const byID = "/repositories/1296269"

func (g *GitHub) route() http.Handler {
	m, repo := http.NewServeMux(), "/repos/"+g.Repository
	m.HandleFunc("GET /user", g.user)
	m.HandleFunc("POST /graphql", g.viewer)
	m.HandleFunc("GET "+repo+"/issues/{number}/comments", g.listComments)
	m.HandleFunc("POST "+repo+"/issues/{number}/comments", g.may("pull-requests", g.addComment))
	m.HandleFunc("PATCH "+repo+"/issues/comments/{id}", g.may("pull-requests", g.editComment))
	m.HandleFunc("DELETE "+repo+"/issues/comments/{id}", g.may("pull-requests", g.deleteComment))
	m.HandleFunc("GET "+repo+"/issues", g.listIssues)
	m.HandleFunc("POST "+repo+"/issues", g.may("issues", g.addIssue))
	m.HandleFunc("PATCH "+repo+"/issues/{number}", g.may("issues", g.editIssue))
	m.HandleFunc("GET "+repo+"/commits/{sha}/pulls", func(w http.ResponseWriter, r *http.Request) {
		page(w, r, g.pulls[r.PathValue("sha")])
	})
	m.HandleFunc("GET "+repo+"/pulls", g.listPulls)
	m.HandleFunc("GET "+repo+"/compare/{basehead}", g.compare)
	m.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "Not Found") })
	return m
}

// may refuses what the token may not write.
func (g *GitHub) may(permission string, f http.HandlerFunc) http.HandlerFunc {
	if g.Write[permission] {
		return f
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusForbidden, "Resource not accessible by integration")
	}
}

func (g *GitHub) user(w http.ResponseWriter, _ *http.Request) {
	if g.IsApp {
		refuse(w, http.StatusForbidden, "Resource not accessible by integration")
		return
	}
	write(w, http.StatusOK, map[string]string{"login": g.Login})
}

func (g *GitHub) viewer(w http.ResponseWriter, r *http.Request) {
	var in struct{ Query string }
	if json.NewDecoder(r.Body).Decode(&in) != nil || in.Query != "{viewer{login}}" {
		refuse(w, http.StatusBadRequest, "Problems parsing JSON")
		return
	}
	write(w, http.StatusOK, map[string]any{"data": map[string]any{"viewer": map[string]string{"login": g.Login}}})
}

// page answers with a part of a list, and where the others are. GitHub overlooks what it does not know in a query, which
// nobody shall ask for here.
func page[T any](w http.ResponseWriter, r *http.Request, items []T, known ...string) {
	q := r.URL.Query()
	for name := range q {
		if !slices.Contains(append(known, "per_page", "page"), name) {
			refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
			return
		}
	}
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(q.Get(name)); err == nil && n > 0 {
			return n
		}
		return otherwise
	}
	size, n := min(100, number("per_page", 30)), number("page", 1)
	start := min(len(items), (n-1)*size)
	end := min(len(items), start+size)
	if links := links(r, n, (len(items)+size-1)/size); links != "" {
		w.Header().Set("Link", links)
	}
	write(w, http.StatusOK, append([]T{}, items[start:end]...))
}

// links says where the other pages of a list are, in the order that GitHub has.
func links(r *http.Request, n, last int) string {
	var all []string
	add := func(rel string, n int) {
		u, q := *r.URL, r.URL.Query()
		u.Path = byID + "/" + strings.SplitN(u.Path, "/", 5)[4] // instead of /repos/OWNER/NAME
		u.Scheme, u.Host = cmp.Or(u.Scheme, "http"), r.Host
		q.Set("page", strconv.Itoa(n))
		u.RawQuery = q.Encode()
		all = append(all, fmt.Sprintf(`<%s>; rel="%s"`, &u, rel))
	}
	if n > 1 {
		add("prev", n-1)
	}
	if n < last {
		add("next", n+1)
		add("last", last)
	}
	if n > 1 {
		add("first", 1)
	}
	return strings.Join(all, ", ")
}

// texts reads the fields of a request, which all have to be known ones and texts.
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
