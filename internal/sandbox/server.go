// Package sandbox is a strict Atlas for tests and demonstrations: the Organizations API of MongoDB Atlas over a fleet of
// organizations that is held in memory or in one file.
//
// It refuses what Atlas refuses, in Atlas's order and with Atlas's codes: callers without credentials, from an address
// off the access list, with an unknown version, for somebody else's organization, without the role, or too fast; unknown
// parameters and fields; values out of bounds; and changes that Atlas does not allow, such as removing the last owner.
// Where it is unknown what Atlas does, the comment says what is assumed. The sandbox has the operations of its kinds (see
// Kinds) and no others: any other path of Atlas is not found.
//
// The source of a fact about Atlas stands in brackets: "API description" is MongoDB's OpenAPI description of the
// Administration API, "documented" is MongoDB's documentation, "observed" is recorded traffic.
//
// Paths below /_sandbox are not Atlas's. They play the people (accept, reject, expire), spoil answers (faults, behavior),
// and show what happened (log, fleet).
package sandbox

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// Server answers the requests of any Atlas client. It is safe for concurrent use.
// Requests are carried out one at a time; an answer is sent after its effect is on disk.
type Server struct {
	mu       sync.Mutex // held by whatever touches the fields below
	state    state
	behavior Behavior
	access   *access
	api      *api
	faults   faults
	log      requestLog
}

// New serves a copy of f from memory.
func New(f *Fleet) *Server {
	s := &Server{state: state{fleet: f.ready()}, behavior: Behavior{}.complete()}
	s.access = newAccess(&s.state, &s.behavior)
	s.api = newAPI(&s.state, s.access, newLimits(&s.behavior))
	s.api.route()
	s.access.tokens.route(s.api.mux)
	(&control{&s.state, &s.log, &s.faults, &s.behavior}).route(s.api.mux)
	return s
}

// Open serves the fleet kept in file. When there is no such file it is created, and its
// folder with it, holding the demonstration fleet.
func Open(file string) (*Server, error) {
	kept, fleet, err := openState(file)
	if err != nil {
		return nil, err
	}
	s := New(fleet)
	s.state.file = kept
	return s, nil
}

// ServeHTTP answers one request: Atlas below /api, the control paths below /_sandbox.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := readBody(r)
	if err != nil {
		http.Error(w, "the request body ended early", http.StatusBadRequest)
		return
	}
	s.answer(r, raw).send(w, r)
}

// answer holds the lock, so it neither reads from nor writes to the connection.
func (s *Server) answer(r *http.Request, raw []byte) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		return s.carryOut(r, raw)
	}
	a, outcome := s.answerWith(s.faults.meet(r), r, raw)
	s.log.add(r, raw, outcome)
	a.delay = s.behavior.latency()
	return a
}

// carryOut answers r, and HEAD with the header alone (Atlas Administration API Reference, section HTTP Methods).
func (s *Server) carryOut(r *http.Request, raw []byte) *answer {
	a := newAnswer()
	sent := r.WithContext(r.Context())
	sent.Body = io.NopCloser(bytes.NewReader(raw))
	if isClean(r.URL.Path) {
		s.api.mux.ServeHTTP(a, sent)
	} else {
		s.api.missing(a, sent) // the mux would redirect
	}
	if r.Method == http.MethodHead {
		a.body.Reset()
	}
	return a
}

// answerWith answers r as a fault of that kind lets it; nil is no fault.
func (s *Server) answerWith(kind *faultKind, r *http.Request, raw []byte) (*answer, Outcome) {
	if kind == nil {
		a := s.carryOut(r, raw)
		return a, Outcome{Status: a.status}
	}
	met, outcome := encounter{r, s.access, s.api.limitOf(r), newAnswer()}, Outcome{Fault: kind.name}
	if kind.first != nil {
		kind.first(met)
	}
	if kind.carriedOut {
		met.carriedOut = s.carryOut(r, raw)
		outcome.Effect = met.carriedOut.status
	}
	a := met.carriedOut
	if kind.answer != nil {
		a = kind.answer(met)
	}
	a.deliver, outcome.Status = kind.deliver, a.status
	return a, outcome
}

// Grant returns the credential called name ("" is the unnamed one). When there is none it
// makes one for the organization org, an id or an exact name: an ORG_OWNER that may call
// from loopback. A credential stays with its organization whatever org is asked for later.
// While org does not exist the credential belongs to none and sees nothing. The state file
// is not written.
func (s *Server) Grant(name, org string) Credential {
	return s.grant(name, func(f *Fleet) *Org { return f.lookup(org) })
}

// GrantPayer is Grant for the first organization that pays: a credential that creates
// organizations belongs to one, whatever it is called.
func (s *Server) GrantPayer(name string) Credential { return s.grant(name, (*Fleet).payer) }

func (s *Server) grant(name string, org func(*Fleet) *Org) Credential {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.grant(name, org)
}

// Credentials returns every credential of the fleet, in order.
func (s *Server) Credentials() []Credential {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Credential, 0, len(s.state.fleet.Credentials))
	for _, c := range s.state.fleet.Credentials {
		all = append(all, c.copy())
	}
	return all
}

// OrgNames returns the names of all organizations that exist, sorted.
func (s *Server) OrgNames() (names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.state.fleet.Orgs {
		if !o.IsDeleted {
			names = append(names, o.Name)
		}
	}
	slices.Sort(names)
	return names
}

// HasOrg reports whether there is an organization of that id or exact name.
func (s *Server) HasOrg(idOrName string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.fleet.lookup(idOrName) != nil
}

// Behave makes the server behave like b. The error says what b may hold.
func (s *Server) Behave(b Behavior) error {
	b = b.complete()
	body, err := parseObject(encode(b))
	if err != nil {
		return err
	}
	if err := conform(body, behaviorAttributes()); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behavior = b
	return nil
}

// Inject puts f behind the faults that are pending. A request meets the first of them that
// fits; those before it that only let it pass have counted it, those behind it have not.
// The error says what f may hold.
func (s *Server) Inject(f Fault) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.add(f)
}

// Log returns the newest requests, the oldest first.
func (s *Server) Log() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log.entries)
}

// isClean reports whether p has no empty, "." or ".." element.
func isClean(p string) bool {
	clean := path.Clean(p)
	return clean == p || clean+"/" == p
}

// address is the caller's IP address. A request that came over no network comes from this
// process, so from loopback.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return "127.0.0.1"
	}
	return host
}

// second is the precision of every date in Atlas (observed).
func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
