package kindtest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/files"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// world is an Atlas with squads and tokens, and a directory for the files of the runs.
type world struct {
	*testing.T
	*atlas
	dir string
	log []string // the requests, as [words] returns them

	wire sync.Mutex // one request at a time

	// before and after may answer a request in place of Atlas. before answers instead of carrying it out, after once it is done.
	before, after func(request string) answer
}

// answer returns the answer to a request. A nil answer means the answer of Atlas.
type answer func() (*http.Response, error)

// lost is an answer that is cut off.
func lost() (*http.Response, error) { return nil, io.ErrUnexpectedEOF }

var errKilled = errors.New("killed")

// killed ends the process that sent the request, before it gets an answer.
func killed() (*http.Response, error) { return nil, errKilled }

// says returns an answer with this status and body.
func says(status int, body string) answer {
	return func() (*http.Response, error) {
		recorder := httptest.NewRecorder()
		recorder.WriteHeader(status)
		_, err := recorder.WriteString(body)
		return recorder.Result(), err
	}
}

// refused is an answer with a permanent error.
var refused = says(http.StatusBadRequest, `{"error":400,"errorCode":"NO","detail":"No"}`)

// nth returns a function that gives the answer to the nth request with this prefix, or to all of them if n is 0.
func nth(n int, prefix string, a answer) func(string) answer {
	seen := 0
	return func(request string) answer {
		if !strings.HasPrefix(request, prefix) {
			return nil
		}
		if seen++; n != 0 && seen != n {
			return nil
		}
		return a
	}
}

// bubble runs a test in a synctest bubble, in which waiting takes no real time.
func bubble(t *testing.T, name string, f func(*world)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { f(&world{T: t, atlas: newAtlas(), dir: t.TempDir()}) })
	})
}

var longID = regexp.MustCompile(`0{16}[0-9a-f]{8}`)

// words returns a request as text, without the organization. #ci is the id of the object with that name, and #1 is another id.
func (a *atlas) words(r *http.Request, body []byte) string {
	path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/api/atlas/v2"), "/orgs/"+acme+"/")
	return longID.ReplaceAllStringFunc(strings.TrimSpace(r.Method+" "+path+" "+string(body)), func(id string) string {
		if name := a.names[id]; name != "" {
			return "#" + name
		}
		n, _ := strconv.ParseInt(id, 16, 64)
		return "#" + strconv.FormatInt(n, 10)
	})
}

// connection is the network between one process and Atlas. When the process is killed, its requests get no answer until the test ends.
type connection struct {
	*world
	dead, over chan struct{}
}

func (w *world) connect() *connection {
	return &connection{w, make(chan struct{}), make(chan struct{})}
}

func (c *connection) isDead() bool {
	select {
	case <-c.dead:
		return true
	default:
		return false
	}
}

func (c *connection) RoundTrip(r *http.Request) (*http.Response, error) {
	c.wire.Lock()
	if !c.isDead() {
		response, err := c.world.roundTrip(r)
		if err != errKilled {
			c.wire.Unlock()
			return response, err
		}
		close(c.dead)
	}
	c.wire.Unlock()
	<-c.over
	return nil, errKilled
}

// roundTrip answers one request.
func (w *world) roundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/api/oauth/token" {
		return says(http.StatusOK, `{"access_token":"t","token_type":"Bearer","expires_in":3600}`)()
	}
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	request := w.words(r, body)
	w.log = append(w.log, request)
	if w.before != nil {
		if a := w.before(request); a != nil {
			return a()
		}
	}
	status, got := w.serve(r.Method, strings.Split(strings.TrimPrefix(r.URL.Path, "/api/atlas/v2/"), "/"), body)
	if w.after != nil {
		if a := w.after(request); a != nil {
			return a()
		}
	}
	text, err := json.Marshal(got)
	if err != nil {
		return nil, err
	}
	return says(status, string(text))()
}

// requests returns the requests since the last call.
func (w *world) requests() []string {
	log := w.log
	w.log = nil
	return log
}

// writes returns the writes among the requests since the last call.
func (w *world) writes() []string {
	return slices.DeleteFunc(w.requests(), func(request string) bool { return strings.HasPrefix(request, "GET ") })
}

// account returns the account of a new process.
func (w *world) account() *resource.Account { return w.connect().account() }

func (c *connection) account() *resource.Account {
	c.Helper()
	api, err := client.New(client.Config{BaseURL: "https://atlas.example", Transport: c, Credential: client.NewCredential("mdb_sa_id_1", "secret")})
	if err != nil {
		c.Fatal(err)
	}
	return &resource.Account{API: api}
}

