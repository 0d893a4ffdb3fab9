// Package sandbox is a strict Atlas for tests and demonstrations: the Organizations API of MongoDB Atlas for a fleet of
// organizations, in memory or in one file.
//
// It refuses what Atlas refuses, in the same order and with the same error codes: missing credentials, an address that
// is not on the access list, an unknown version, another organization, a missing role, too many requests, unknown
// parameters and fields, values out of bounds, and forbidden changes, such as removing the last owner. If it is unknown
// what Atlas does, the comment says what is assumed. The sandbox has only the operations of its kinds (see Kinds). All
// others are a 501 that says so.
//
// Marks such as [api getOrg] name the source of a fact about Atlas. docs/atlas.md explains them.
//
// Paths below /_sandbox are not Atlas's. They act for people (accept, reject, expire), make requests fail or slow
// (faults, behavior), and show data (log, fleet).
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

// Server answers the requests of any Atlas client. It is safe for concurrent use. It carries out requests one at a
// time, and sends an answer after its effect is on disk.
type Server struct {
	mu       sync.Mutex // guards the fields below
	state    state
	behavior Behavior
	access   *access
	api      *api
	faults   faults
	log      requestLog
	rounds   rounds // has its own lock
}

// New returns a server with a copy of f in memory.
func New(f *Fleet) *Server {
	s := &Server{state: state{fleet: f.ready()}, behavior: Behavior{}.complete()}
	s.access = newAccess(&s.state, &s.behavior)
	s.api = newAPI(&s.state, s.access, newLimits(&s.behavior))
	s.api.route()
	s.access.tokens.route(s.api.mux)
	(&control{&s.state, &s.log, &s.rounds, &s.faults, &s.behavior}).route(s.api.mux)
	return s
}

// Open returns a server for the fleet in file. If the file does not exist, Open creates it and its folder, with the
// demonstration fleet.
func Open(file string) (*Server, error) {
	kept, fleet, err := openState(file)
	if err != nil {
		return nil, err
	}
	s := New(fleet)
	s.state.kept = kept
	return s, nil
}

// Create returns a server for a copy of f, and keeps it in file. If the file exists, Create leaves it alone and returns an
// error.
func Create(file string, f *Fleet) (*Server, error) {
	s := New(f)
	s.state.fleet.LastID = max(s.state.fleet.LastID, highestID(f))
	kept := &stateFile{path: file}
	s.state.kept = kept
	return s, kept.createNew(s.state.fleet)
}

// ServeHTTP answers one request: the Atlas API below /api, the control paths below /_sandbox.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := readBody(r)
	if err != nil {
		http.Error(w, "the request body ended early", http.StatusBadRequest)
		return
	}
	s.answer(r, raw).send(w, r)
}

// answer computes the answer. It holds the lock, so it must not use the connection.
func (s *Server) answer(r *http.Request, raw []byte) *answer {
	isAPI := strings.HasPrefix(r.URL.Path, "/api/")
	if isAPI {
		s.rounds.arrive()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !isAPI {
		return s.carryOut(r, raw)
	}
	a, outcome := s.answerWith(s.faults.meet(r), r, raw)
	round, sent := s.rounds.join(s.behavior.quiet())
	s.log.add(r, raw, round, outcome)
	a.release, a.delay = sent, s.behavior.latency()
	return a
}

// carryOut answers r. HEAD gets the header of GET only [doc admin-api].
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

// answerWith answers r with a fault of that kind; nil is no fault.
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

// Grant returns the credential with that name ("" is the one without a name). If there is none, Grant creates one for
// the organization org, an id or an exact name: an ORG_OWNER that may call from loopback. A credential never changes
// its organization, even if a later call names another one. While org does not exist, the credential has no
// organization. Grant does not write the state file.
func (s *Server) Grant(name, org string) Credential {
	return s.grant(name, func(f *Fleet) *Org { return f.lookup(org) })
}

// GrantPayer is Grant for the first organization that pays. A credential that creates organizations must belong to a
// paying one.
func (s *Server) GrantPayer(name string) Credential { return s.grant(name, (*Fleet).payer) }

func (s *Server) grant(name string, org func(*Fleet) *Org) Credential {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.grant(name, org)
}

// Credentials returns all credentials of the fleet, in order.
func (s *Server) Credentials() []Credential {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Credential, 0, len(s.state.fleet.Credentials))
	for _, c := range s.state.fleet.Credentials {
		all = append(all, c.copy())
	}
	return all
}

// OrgNames returns the names of all organizations that exist.
func (s *Server) OrgNames() (names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.state.fleet.Orgs {
		if !o.IsDeleted {
			names = append(names, o.Name)
		}
	}
	return names
}

// HasOrg reports whether there is an organization of that id or exact name.
func (s *Server) HasOrg(idOrName string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.fleet.lookup(idOrName) != nil
}

// Behave sets the behavior to b. The error says which values are allowed.
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

// Inject adds f after the pending faults. A request meets the first fault that fits. Each fitting fault before that
// one, which lets the request pass, counts it in After; the faults behind do not. The error says which values are
// allowed.
func (s *Server) Inject(f Fault) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.add(f)
}

// Log returns the newest requests, oldest first.
func (s *Server) Log() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log.entries)
}

// Rounds returns the number of rounds since the log was cleared (see [Behavior]). A round that is not over counts.
func (s *Server) Rounds() int { return s.rounds.count() }

// isClean reports whether p has no empty, "." or ".." element.
func isClean(p string) bool {
	clean := path.Clean(p)
	return clean == p || clean+"/" == p
}

// address returns the caller's IP address. A request without a network comes from this process, so it gets a loopback
// address.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return "127.0.0.1"
	}
	return host
}

// second truncates a time to whole seconds, the precision of Atlas's dates [seen dates].
func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
