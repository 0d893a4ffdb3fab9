package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// verb is what follows the id at the end of an operation's path, as in {userId}:addRole, or "".
func (op *operation) verb() string {
	_, verb, _ := strings.Cut(op.path, ":")
	return verb
}

// pattern is the operation's in the mux, which cannot match a part of a segment and so
// knows no verbs.
func (op *operation) pattern() string {
	path, _, _ := strings.Cut(op.path, ":")
	return op.method + " " + path
}

// routeVerbs registers the operations with verbs. What has a verb that is none is missing,
// what has no verb at all has the wrong method.
func (s *Server) routeVerbs(mux *http.ServeMux, methods map[string][]string) {
	verbs := map[string][]operation{}
	for _, op := range operations() {
		if op.verb() != "" {
			verbs[op.pattern()] = append(verbs[op.pattern()], op)
		}
	}
	for pattern, ops := range verbs {
		_, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.PathValue("userId"), ":") {
				s.wrongMethod(w, r, methods[path])
				return
			}
			s.serveVerb(ops, w, r)
		})
	}
}

func (s *Server) serveVerb(ops []operation, w http.ResponseWriter, r *http.Request) {
	id, verb, _ := strings.Cut(r.PathValue("userId"), ":")
	i := slices.IndexFunc(ops, func(op operation) bool { return op.verb() == verb })
	if i < 0 {
		s.missing(w, r)
		return
	}
	r.SetPathValue("userId", id)
	s.serve(&ops[i], w, r)
}