// target returns the organization with this desired state.
func (w *world) target(want resource.State) planner.Target {
	return planner.Target{Account: w.account(), Desired: resource.Desired{OrgRef: resource.OrgRef{Name: "Acme", ID: acme}, Want: want}}
}

// planOf plans one organization.
func (w *world) planOf(t planner.Target) (*plan.Plan, error) {
	orgs, errs := planner.Plan(w.Context(), []planner.Target{t}, planner.Options{Parallel: 1})
	return plan.New(orgs), errs[0]
}

func (w *world) plan(want resource.State) *plan.Plan {
	w.Helper()
	p, err := w.planOf(w.target(want))
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// process is one run of the program that carries a plan out.
type process struct {
	*world
	plan        *plan.Plan
	credentials string // the file of credentials, in the directory of the world
	reserve     func(name string, size int64) (creation.Reserved, error)
}

// apply carries out a plan with a new file of credentials.
func (w *world) apply(p *plan.Plan, credentials string) []apply.Outcome {
	w.Helper()
	return process{world: w, plan: p, credentials: credentials, reserve: reserve}.run()
}

func reserve(name string, size int64) (creation.Reserved, error) { return files.Reserve(name, size) }

// run returns the results of the steps, or nil if the process was killed.
func (p process) run() []apply.Outcome {
	p.Helper()
	connection := p.connect()
	login := func(string, *resource.Credential) *resource.Account { return connection.account() }
	recorder, err := creation.NewRecorder(creation.Options{Credentials: filepath.ToSlash(filepath.Join(p.dir, p.credentials)), Login: login,
		Variables: creation.Variables{Of: client.Variables, LongestIDs: []string{client.AccountID + strings.Repeat("0", 64)}},
		Sites: creation.Sites{Files: files.System{}, Follow: files.Follow, Replace: files.Replace, Reserve: p.reserve, Now: time.Now,
			Path: func(file string) string { return file }}}, p.plan.Handouts())
	if err != nil {
		p.Fatal(err)
	}
	ended := make(chan []apply.Outcome, 1)
	go func() { ended <- p.runOver(connection, recorder) }()
	select {
	case outcomes := <-ended:
		if err := recorder.Close(); err != nil {
			p.Fatal(err)
		}
		return outcomes
	case <-connection.dead:
		p.Cleanup(func() { close(connection.over); <-ended })
		return nil
	}
}

// runWith carries out the plan with another recorder; nil for none.
func (p process) runWith(recorder apply.Recorder) []apply.Outcome {
	return p.runOver(p.connect(), recorder)
}

func (p process) runOver(c *connection, recorder apply.Recorder) []apply.Outcome {
	account := c.account()
	runner := apply.Runner{Account: func(plan.Org) *resource.Account { return account }, Parallel: 1, Recorder: recorder}
	return runner.Run(p.Context(), p.plan)[0].Outcomes
}

// count returns the number of texts with this prefix.
func count(texts []string, prefix string) (n int) {
	for _, text := range texts {
		if strings.HasPrefix(text, prefix) {
			n++
		}
	}
	return n
}

func (w *world) write(name, text string) {
	w.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
}

// kept returns the content of all files of credentials.
func (w *world) kept() (text string) {
	w.Helper()
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(w.dir, e.Name()))
		if err != nil {
			w.Fatal(err)
		}
		text += string(data)
	}
	return text
}

// said returns the results of steps as a report shows them.
func said(outcomes []apply.Outcome) (all []string) {
	for _, o := range outcomes {
		line := string(o.Verdict) + " " + o.Step.Line()
		if reason := o.Report().Reason; reason != "" {
			line += ": " + longID.ReplaceAllString(safetext.Line(reason), "#")
		}
		all = append(all, line)
	}
	return all
}

// lines returns the steps of a plan as text.
func lines(p *plan.Plan) (all []string) {
	for _, s := range p.Orgs[0].Steps {
		all = append(all, s.Line())
	}
	return all
}

func squad(name, purpose string) resource.Object {
	return resource.Object{Key: name, Fields: resource.Fields{"purpose": purpose}}
}

// token returns a wanted token with a read-only role in these squads.
func token(name string, accessList []any, in ...any) resource.Object {
	return resource.Object{Key: name, Fields: resource.Fields{"roles": []any{"ORG_READ_ONLY"}, "squads": in, "accessList": accessList}}
}

func list(items ...any) []any { return items }

// problem returns an answer of Atlas that rejects a request.
func problem(status int, code string) (int, resource.Fields) {
	return status, resource.Fields{"error": status, "errorCode": code, "detail": fmt.Sprintf("It is %s.", code)}
}
