package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// control lets a person or a test change the sandbox itself, outside the API and without credentials.
type control struct {
	state    *state
	log      *requestLog
	rounds   *rounds
	faults   *faults
	behavior *Behavior
}

func (c *control) route(mux *http.ServeMux) {
	mux.HandleFunc("GET /_sandbox/log", show(func() any { return append([]Entry{}, c.log.entries...) }))
	mux.HandleFunc("DELETE /_sandbox/log", clears(c.clearLog))
	mux.HandleFunc("GET /_sandbox/fleet", show(func() any { return c.state.fleet }))
	mux.HandleFunc("POST /_sandbox/accept", act(http.StatusOK, c.invitee((*User).accept)))
	mux.HandleFunc("POST /_sandbox/reject", act(http.StatusOK, c.invitee((*User).reject)))
	mux.HandleFunc("POST /_sandbox/expire", act(http.StatusOK, c.invitee((*User).expire)))
	mux.HandleFunc("GET /_sandbox/faults", show(func() any { return c.faults.pending() }))
	mux.HandleFunc("POST /_sandbox/faults", act(http.StatusCreated, c.postFault))
	mux.HandleFunc("DELETE /_sandbox/faults", clears(c.faults.clear))
	mux.HandleFunc("GET /_sandbox/behavior", show(func() any { return *c.behavior }))
	mux.HandleFunc("PATCH /_sandbox/behavior", act(http.StatusOK, c.patchBehavior))
}

// act answers with the result of do.
func act(status int, do func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out, err := do(r)
		if err != nil {
			writeFailure(w, err)
			return
		}
		writeJSON(w, "application/json", status, out, true)
	}
}

func show(what func() any) http.HandlerFunc {
	return act(http.StatusOK, func(*http.Request) (any, error) { return what(), nil })
}

func clears(do func()) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		do()
		w.WriteHeader(http.StatusNoContent)
	}
}

// clearLog removes all entries. Rounds are counted from 1 again.
func (c *control) clearLog() {
	c.log.clear()
	c.rounds.clear()
}

// readControl reads the body of a control request into v, and checks it. Fields that the body does not contain keep
// their values.
func readControl(r *http.Request, attributes []attribute, v any) error {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	body, err := parseObject(raw)
	if err != nil {
		return err
	}
	if err := conform(body, attributes); err != nil {
		return err
	}
	return json.Unmarshal(raw, v)
}

// postFault adds a fault and answers with all pending faults.
func (c *control) postFault(r *http.Request) (any, error) {
	var f Fault
	if err := readControl(r, faultAttributes(), &f); err != nil {
		return nil, err
	}
	err := c.faults.add(f)
	return c.faults.pending(), err
}

// patchBehavior changes the fields in the body and answers with the whole behavior.
func (c *control) patchBehavior(r *http.Request) (any, error) {
	changed := *c.behavior
	if err := readControl(r, behaviorAttributes(), &changed); err != nil {
		return nil, err
	}
	*c.behavior = changed
	return changed, nil
}

// invitee changes a pending user and answers with it. The body is {"org","username"}; org is an id or a name.
func (c *control) invitee(change func(*User, time.Time)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		now := time.Now()
		var asked struct{ Org, Username string }
		err := readControl(r, []attribute{{"org", required, anyString()}, {"username", required, anyString()}}, &asked)
		if err != nil {
			return nil, err
		}
		o := c.state.fleet.lookup(asked.Org)
		if o == nil {
			return nil, refuse(http.StatusNotFound, "ORG_NOT_FOUND", "No organization "+asked.Org+" exists.", asked.Org)
		}
		return c.state.change(o, func(d *draft) (any, error) {
			u := d.org.user(lower(asked.Username))
			if u == nil || u.status(now) != pending {
				return nil, refuse(http.StatusNotFound, "USERNAME_NOT_FOUND",
					asked.Username+" has no pending invitation to "+o.Name+".", asked.Username)
			}
			change(u, now)
			return u, nil
		})
	}
}
