package apply_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
)

// process is one run of the program, and its network. Each request takes a random time on the fake clock, so that steps that run side
// by side end in a random order. The seed decides that order.
type process struct {
	*soak
	how    trial
	salt   uint64
	limits *client.Limits
	isKey  bool

	ctx    context.Context
	cancel context.CancelCauseFunc

	dead, over chan struct{} // closed when the process is killed, and when its requests may end
	kill       func()

	mu       sync.Mutex
	accounts map[string]*resource.Account
	requests int                       // so far
	equal    map[string]int            // requests so far, by what they ask
	flying   map[string]map[string]int // requests in flight for objects, by organization and object
	most     int                       // the largest number of these objects
	waited   bool                      // a request waited for a limit
	known    map[string]bool           // people that were asked for before the end of the run
	endedAt  time.Time                 // when the run was interrupted
	late     []string                  // people that were asked for only after that
	written  []string                  // the writes that had, or may have had, an effect
	ignored  bool                      // a write was ignored
	calls    map[string]int            // of StepEnded, by organization and step
	afterEnd map[string]bool           // the calls after the interrupt
	last     map[string]apply.Verdict  // in the last of these calls
	calling  map[string]bool           // organizations whose StepEnded has not returned
}

// newProcess returns a process that logs in anew, with a service account or an API key.
func (s *soak) newProcess(how trial) *process {
	s.runs++
	c := &process{soak: s, how: how, salt: s.seed<<32 + s.runs, limits: client.NewLimits(), isKey: s.Chance(),
		dead: make(chan struct{}), over: make(chan struct{}), accounts: map[string]*resource.Account{}, equal: map[string]int{},
		flying: map[string]map[string]int{}, known: map[string]bool{}, calls: map[string]int{}, afterEnd: map[string]bool{}, last: map[string]apply.Verdict{}, calling: map[string]bool{}}
	c.kill = sync.OnceFunc(func() { close(c.dead) })
	c.ctx, c.cancel = context.WithCancelCause(s.Context())
	return c
}

// account returns the account of an organization.
func (c *process) account(credentials, org string) *resource.Account {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.accounts[credentials]; a != nil {
		return a
	}
	granted := c.server.Grant(credentials, org)
	credential := client.NewCredential(granted.ClientID, granted.ClientSecret)
	if c.isKey {
		credential = client.NewCredential(granted.PublicKey, granted.PrivateKey)
	}
	api, err := client.New(client.Config{BaseURL: "https://atlas.example", Transport: c, Credential: credential, Limits: c.limits, Interrupted: c.ctx.Done(), Waiting: c.waiting})
	if err != nil {
		panic(err)
	}
	c.accounts[credentials] = &resource.Account{API: api, IsKey: c.isKey, Login: func(ctx context.Context) { _ = api.Login(ctx) }}
	return c.accounts[credentials]
}

func (c *process) waiting(ctx context.Context, w client.Wait) (over func()) {
	if w.IsForLimit() {
		c.mu.Lock()
		c.waited = true
		c.mu.Unlock()
	}
	return waiting(ctx, w)
}

// RoundTrip sends a request to the sandbox. Once the process is killed, no request arrives, and none has an answer.
func (c *process) RoundTrip(r *http.Request) (*http.Response, error) {
	org, object := orgOf(r), objectOf(r)
	number, delay := c.begin(r, org, object)
	defer c.end(org, object)
	if number == c.how.interruptAt {
		c.interrupt()
	}
	time.Sleep(delay)
	isLast := number == c.how.killAt
	if isLast && !c.how.afterEffect {
		c.found.add("killed")
		c.kill()
	}
	if c.isKilled() {
		<-c.over
		return nil, errKilled
	}
	response, err := c.send(number, r)
	if isLast && c.how.afterEffect {
		c.found.add("killed after the effect")
		c.kill()
	}
	time.Sleep(delay / 3)
	if c.isKilled() {
		<-c.over
		return nil, errKilled
	}
	return response, err
}

// send lets the sandbox answer a request.
func (c *process) send(number int, r *http.Request) (*http.Response, error) {
	body := bodyOf(r)
	switch isWrite := isWrite(r.Method, r.URL.Path); {
	case isWrite && c.ignores(number):
		c.found.add("ignored write")
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
	case c.how.isBlind && c.how.known[orgOf(r)+" "+r.URL.Query().Get("username")]:
		return withoutEntries(c.server.RoundTrip(r))
	case !isWrite:
		return c.server.RoundTrip(r)
	}
	response, err := c.server.RoundTrip(r)
	if err != nil || response.StatusCode/100 == 2 || response.StatusCode/100 == 5 || response.StatusCode == http.StatusRequestTimeout {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.written = append(c.written, fmt.Sprintf("%s %s %s", r.Method, r.URL.Path, body))
	}
	return response, err
}

