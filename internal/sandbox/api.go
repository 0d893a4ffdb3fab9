package sandbox

import (
	"cmp"
	"net/http"
	"path"
	"slices"
	"strings"
)

// api finds the operation of a request, checks the request, and runs the operation.
type api struct {
	state  *state
	access *access
	limits *limits

	mux     *http.ServeMux
	choices map[string][]operation // by pattern of the mux; the operations of one pattern differ in their verbs
}

func newAPI(s *state, a *access, l *limits) *api {
	return &api{state: s, access: a, limits: l, mux: http.NewServeMux(), choices: map[string][]operation{}}
}

// route registers every path of every operation, and missing for all other paths.
func (a *api) route() {
	allowed := map[string][]string{} // methods by path
	for _, k := range kinds() {
		for _, op := range k.operations {
			pattern := op.method + " " + op.base()
			a.choices[pattern] = append(a.choices[pattern], op)
			if op.verb() == "" {
				allowed[op.path] = append(allowed[op.path], op.methods()...)
			}
		}
	}
	for pattern, ops := range a.choices {
		a.mux.HandleFunc(pattern, a.chooser(ops, allowed[ops[0].base()]))
	}
	for pattern, methods := range allowed {
		a.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { a.wrongMethod(w, r, methods) })
	}
	a.mux.HandleFunc("/", a.missing)
}

// chooser serves the operation of a pattern. If there are several, it chooses by the verb of the path. An unknown verb
// is answered by missing, and a path without a verb by wrongMethod.
func (a *api) chooser(ops []operation, allowed []string) http.HandlerFunc {
	if len(ops) == 1 && ops[0].verb() == "" {
		return func(w http.ResponseWriter, r *http.Request) { a.serve(&ops[0], w, r) }
	}
	name := ops[0].lastID()
	return func(w http.ResponseWriter, r *http.Request) {
		id, verb, _ := strings.Cut(r.PathValue(name), ":")
		i := slices.IndexFunc(ops, func(op operation) bool { return op.verb() == verb })
		switch {
		case i >= 0:
			r.SetPathValue(name, id)
			a.serve(&ops[i], w, r)
		case strings.Contains(r.PathValue(name), ":"):
			a.missing(w, r)
		default:
			a.wrongMethod(w, r, allowed)
		}
	}
}

// serve runs the checks of an operation in Atlas's order, then its handler.
func (a *api) serve(op *operation, w http.ResponseWriter, r *http.Request) {
	c := newCall(op, w, r)
	for _, check := range []func(*call) error{
		a.access.authenticate,
		a.limits.announce,
		a.access.onAccessList,
		negotiate,
		inScope,
		hasRole,
		a.limits.spend,
		parseQuery,
		parseBody,
	} {
		if err := check(c); err != nil {
			writeFailure(w, err)
			return
		}
	}
	out, err := a.effect(c)
	if err != nil {
		writeFailure(w, err)
		return
	}
	writeResult(c, out)
}

// effect runs the operation's handler. A read gets the caller's organization itself, a write gets a copy.
func (a *api) effect(c *call) (any, error) {
	c.fleet = a.state.fleet
	c.org = c.fleet.org(c.caller.OrgID)
	if c.op.method == http.MethodGet {
		return c.op.handle(c)
	}
	return a.state.change(c.org, func(d *draft) (any, error) {
		c.draft, c.org = d, d.org
		return c.op.handle(c)
	})
}

// missing answers a path without an operation. Below /api, that is a limit of the sandbox, and the caller has to
// authenticate first: every unauthenticated request gets a 401 [seen digest-challenge].
func (a *api) missing(w http.ResponseWriter, r *http.Request) {
	err := error(noResource(r))
	if strings.HasPrefix(r.URL.Path, "/api/") {
		err = cmp.Or(a.access.admit(newCall(&operation{}, w, r)), error(notEmulated(r)))
	}
	writeFailure(w, err)
}

// wrongMethod refuses a method that the sandbox does not have on a known path. If Atlas does not have it either, that is
// a 405. The error code is assumed.
func (a *api) wrongMethod(w http.ResponseWriter, r *http.Request, allowed []string) {
	if slices.Contains(notEmulatedMethods(r.Pattern), r.Method) || strings.Contains(path.Base(r.URL.Path), ":") {
		a.missing(w, r)
		return
	}
	f := refuse(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "Method "+r.Method+" is not allowed here.", r.Method)
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	writeFailure(w, cmp.Or(a.access.admit(newCall(&operation{}, w, r)), error(f)))
}

// limitOf returns the limit set of the operation of r. A request without an operation counts as a request for the list
// of organizations.
func (a *api) limitOf(r *http.Request) limitSet {
	_, pattern := a.mux.Handler(r)
	if ops := a.choices[pattern]; ops != nil {
		return ops[0].limit
	}
	return perCaller
}
