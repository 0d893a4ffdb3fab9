package sandbox

import (
	"io"
	"net/http"
	"strings"
	"time"
)

// routeControl registers what a person or a test does to the sandbox itself, outside the
// API and without credentials.
func (s *Server) routeControl(mux *http.ServeMux) {
	mux.HandleFunc("GET /_sandbox/log", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, "application/json", http.StatusOK, append([]entry{}, s.log.entries...), true)
	})
	mux.HandleFunc("DELETE /_sandbox/log", func(w http.ResponseWriter, _ *http.Request) {
		s.log.clear()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /_sandbox/fleet", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, "application/json", http.StatusOK, s.fleet, true)
	})
	mux.HandleFunc("POST /_sandbox/accept", s.invitee((*User).accept))
	mux.HandleFunc("POST /_sandbox/expire", s.invitee((*User).expire))
}

// invitee changes the pending user that {"org","username"} names, org by id or name, and
// answers with it.
func (s *Server) invitee(change func(*User, time.Time)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		now := time.Now()
		out, err := s.change(func(f *Fleet) (any, error) {
			u, err := findInvitee(f, r, now)
			if err != nil {
				return nil, err
			}
			change(u, now)
			return u, nil
		})
		if err != nil {
			writeFailure(w, err)
			return
		}
		writeJSON(w, "application/json", http.StatusOK, out, true)
	}
}

func findInvitee(f *Fleet, r *http.Request, now time.Time) (*User, error) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	body, err := parseObject(raw)
	if err != nil {
		return nil, err
	}
	if err := conform(body, []attribute{{"org", required, anyString}, {"username", required, anyString}}); err != nil {
		return nil, err
	}
	org, username := str(body["org"]), str(body["username"])
	o := f.lookup(org)
	if o == nil {
		return nil, refuse(http.StatusNotFound, "ORG_NOT_FOUND", "No organization "+org+" exists.", org)
	}
	u := o.user(strings.ToLower(username))
	if u == nil || u.status(now) != pending {
		return nil, refuse(http.StatusNotFound, "USERNAME_NOT_FOUND",
			"No invitation of "+username+" to "+o.Name+" is pending.", username)
	}
	return u, nil
}
