package conformance

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"atlas-gitops/internal/sandbox"
)

// Organizations of the demonstration fleet.
const (
	productionID = "5f1b0c0d0e0f0a0b0c0d0e01" // teams, projects, members and invitations
	billingID    = "5f1b0c0d0e0f0a0b0c0d0e04" // pays, so it can create organizations
	researchID   = "5f1b0c0d0e0f0a0b0c0d0e05" // no projects, so it can be deleted
)

// atlas is a sandbox on loopback, and a network that records the exchanges with it.
type atlas struct {
	*testing.T
	*recorder
	base   string
	server atomic.Pointer[sandbox.Server]

	serviceAccounts bool // how the program authenticates
}

func newAtlas(t *testing.T, s *sandbox.Server) *atlas {
	t.Helper()
	a := &atlas{T: t, recorder: newRecorder(t)}
	a.server.Store(s)
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.server.Load().ServeHTTP(w, r) }))
	t.Cleanup(listener.Close)
	a.base = listener.URL
	return a
}

// refill serves the same fleet with full rate limits, so that no test waits for them.
func (a *atlas) refill() {
	a.Helper()
	request, err := http.NewRequestWithContext(a.Context(), http.MethodGet, a.base+"/_sandbox/fleet", nil)
	if err != nil {
		a.Fatal(err)
	}
	response, err := a.recorder.next.RoundTrip(request)
	if err != nil {
		a.Fatal(err)
	}
	defer response.Body.Close()
	var f sandbox.Fleet
	if err := json.NewDecoder(response.Body).Decode(&f); err != nil {
		a.Fatal(err)
	}
	a.server.Store(sandbox.New(&f))
}

// credential returns the credential with that name.
func (a *atlas) credential(name string) sandbox.Credential {
	return a.server.Load().Grant(name, "")
}
