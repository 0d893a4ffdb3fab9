// Package sandbox is a strict Atlas: the Organizations API of MongoDB Atlas
// over a fleet of organizations that is held in memory or in one file.
package sandbox

import (
	"bytes"
	"cmp"
	"io"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// Server answers the requests of any Atlas client. It is safe for concurrent use.
// Requests are carried out one at a time; an answer is sent after its effect is on disk.
type Server struct {
	mux *http.ServeMux

	mu       sync.Mutex
	fleet    *Fleet
	file     *stateFile // nil: in memory only
	nonces   nonces
	tokens   tokens
	buckets  buckets
	invites  windows // what sends invitations, by IP address
	mints    windows // token requests by IP address and client
	log      requestLog
	faults   faults
	behavior Behavior
}

// New serves a copy of f from memory.
func New(f *Fleet) *Server {
	s := &Server{
		fleet:    f.ready(),
		nonces:   nonces{live: map[string]*nonce{}},
		tokens:   tokens{},
		buckets:  buckets{},
		invites:  windows{},
		mints:    windows{},
		behavior: Behavior{}.complete(),
	}
	s.mux = s.routes()
	return s
}

// Open serves the fleet kept in file. When there is no such file it is created, and its
// folder with it, holding the demonstration fleet.
func Open(file string) (*Server, error) {
	state, fleet, err := openState(file)
	if err != nil {
		return nil, err
	}
	s := New(fleet)
	s.file = state
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
	a, became := s.undergo(s.faults.meet(r), r, raw)
	s.log.add(r, raw, became)
	a.delay = s.behavior.latency()
	return a
}

// carryOut answers r, and HEAD with the header alone (Atlas Administration API Reference, section HTTP Methods).
func (s *Server) carryOut(r *http.Request, raw []byte) *answer {
	a := newAnswer()
	sent := r.WithContext(r.Context())
	sent.Body = io.NopCloser(bytes.NewReader(raw))
	if isClean(r.URL.Path) {
		s.mux.ServeHTTP(a, sent)
	} else {
		s.missing(a, sent) // the mux would redirect
	}
	if r.Method == http.MethodHead {
		a.body.Reset()
	}
	return a
}

// change runs do on a copy of the fleet and keeps the copy once it is saved: a change
// that fails, or that cannot be written, leaves nothing behind.
func (s *Server) change(do func(*Fleet) (any, error)) (any, error) {
	next := s.fleet.clone()
	out, err := do(next)
	if err != nil {
		return nil, err
	}
	if err := s.file.save(next); err != nil {
		// After a 5xx a client would have to assume that it may have been carried out.
		return nil, refuse(http.StatusConflict, "SANDBOX_STATE_NOT_SAVED", err.Error())
	}
	s.fleet = next
	return out, nil
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
	c := s.fleet.credentialNamed(name)
	if c == nil {
		c = namedCredential(name, "")
		s.fleet.Credentials = append(s.fleet.Credentials, c)
	}
	if found := org(s.fleet); c.OrgID == "" && found != nil {
		c.OrgID = found.ID
	}
	return c.copy()
}

// Credentials returns every credential of the fleet, in order.
func (s *Server) Credentials() []Credential {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Credential, 0, len(s.fleet.Credentials))
	for _, c := range s.fleet.Credentials {
		all = append(all, c.copy())
	}
	return all
}

// routes registers every path. What is no operation is answered by missing.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	methods := map[string][]string{}
	for _, op := range operations() {
		if op.verb() != "" {
			continue
		}
		mux.HandleFunc(op.pattern(), func(w http.ResponseWriter, r *http.Request) { s.serve(&op, w, r) })
		methods[op.path] = append(methods[op.path], op.methods()...)
	}
	for path, allowed := range methods {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.wrongMethod(w, r, allowed) })
	}
	s.routeVerbs(mux, methods)
	s.routeOAuth(mux)
	s.routeControl(mux)
	mux.HandleFunc("/", s.missing)
	return mux
}

// missing answers a path that is no operation. Below /api nobody learns that before
// authenticating: every unauthenticated call is a 401 (observed).
func (s *Server) missing(w http.ResponseWriter, r *http.Request) {
	c := newCall(&operation{}, w, r)
	err := error(noResource(r))
	if strings.HasPrefix(r.URL.Path, "/api/") {
		err = cmp.Or(s.admit(c), err)
	}
	writeFailure(w, err)
}

// wrongMethod answers a known path with a method it has not. The code is assumed.
func (s *Server) wrongMethod(w http.ResponseWriter, r *http.Request, allowed []string) {
	c := newCall(&operation{}, w, r)
	f := refuse(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "Method "+r.Method+" is not allowed here.", r.Method)
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	writeFailure(w, cmp.Or(s.admit(c), error(f)))
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