// withoutEntries returns the answer with an empty list.
func withoutEntries(response *http.Response, err error) (*http.Response, error) {
	if err != nil || response.StatusCode != http.StatusOK {
		return response, err
	}
	text, err := io.ReadAll(response.Body)
	if err != nil || !json.Valid(text) {
		return nil, io.ErrUnexpectedEOF // because of a fault
	}
	empty := `{"links":[],"results":[],"totalCount":0}`
	if text[0] == '[' {
		empty = "[]"
	}
	response.Body, response.ContentLength = io.NopCloser(strings.NewReader(empty)), int64(len(empty))
	return response, nil
}

// ignores reports whether a write must be ignored, which happens once.
func (c *process) ignores(number int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ignored || c.how.ignoreAt == 0 || number < c.how.ignoreAt {
		return false
	}
	c.ignored = true
	return true
}

// bodyOf returns the body of a request, which stays as it is.
func bodyOf(r *http.Request) []byte {
	if r.Body == nil {
		return nil
	}
	body, _ := io.ReadAll(r.Body) // from memory
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body
}

var (
	errKilled        = errors.New("the process was killed")
	errSoakInterrupt = errors.New("interrupted by the soak")
)

func (c *process) interrupt() {
	c.found.add("interrupted")
	c.mu.Lock()
	c.endedAt = time.Now()
	c.mu.Unlock()
	c.cancel(errSoakInterrupt)
}

func (c *process) isKilled() bool {
	select {
	case <-c.dead:
		return true
	default:
		return false
	}
}

// begin counts a request. It returns its number, and a random delay of up to 300 ms.
func (c *process) begin(r *http.Request, org, object string) (number int, delay time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	asks := fmt.Sprintf("%d %s %s %s", c.salt, r.Method, r.URL, bodyOf(r))
	c.requests++
	c.equal[asks]++
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", asks, c.equal[asks])
	if object != "" {
		if c.flying[org] == nil {
			c.flying[org] = map[string]int{}
		}
		c.flying[org][object]++
		c.most = max(c.most, len(c.flying[org]))
	}
	if r.Method == http.MethodGet && object != "" && !c.known[org+object] {
		if c.known[org+object] = true; !c.endedAt.IsZero() && time.Now().After(c.endedAt) {
			c.late = append(c.late, object)
		}
	}
	return c.requests, time.Duration(h.Sum64() % uint64(300*time.Millisecond))
}

func (c *process) end(org, object string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if object == "" {
		return
	}
	if c.flying[org][object]--; c.flying[org][object] == 0 {
		delete(c.flying[org], object)
	}
}

// objectOf returns what tells the step of a request from all others that are in flight: the person that it asks for, or what it writes;
// "" for a request that steps may share. A step has one such object at a time.
func objectOf(r *http.Request) string {
	if r.Method == http.MethodGet {
		return r.URL.Query().Get("username")
	}
	return r.Method + r.URL.Path + string(bodyOf(r))
}

// orgOf returns the id of the organization in the path, or "".
func orgOf(r *http.Request) string {
	rest, isInside := strings.CutPrefix(r.URL.Path, "/api/atlas/v2/orgs/")
	if !isInside {
		return ""
	}
	org, _, _ := strings.Cut(rest, "/")
	return org
}

// stepEnded records a call. It must not be called again for the same organization before it returns.
func (c *process) stepEnded(org plan.Org, o apply.Outcome) error {
	begin := func(calling bool) bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		defer func() { c.calling[org.ID] = calling }()
		return c.calling[org.ID]
	}
	if begin(true) {
		c.Errorf("StepEnded was called for two steps of %s at once", org.ID)
	}
	time.Sleep(time.Millisecond)
	begin(false)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls[callOf(org, o)]++; !c.endedAt.IsZero() {
		c.afterEnd[callOf(org, o)] = true
	}
	c.last[callOf(org, o)] = o.Verdict
	return nil
}

func callOf(org plan.Org, o apply.Outcome) string {
	return fmt.Sprintf("%s %s %v %v", org.ID, o.Step.Line(), o.Step.Before, o.Step.After)
}

// run carries out a plan, and returns its results, or nil if the process was killed.
func (c *process) run(p *plan.Plan) []apply.Result {
	r := apply.Runner{Account: func(org plan.Org) *resource.Account { return c.account(org.Credentials, org.ID) }, Parallel: apply.DefaultParallel, StepEnded: c.stepEnded}
	ended := make(chan []apply.Result, 1)
	go func() { ended <- r.Run(c.ctx, p) }()
	select {
	case results := <-ended:
		return results
	case <-c.dead:
		close(c.over)
		<-ended // its requests fail at once, and have no effect
		return nil
	}
}

// plan plans a tree.
func (c *process) plan(docs []resource.Fields) ([]plan.Org, []error) {
	var targets []planner.Target
	for _, d := range c.desired(docs) {
		targets = append(targets, planner.Target{Desired: d, Account: c.account(d.Credentials, d.ID)})
	}
	return planner.Plan(context.Background(), targets, planner.Options{Parallel: 4})
}
